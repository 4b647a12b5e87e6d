"""Which recorded request fits one that is asked for."""

from __future__ import annotations

import pytest

from clientele.http.recording.exchanges import Request
from clientele.http.recording.matching import EVERY_PART, Matching


@pytest.mark.parametrize(
    ("recorded", "asked", "fits"),
    [
        ("https://h/p?a=1&b=2", "https://h/p?b=2&a=1", True),
        ("https://h/p?a=1&a=1", "https://h/p?a=1", False),
        ("https://h/p?a=1&a=2", "https://h/p?a=2&a=1", True),
        ("https://h/p?a=b+c&d=%2f:", "https://h/p?a=b%20c&d=/%3A", True),
        ("https://h/p?a=b%26c", "https://h/p?a=b&c", False),
        ("https://h/p?a=b%2Bc", "https://h/p?a=b+c", False),
        ("https://h/p?a=%ff", "https://h/p?a=%fe", False),
        ("https://h/p?a=", "https://h/p", False),
        ("https://h/p", "https://h/q", False),
        ("https://h/p", "http://h/p", False),
        ("https://h/p", "https://h:8443/p", False),
        ("https://h/p", "https://i/p", False),
    ],
)
def test_a_url_fits_by_its_parts(recorded: str, asked: str, *, fits: bool) -> None:
    """The order of parameters doesn't matter, and each of them counts."""
    assert fits == Matching(EVERY_PART).fits(Request("GET", recorded), Request("GET", asked))


@pytest.mark.parametrize(
    ("recorded", "asked", "fits"),
    [(b"a=b+c&d=", b"a=b%20c&d=", True), (b"a=1&b=2", b"b=2&a=1", False), (b"a=b%26c", b"a=b&c", False)],
)
def test_a_form_fits_as_it_reads(recorded: bytes, asked: bytes, *, fits: bool) -> None:
    """Its fields are in order."""
    kind = (("content-type", "application/x-www-form-urlencoded; charset=utf-8"),)
    assert fits == Matching(["body"]).fits(Request("POST", "/", kind, recorded), Request("POST", "/", kind, asked))


@pytest.mark.parametrize(
    ("recorded", "asked", "fits"),
    [(b'{"a": 1, "b": 2}', b'{"b":2,"a":1}', True), (b"a", b"b", False), (b"[1]", b"[1, 1]", False)],
)
def test_a_body_fits_as_json_or_as_it_is(recorded: bytes, asked: bytes, *, fits: bool) -> None:
    """Whichever library has written it."""
    assert fits == Matching(["body"]).fits(Request("POST", "/", (), recorded), Request("POST", "/", (), asked))
