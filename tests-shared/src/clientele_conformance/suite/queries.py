"""Queries: parameters are added to the URL in one way, and what can't be written is refused."""

from __future__ import annotations

import json
import string
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any
from uuid import UUID

import pytest

from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import attempt, read_all
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.request_wire import refused, type_name


class Colour(Enum):
    """An Enum of text."""

    RED = "dark red"
    NONE = 0


class Size(IntEnum):
    """An Enum that is an int."""

    LARGE = 3


class Kind(StrEnum):
    """An Enum that is a str."""

    NEW = "brand-new"


class Name(str):
    """A str of another class, which shows itself in another way."""

    __slots__ = ()

    def __str__(self) -> str:
        return "shown"


VALUES: list[tuple[Any, str]] = [
    ("text", "p=text"),
    ("", "p="),
    (None, ""),
    ([1, 2, 3], "p=1&p=2&p=3"),
    (("b", "a"), "p=b&p=a"),
    ([1, None, 2], "p=1&p=2"),
    ([], ""),
    ((None,), ""),
    ([True, Colour.RED], "p=true&p=dark%20red"),
    (True, "p=true"),
    (False, "p=false"),
    (0, "p=0"),
    (-12345678901234567890, "p=-12345678901234567890"),
    (1.5, "p=1.5"),
    (0.1, "p=0.1"),
    (1e22, "p=1e%2B22"),
    (Decimal("1.10"), "p=1.10"),
    (UUID("12345678-1234-5678-1234-567812345678"), "p=12345678-1234-5678-1234-567812345678"),
    (Colour.RED, "p=dark%20red"),
    (Colour.NONE, "p=0"),
    (Size.LARGE, "p=3"),
    (Kind.NEW, "p=brand-new"),
    (Name("text"), "p=text"),
    (date(2026, 1, 2), "p=2026-01-02"),
    (time(3, 4, 5), "p=03%3A04%3A05"),
    (timedelta(hours=1, minutes=30), "p=PT1H30M"),
    (datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC), "p=2026-01-02T03%3A04%3A05.678000%2B00%3A00"),
    (datetime(2026, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=-5))), "p=2026-01-02T03%3A04%3A00-05%3A00"),
    (datetime(2026, 1, 2, 3, 4), "p=2026-01-02T03%3A04%3A00"),  # noqa: DTZ001 - one without a zone is a case too
]
"""What a parameter `p` may be, and the query that it becomes; a form has the same."""

BAD_VALUES: list[Any] = [
    {"a": 1},
    {"a"},
    b"bytes",
    bytearray(b"bytes"),
    object(),
    [["nested"]],
    [{"a": 1}],
    [b"bytes"],
    1j,
    (letter for letter in "ab"),
]
"""What no parameter may be."""

PRINTABLE = string.ascii_letters + string.digits + "-._~" + " !\"#$%&'()*+,/:;<=>?@[\\]^`{|}"
ESCAPED = (
    string.ascii_letters + string.digits + "-._~"
    "%20%21%22%23%24%25%26%27%28%29%2A%2B%2C%2F%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E%60%7B%7C%7D"
)


