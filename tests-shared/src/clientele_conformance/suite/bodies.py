"""Request bodies that are values: JSON, forms, bytes and text, and none at all."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from clientele.http.errors import ConfigurationError, InvalidBody
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, RecordedRequest, echo
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import Suite
from clientele_conformance.suite.queries import BAD_VALUES, ESCAPED, PRINTABLE, VALUES
from clientele_conformance.suite.request_wire import about_body, refused, type_name

FORM = "application/x-www-form-urlencoded"
OF_EACH_KIND: dict[str, dict[str, Any]] = {
    "json": {"json": [1]},
    "form": {"data": {"a": 1}},
    "bytes": {"content": b"abc"},
    "text": {"content": "abc"},
}
"""Bodies of three bytes."""


class BodyRules(Suite):
    """BDY-1, BDY-2, BDY-6, and the bytes and text of BDY-4."""

    @rule("BDY-1")
    @pytest.mark.parametrize(
        ("value", "body"),
        [
            ({"a": 1, "b": [True, None, 1.5]}, b'{"a":1,"b":[true,null,1.5]}'),
            ({"z": 1, "a": {"y": 2, "b": 3}}, b'{"z":1,"a":{"y":2,"b":3}}'),
            ({"\u00e9": "\u65e5 \U0001f600"}, b'{"\xc3\xa9":"\xe6\x97\xa5 \xf0\x9f\x98\x80"}'),
            ('\u2028\x7f"\\/\n\x00', b'"\xe2\x80\xa8\x7f\\"\\\\/\\n\\u0000"'),
            ({}, b"{}"),
            ([], b"[]"),
            (0, b"0"),
            (False, b"false"),
            ("", b'""'),
            ([None], b"[null]"),
            (("a", 1), b'["a",1]'),
            (2**70, b"1180591620717411303424"),
        ],
    )
    def test_json_is_compact_utf8(self, value: Any, body: bytes, subject: Subject, origin: Origin) -> None:
        """In the order it has, and also if it is false."""
        assert (body, ["application/json"]) == _body_and_type(_sent(subject, origin, json=value))

    @rule("BDY-1")
    def test_json_none_is_no_body(self, subject: Subject, origin: Origin) -> None:
        """It means that nothing was given."""
        request = _sent(subject, origin, json=None)
        assert (b"", []) == (request.body, request.get_list("content-type"))

    @rule("BDY-1")
    @pytest.mark.parametrize(
        "value",
        [
            math.nan,
            math.inf,
            -math.inf,
            {"a": [math.nan]},
            b"bytes",
            {1, 2},
            object(),
            Decimal(1),
            date(2026, 1, 2),
            "\ud800",
        ],
        ids=type_name,
    )
    def test_what_json_cannot_hold_is_refused(self, value: Any, subject: Subject, origin: Origin) -> None:
        """Wherever it stands in the value."""
        with refused(origin, InvalidBody):
            subject.send("POST", origin.url(), json=[value])

    @rule("BDY-1")
    def test_a_value_that_contains_itself_is_refused(self, subject: Subject, origin: Origin) -> None:
        """Instead of being written for ever."""
        value: list[Any] = []
        value.append(value)
        with refused(origin, InvalidBody):
            subject.send("POST", origin.url(), json=value)

    @rule("BDY-1", kind="json")
    @rule("BDY-2", kind="form")
    @rule("BDY-4", kind="bytes")
    @rule("BDY-4", kind="text")
    @pytest.mark.parametrize("kind", OF_EACH_KIND)
    def test_a_content_type_of_the_caller_wins(self, kind: str, subject: Subject, origin: Origin) -> None:
        """Over the one that the kind of body implies."""
        headers = {"content-type": "application/merge-patch+json"}
        request = _sent(subject, origin, headers=headers, **OF_EACH_KIND[kind])
        assert ["application/merge-patch+json"] == request.get_list("content-type")

    @rule("BDY-1", first="json")
    @rule("BDY-2", second="data")
    @rule("BDY-2", first="data")
    @rule("BDY-4", second="content")
    @pytest.mark.parametrize(("first", "second"), [("json", "data"), ("json", "content"), ("data", "content")])
    def test_two_bodies_are_refused(self, first: str, second: str, subject: Subject, origin: Origin) -> None:
        """By an error that names both."""
        bodies = {"json": {"a": 1}, "data": {"a": 1}, "content": b"a"}
        with refused(origin, TypeError, match=rf"(?=.*\b{first}\b).*\b{second}\b"):
            subject.send("POST", origin.url(), **{first: bodies[first], second: bodies[second]})

    @rule("BDY-1", kind="json")
    @rule("BDY-2", kind="form")
    @rule("BDY-4", kind="bytes")
    @rule("BDY-4", kind="text")
    @pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS", "PATCH", "PURGE"])
    @pytest.mark.parametrize("kind", OF_EACH_KIND)
    def test_every_method_can_have_a_body(self, method: str, kind: str, subject: Subject, origin: Origin) -> None:
        """It is sent, with its length."""
        request = _sent(subject, origin, method, **OF_EACH_KIND[kind])
        assert (b"abc", ["3"]) == (
            request.raw_body.replace(b"[1]", b"abc").replace(b"a=1", b"abc"),
            request.get_list("content-length"),
        )

    @rule("BDY-2")
    @pytest.mark.parametrize(
        ("data", "body"),
        [
            ({"z": "1", "a": "b c"}, b"z=1&a=b%20c"),
            ([("a", 1), ("b", 2), ("a", 3)], b"a=1&b=2&a=3"),
            ((("a", 1),), b"a=1"),
            ({"\u00e9": "\u65e5"}, b"%C3%A9=%E6%97%A5"),
            ({PRINTABLE: PRINTABLE}, f"{ESCAPED}={ESCAPED}".encode()),
        ],
        ids=["mapping", "pairs", "tuple", "utf8", "printable"],
    )
    def test_a_form_is_urlencoded(self, data: Any, body: bytes, subject: Subject, origin: Origin) -> None:
        """As a query is, with its own content type."""
        assert (body, [FORM]) == _body_and_type(_sent(subject, origin, data=data))

    @rule("BDY-2")
    @pytest.mark.parametrize(("value", "body"), VALUES)
    def test_a_value_of_a_form_is_written_as_in_a_query(
        self, value: Any, body: str, subject: Subject, origin: Origin
    ) -> None:
        """The same text for the same value."""
        expected = b"first=1" + (f"&{body}".encode() if body else b"")
        assert expected == _sent(subject, origin, data={"first": 1, "p": value}).raw_body

    @rule("BDY-2")
    @pytest.mark.parametrize("value", BAD_VALUES, ids=type_name)
    def test_any_other_value_of_a_form_is_refused(self, value: Any, subject: Subject, origin: Origin) -> None:
        """By an error that names the field."""
        with refused(origin, TypeError, match="telling-name"):
            subject.send("POST", origin.url(), data={"telling-name": value})

    @rule("BDY-2")
    @pytest.mark.parametrize("data", [b"a=1", "a=1", 5, object()], ids=type_name)
    def test_what_is_no_form_is_refused(self, data: Any, subject: Subject, origin: Origin) -> None:
        """Bytes and text are `content`."""
        with refused(origin, (ConfigurationError, TypeError)):
            subject.send("POST", origin.url(), data=data)

    @rule("BDY-4")
    @pytest.mark.parametrize(
        ("content", "body"),
        [
            (bytes(range(256)), bytes(range(256))),
            (bytearray(b"a\x00b"), b"a\x00b"),
            (memoryview(b"abcdef")[1:3], b"bc"),
            ("\u00e9\r\n\u65e5 \ufeff", b"\xc3\xa9\r\n\xe6\x97\xa5 \xef\xbb\xbf"),
            (b"", b""),
            ("", b""),
            (b"x" * 300_000, b"x" * 300_000),
        ],
        ids=["bytes", "bytearray", "memoryview", "str", "no bytes", "no text", "many bytes"],
    )
    def test_bytes_and_text_are_sent_as_they_are(
        self, content: Any, body: bytes, subject: Subject, origin: Origin
    ) -> None:
        """With their length, and without a Content-Type that the caller didn't set."""
        request = _sent(subject, origin, content=content)
        assert [("content-length", str(len(body)))] == about_body(request)
        assert body == request.raw_body

    @rule("BDY-4")
    @pytest.mark.parametrize("content", [5, 1.5, object(), {"a": 1}, "\ud800"], ids=type_name)
    def test_what_is_no_content_is_refused(self, content: Any, subject: Subject, origin: Origin) -> None:
        """Values are for `json` and `data`."""
        with refused(origin, InvalidBody):
            subject.send("POST", origin.url(), content=content)

    @rule("BDY-6")
    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PURGE"])
    def test_no_body_is_said(self, method: str, subject: Subject, origin: Origin) -> None:
        """By a length of zero, and no content type."""
        assert [("content-length", "0")] == about_body(_sent(subject, origin, method))

    @rule("BDY-6")
    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
    def test_no_body_goes_without_saying(self, method: str, subject: Subject, origin: Origin) -> None:
        """Where a body would be odd."""
        origin.on("/", echo)
        assert [] == about_body(_sent(subject, origin, method))


def _sent(subject: Subject, origin: Origin, method: str = "POST", **options: Any) -> RecordedRequest:
    subject.send(method, origin.url(), **options)
    return origin.requests[0]


def _body_and_type(request: RecordedRequest) -> tuple[bytes, list[str]]:
    assert [str(len(request.raw_body))] == request.get_list("content-length")
    return request.raw_body, request.get_list("content-type")
