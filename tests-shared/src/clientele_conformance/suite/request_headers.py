"""Request headers: which are sent, in which form, and which are refused."""

from __future__ import annotations

import re
from typing import Any

import pytest

from clientele.http.errors import ConfigurationError, InvalidHeader
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, RecordedRequest, echo
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.request_wire import base_fields, fields, refused, type_name

TOKEN = "A!#$%&'*+-.^_`|~09z"

BAD_NAMES = [
    "",
    " ",
    "a b",
    " a",
    "a ",
    "a:",
    ":a",
    "a\r\nb",
    "a\n",
    "a\x00",
    "a\t",
    "\u00e9",
    '"a"',
    "(a)",
    "a/b",
    "a,b",
]
BAD_VALUES: list[Any] = [
    "a\r\nX-Injected: 1",
    "a\nX-Injected: 1",
    "a\rX-Injected: 1",
    "a\r\n",
    "\r\n folded",
    "a\r\n\r\nGET / HTTP/1.1",
    "a\x00b",
    "\x01",
    "\x1f",
    "\x7f",
    "\x0b",
    "caf\u00e9",
    "\x85",
    "\u65e5",
    "a\u2028b",
    5,
    1.5,
    True,
    b"bytes",
    ["a", "b"],
    object(),
]


class RequestHeaderRules(Suite):
    """HDR-1, HDR-3, HDR-4 and HDR-5."""

    @rule("HDR-1")
    @pytest.mark.parametrize("name", BAD_NAMES)
    def test_a_name_that_is_no_token_is_refused(self, name: str, new_subject: NewSubject, origin: Origin) -> None:
        """In a call as in the configuration."""
        with refused(origin, InvalidHeader):
            new_subject().send("GET", origin.url(), headers={name: "value"})
        with pytest.raises(InvalidHeader):
            new_subject(headers={name: "value"}).send("GET", origin.url())

    @rule("HDR-1")
    @pytest.mark.parametrize("value", BAD_VALUES, ids=type_name)
    def test_a_value_that_is_no_plain_text_is_refused(
        self, value: Any, new_subject: NewSubject, origin: Origin
    ) -> None:
        """In a call as in the configuration; nothing is converted, because every library does so in its own way."""
        with refused(origin, InvalidHeader):
            new_subject().send("GET", origin.url(), headers={"X-Own": value})
        with pytest.raises(InvalidHeader):
            new_subject(headers={"X-Own": value}).send("GET", origin.url())

    @rule("HDR-1")
    def test_a_stream_refuses_a_bad_header(self, subject: Subject, origin: Origin) -> None:
        """As a call does."""
        with (
            refused(origin, InvalidHeader),
            subject.stream("GET", origin.url(), headers={"X-Own": "a\r\nb"}) as items,
        ):
            next(items)

    @rule("HDR-1")
    @pytest.mark.parametrize(
        ("given", "sent"),
        [
            ("plain", "plain"),
            ('a, b; c="d"', 'a, b; c="d"'),
            ("a  b\tc", "a  b\tc"),
            (" a ", "a"),
            ("\t a b \t", "a b"),
            ("", ""),
            ("  ", ""),
            ("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
        ],
    )
    def test_a_value_is_sent_without_the_blanks_around_it(
        self, given: str, sent: str, subject: Subject, origin: Origin
    ) -> None:
        """And with those inside."""
        subject.send("GET", origin.url(), headers={"X-Own": given})
        assert [sent] == _raw_values(origin.requests[0], "X-Own")

    @rule("HDR-1")
    def test_a_name_is_any_token(self, subject: Subject, origin: Origin) -> None:
        """With every character that a token may have."""
        subject.send("GET", origin.url(), headers={TOKEN: "value"})
        assert ["value"] == origin.requests[0].get_list(TOKEN)

    @rule("HDR-1")
    @pytest.mark.parametrize("name", ["Accept", "accept-encoding", "USER-AGENT"])
    def test_none_leaves_a_default_out(self, name: str, subject: Subject, origin: Origin) -> None:
        """No library puts its own in the place."""
        subject.send("GET", origin.url(), headers={name: None})
        assert [] == origin.requests[0].get_list(name)

    @rule("HDR-1")
    def test_none_leaves_a_configured_header_out(self, new_subject: NewSubject, origin: Origin) -> None:
        """And one that isn't there is none."""
        subject = new_subject(headers={"X-Configured": "1", "X-Kept": "2"})
        subject.send("GET", origin.url(), headers={"x-configured": None, "X-Unknown": None})
        told = [(name, value) for name, value in fields(origin.requests[0]) if name.startswith("x-")]
        assert [("x-kept", "2")] == told

    @rule("HDR-1")
    def test_a_header_of_the_call_wins(self, new_subject: NewSubject, origin: Origin) -> None:
        """Over the configured one of the same name, in whatever case; the configuration stays as it is."""
        subject = new_subject(headers={"X-Configured": "1", "Accept": "text/plain"})
        subject.send("GET", origin.url(), headers=[("x-CONFIGURED", "2")])
        subject.send("GET", origin.url())
        assert [["2"], ["1"]] == [request.get_list("x-configured") for request in origin.requests]
        assert [["text/plain"]] * 2 == [request.get_list("accept") for request in origin.requests]

    @rule("HDR-3")
    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
    def test_the_defaults_are_these(self, method: str, subject: Subject, origin: Origin) -> None:
        """And nothing else is sent."""
        origin.on("/", echo)
        subject.send(method, origin.url())
        assert base_fields(origin) == fields(origin.requests[0])

    @rule("HDR-3")
    def test_a_body_is_described_and_no_more(self, subject: Subject, origin: Origin) -> None:
        """By its type and its length."""
        subject.send("POST", origin.url(), json={})
        expected = base_fields(origin, ("content-type", "application/json"), ("content-length", "2"))
        assert expected == fields(origin.requests[0])

    @rule("HDR-3")
    def test_a_stream_asks_for_no_coding(self, subject: Subject, origin: Origin) -> None:
        """Coded items would come in blocks."""
        origin.on("/", b"HTTP/1.1 204 No Content\r\n\r\n")
        with subject.stream("GET", origin.url()) as items:
            assert [] == list(items)
        assert base_fields(origin, ("accept-encoding", "identity")) == fields(origin.requests[0])

    @rule("HDR-3")
    @pytest.mark.parametrize("name", ["accept", "accept-encoding", "user-agent"])
    def test_a_default_gives_way(self, name: str, subject: Subject, origin: Origin) -> None:
        """To what the caller says instead, in a stream too."""
        origin.on("/", b"HTTP/1.1 204 No Content\r\n\r\n")
        subject.send("GET", origin.url(), headers={name: "own"})
        with subject.stream("GET", origin.url(), headers={name: "own"}) as items:
            assert [] == list(items)
        assert [["own"], ["own"]] == [request.get_list(name) for request in origin.requests]

    @rule("HDR-3")
    def test_nothing_is_remembered(self, subject: Subject, origin: Origin) -> None:
        """A second request on the same connection says the same as the first."""
        for _ in range(2):
            subject.send("GET", origin.url())
        assert [base_fields(origin)] * 2 == [fields(request) for request in origin.requests]

    @rule("HDR-4")
    @pytest.mark.parametrize(
        ("pairs", "name", "joined"),
        [
            ([("X-Own", "1"), ("X-Own", "2")], "x-own", "1, 2"),
            ([("X-Own", "1"), ("Y", "3"), ("x-own", " 2 ")], "x-own", "1, 2"),
            ([("X-Own", "a, b"), ("X-OWN", "c")], "x-own", "a, b, c"),
            ([("Cookie", "a=1"), ("cookie", "b=2")], "cookie", "a=1; b=2"),
            ([("Accept", "text/html"), ("Accept", "text/plain")], "accept", "text/html, text/plain"),
        ],
    )
    def test_repeated_headers_are_joined(
        self, pairs: list[tuple[str, str]], name: str, joined: str, subject: Subject, origin: Origin
    ) -> None:
        """Into one field, in their order."""
        subject.send("GET", origin.url(), headers=pairs)
        assert [joined] == origin.requests[0].get_list(name)

    @rule("HDR-5")
    @pytest.mark.parametrize("method", ["get", "Post", "pUT", "delete", "options", "patch", "purge", "M-Search", TOKEN])
    def test_a_method_is_sent_in_upper_case(self, method: str, subject: Subject, origin: Origin) -> None:
        """Whatever token it is."""
        subject.send(method, origin.url())
        assert [method.upper()] == [request.method for request in origin.requests]

    @rule("HDR-5")
    @pytest.mark.parametrize(
        "method",
        [
            "",
            " ",
            "GET ",
            " GET",
            "G T",
            "GET\r\n",
            "GET\n",
            "GET\x00",
            "GET / HTTP/1.1\r\nX-Injected: 1\r\n\r\nGET",
            "G\u00c9T",
            "GET/",
            "(GET)",
        ],
    )
    def test_a_method_that_is_no_token_is_refused(self, method: str, subject: Subject, origin: Origin) -> None:
        """It would make another request line."""
        with refused(origin, ConfigurationError):
            subject.send(method, origin.url())


def _raw_values(request: RecordedRequest, name: str) -> list[str]:
    """The values with all whitespace except the customary space after the colon."""
    found = re.findall(rb"(?i)\r\n" + name.encode() + rb":(?: |(?=\r))([^\r]*)", request.raw_head)
    return [value.decode() for value in found]