class QueryRules(Suite):
    """QRY-1 and following."""

    @rule("QRY-1")
    @pytest.mark.parametrize(
        ("url", "params", "query"),
        [
            ("/p?a=1", {"b": 2}, "a=1&b=2"),
            ("/p?a=1", {"a": 2}, "a=1&a=2"),
            ("/p?a=1", [("b", 2), ("a", 3), ("b", 4)], "a=1&b=2&a=3&b=4"),
            ("/p?a=1", (("b", 2),), "a=1&b=2"),
            ("/p?a=1", {}, "a=1"),
            ("/p?a=1", [], "a=1"),
            ("/p?a=1#part", {"b": 2}, "a=1&b=2"),
            ("/p?", {"b": 2}, "b=2"),
            ("/p", {"z": 1, "a": 2, "m": 3}, "z=1&a=2&m=3"),
            ("/p", {}, ""),
            ("/p?a=x+y%2B", {"b": 2}, "a=x+y%2B&b=2"),
            ("", {"b": 2}, "b=2"),
        ],
    )
    def test_parameters_follow_the_query_of_the_url(
        self, url: str, params: Any, query: str, subject: Subject, origin: Origin
    ) -> None:
        """In the order in which they are given."""
        subject.send("GET", origin.url(url), params=params)
        assert [query] == [request.query for request in origin.requests]

    @rule("QRY-1")
    def test_parameters_follow_the_query_of_a_path(self, new_subject: NewSubject, origin: Origin) -> None:
        """Below a base URL too."""
        new_subject(base_url=origin.url("/v2")).send("GET", "/p?a=1", params={"b": 2})
        assert ["a=1&b=2"] == [request.query for request in origin.requests]

    @rule("QRY-1")
    @pytest.mark.parametrize("method", ["POST", "DELETE"])
    def test_every_method_has_a_query(self, method: str, subject: Subject, origin: Origin) -> None:
        """Beside a body."""
        subject.send(method, origin.url("/p?a=1"), params={"b": 2}, json={"c": 3})
        assert [("a=1&b=2", {"c": 3})] == [(request.query, json.loads(request.body)) for request in origin.requests]

    @rule("QRY-1", query="b=2")
    @rule("QRY-2", query="b=true")
    @pytest.mark.parametrize(("query", "params"), [("b=2", {"b": 2}), ("b=true", {"b": [True, None]})])
    def test_a_stream_has_a_query(self, query: str, params: Any, subject: Subject, origin: Origin) -> None:
        """The same as a call."""
        attempt(read_all, subject, "GET", origin.url("/p?a=1"), params=params)
        assert [f"a=1&{query}"] == [request.query for request in origin.requests]

    @rule("QRY-2")
    @pytest.mark.parametrize("params", [{"b": None}, {"b": []}, {"b": [None], "c": None}])
    def test_no_value_is_no_parameter(self, params: Any, subject: Subject, origin: Origin) -> None:
        """Not even the sign that would stand before it."""
        for url in ("/p?a=1", "/p"):
            subject.send("GET", origin.url(url), params=params)
        assert ["/p?a=1", "/p"] == [request.target for request in origin.requests]

    @rule("QRY-2")
    @pytest.mark.parametrize(("value", "query"), VALUES)
    def test_a_value_is_written_in_one_way(self, value: Any, query: str, subject: Subject, origin: Origin) -> None:
        """As JSON and ISO 8601 write it, not as Python shows it."""
        subject.send("GET", origin.url("/p"), params={"p": value})
        assert [query] == [request.query for request in origin.requests]

    @rule("QRY-2")
    @pytest.mark.parametrize("value", BAD_VALUES, ids=type_name)
    def test_any_other_value_is_refused(self, value: Any, subject: Subject, origin: Origin) -> None:
        """By an error that names the parameter."""
        with refused(origin, TypeError, match="telling-name"):
            subject.send("GET", origin.url("/p"), params={"a": 1, "telling-name": value})

    @rule("QRY-3")
    def test_all_but_unreserved_characters_are_escaped(self, subject: Subject, origin: Origin) -> None:
        """In names and in values; a space is %20, a plus is %2B."""
        subject.send("GET", origin.url("/p"), params={PRINTABLE: PRINTABLE})
        assert [f"{ESCAPED}={ESCAPED}"] == [request.query for request in origin.requests]

    @rule("QRY-3")
    @pytest.mark.parametrize(
        ("text", "escaped"),
        [
            ("\u00e9", "%C3%A9"),
            ("e\u0301", "e%CC%81"),
            ("\u65e5\u672c", "%E6%97%A5%E6%9C%AC"),
            ("\U0001f600", "%F0%9F%98%80"),
            ("\x00\r\n\t\x7f", "%00%0D%0A%09%7F"),
            ("%41", "%2541"),
        ],
    )
    def test_text_is_utf8(self, text: str, escaped: str, subject: Subject, origin: Origin) -> None:
        """Byte by byte, controls too; what looks like an escape is escaped again."""
        subject.send("GET", origin.url("/p"), params={text: text})
        assert [f"{escaped}={escaped}"] == [request.query for request in origin.requests]

    @rule("QRY-3")
    @pytest.mark.parametrize("params", [{"p": "\ud800"}, {"\udfff": "p"}])
    def test_what_utf8_cannot_hold_is_refused(self, params: Any, subject: Subject, origin: Origin) -> None:
        """A lone surrogate is a ValueError."""
        with refused(origin, ValueError):
            subject.send("GET", origin.url("/p"), params=params)
