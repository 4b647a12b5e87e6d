"""What others have written ends no line of ours, and commands no terminal."""

from __future__ import annotations

import pickle

import pytest

from clientele.http.errors import APIException, ProxyError, ReadError
from clientele.http.message.printable import excerpt, printable
from clientele.http.message.redirects import unfollowed
from clientele.http.response import Response
from clientele.http.transport.faults.table import fault_text
from clientele.http.transport.receive import BadHead

CONTROLS = [*range(9), *range(10, 32), *range(127, 160)]
ODD = [*map(chr, CONTROLS), "\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202e", "\u2066", "\ud800"]
ODD += ["\xad", "\u180e", "\u200b", "\u2060", "\u2064", "\ufeff", "\ufff9", "\U000e0041"]


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_controls_are_written_as_escapes(odd: str) -> None:
    """In a text, in an excerpt, in errors and in what is said of a redirect."""
    answer = Response(status_code=302, request_url=f"http://h/{odd}x")
    shown = [
        printable(f"a{odd}b"),
        excerpt(f"a{odd}b"),
        repr(answer),
        str(APIException(answer, f"a{odd}b")),
        APIException(answer, f"a{odd}b").reason,
        str(ReadError(f"a{odd}b", request_method="GET", request_url=f"http://h/{odd}")),
        ReadError(f"a{odd}b").reason,
        unfollowed(302, f"/a{odd}b"),
        fault_text(ValueError(f"a{odd}b"), None),
    ]
    assert [text for text in shown if odd in text or len(text.splitlines()) != 1] == []
    assert odd.encode("unicode_escape").decode() in shown[0]


def test_other_text_stays() -> None:
    """In any language, with tabs and with what belongs to words and emoji."""
    text = "Müller\t東京 שלום \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f469\u200d\U0001f680 \\x1b"
    assert text == printable(text)


def test_excerpts_are_short() -> None:
    """300 characters of what was given, on one line."""
    assert excerpt("a \n b") == "a b"
    assert len(excerpt("x" * 300)) == 300
    assert len(excerpt("x" * 301)) == 300
    assert excerpt("\x1b" * 1000).endswith("...")


def test_line_breaks_that_python_treats_as_spaces_are_escaped() -> None:
    """Only what ends a line in a text of ours is a blank: the others were put there for somebody who reads lines."""
    assert excerpt("a\r\n\tb\x85c\x1cd\u2028e") == "a b\\x85c\\x1cd\\u2028e"


def test_objects_that_were_written_out_are_passed_over() -> None:
    """What lies beneath says more."""
    error = ValueError("HTTPSConnectionPool(host='h', port=443): Max retries exceeded")
    error.__cause__ = OSError("Tunnel connection failed: 407")
    assert fault_text(error, None) == "Tunnel connection failed: 407"


def test_texts_of_faults_are_short() -> None:
    """Whatever a proxy has given for a reason."""
    text = fault_text(ValueError("407 " + "a:" * 40000), None)
    assert len(text) < 330
    assert text.endswith("...")


def test_messages_of_core_are_not_shortened() -> None:
    """Only what libraries quote is left out."""
    assert fault_text(BadHead("the header 'a' is wrong"), None) == "the header 'a' is wrong"


def test_an_error_that_was_pickled_says_the_same() -> None:
    """Escapes aren't escaped again."""
    error = ProxyError("\x1b[2K", request_method="GET", request_url="http://h/")
    assert str(pickle.loads(pickle.dumps(error))) == str(error) == "GET http://h/: \\x1b[2K"  # noqa: S301
