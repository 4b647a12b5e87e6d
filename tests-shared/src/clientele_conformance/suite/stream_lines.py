"""Lines: they end where they end, however they arrive."""

from __future__ import annotations

import dataclasses
import gzip
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from clientele.http.errors import ResponseTooLarge
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, Stall, chunk, chunked_head, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import read_all
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.streams_wire import SIZES, at_intervals, pieces_of

_MIB = 1 << 20
_GIVES_UP = pytest.mark.timeout(20)  # Where a line is put together anew with every piece, it takes minutes.
_TEXT = "text/plain; charset=utf-8"

LINES: Mapping[str, tuple[str, bytes, list[str]]] = {
    "LF": (_TEXT, b"a\nb\n", ["a", "b"]),
    "CRLF": (_TEXT, b"a\r\nb\r\n", ["a", "b"]),
    "mixed": (_TEXT, b"a\r\nb\nc\r\n", ["a", "b", "c"]),
    "lone CR": (_TEXT, b"a\rb\r\rc\n\rd\n", ["a\rb\r\rc", "\rd"]),
    "CR before CRLF": (_TEXT, b"a\r\r\nb\n", ["a\r", "b"]),
    "blank lines": (_TEXT, b"\na\n\n\r\n \nb\n\n", ["", "a", "", "", " ", "b", ""]),
    "separators of Unicode": (_TEXT, "a\u2028b\u2029c\x85d\n".encode(), ["a\u2028b\u2029c\x85d"]),
    "control characters": (_TEXT, b"a\x0bb\x0cc\x1cd\x1de\x1ef\x00g\n", ["a\x0bb\x0cc\x1cd\x1de\x1ef\x00g"]),
    "multi-byte characters": (_TEXT, "é日😀\n😀é\n".encode(), ["é日😀", "😀é"]),
    "no end": (_TEXT, b"a\nb", ["a", "b"]),
    "CR at the end": (_TEXT, b"a\nb\r", ["a", "b\r"]),
    "nothing": (_TEXT, b"", []),
    "one end": (_TEXT, b"\n", [""]),
    "bytes that aren't UTF-8": (_TEXT, b"a\xff\nb\xe9c\n", ["a\ufffd", "b\ufffdc"]),
    "byte order mark": (_TEXT, b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", ["a", "\ufeffb"]),
    "byte order mark in the middle": (_TEXT, b"a\xef\xbb\xbfb\n", ["a\ufeffb"]),
    "Latin-1": ("text/plain; charset=iso-8859-1", b"caf\xe9\n\xfc\n", ["café", "ü"]),
    "UTF-16": ("text/plain; charset=utf-16", "aਊ\né\r\n".encode("utf-16"), ["aਊ", "é"]),
    "UTF-32": ("text/plain; charset=utf-32-be", "aਊ\nb\n".encode("utf-32-be"), ["aਊ", "b"]),
    "unknown charset": ("text/plain; charset=klingon", "é\n".encode(), ["é"]),
    "charset that is no text": ("text/plain; charset=hex", "é\n".encode(), ["é"]),
    "no charset": ("text/plain", "é\n".encode(), ["é"]),
}
"""Content types and bodies, and the lines they are."""


class Item(BaseModel):
    """An item as a model."""

    id: int


class ItemDict(TypedDict):
    """An item as a dict."""

    id: int


@dataclasses.dataclass
class ItemData:
    """An item as a dataclass."""

    id: int


class StreamLineRules(Suite):
    """STM-2, STM-3 and STM-4."""

    @rule("STM-2")
    @pytest.mark.parametrize("lines", LINES)
    def test_lines_end_at_lf_and_crlf(self, lines: str, subject: Subject, origin: Origin) -> None:
        """In pieces of several sizes, so that everything is cut everywhere."""
        content_type, body, expected = LINES[lines]
        for size in SIZES:
            origin.on("/", at_intervals(pieces_of(body, size), [("Content-Type", content_type)]))
            with subject.stream("GET", origin.url("/"), str) as items:
                assert (size, expected) == (size, list(items))

    @rule("STM-2")
    def test_json_may_hold_what_looks_like_a_line_end(self, subject: Subject, origin: Origin) -> None:
        """A line feed within a JSON string is escaped; its relatives needn't be."""
        origin.on("/", response(body='{"text": "a\u2028b\x85c"}\n{"text": "\u2029"}'.encode()))
        with subject.stream("GET", origin.url("/"), dict[str, str]) as items:
            assert [{"text": "a\u2028b\x85c"}, {"text": "\u2029"}] == list(items)

    @rule("STM-3")
    @_GIVES_UP
    @pytest.mark.parametrize("kind", [str, dict[str, str]])
    def test_a_line_of_10_mib(self, kind: Any, subject: Subject, origin: Origin) -> None:
        """It comes in many pieces, and takes no longer for it than its size explains."""
        text = "x" * (10 * _MIB)
        line = b'{"text": "' + text.encode() + b'"}'
        origin.on("/", response(body=line + b"\n" + line))
        with subject.stream("GET", origin.url("/"), kind) as items:
            read = list(items)
        assert 2 == len(read)
        assert {line.decode() if kind is str else text} == {item if kind is str else item["text"] for item in read}

    @rule("STM-3")
    @_GIVES_UP
    def test_a_line_past_the_default_limit(self, subject: Subject, origin: Origin) -> None:
        """16 MiB; None means no limit."""
        origin.on("/", response(body=b"short\n" + b"x" * (17 * _MIB)))
        read: list[str] = []
        with pytest.raises(ResponseTooLarge), subject.stream("GET", origin.url("/"), str) as items:
            read.extend(items)
        assert ["short"] == read
        with subject.stream("GET", origin.url("/"), str, max_line_bytes=None) as items:
            assert [5, 17 * _MIB] == [len(line) for line in items]

    @rule("STM-3")
    @pytest.mark.parametrize("end", [b"\n", b"\r\n"])
    @pytest.mark.parametrize("where", ["backend", "call"])
    def test_a_line_past_a_limit(self, where: str, end: bytes, new_subject: NewSubject, origin: Origin) -> None:
        """The limit counts a line without its end."""
        limit: dict[str, Any] = {"max_line_bytes": 1000}
        origin.on("/", response(body=b"x" * 1000 + end + b"short" + end + b"x" * 1001 + end))
        subject = new_subject(**(limit if where == "backend" else {}))
        read: list[str] = []
        with (
            pytest.raises(ResponseTooLarge),
            subject.stream("GET", origin.url("/"), str, **(limit if where == "call" else {})) as items,
        ):
            read.extend(items)
        assert ["x" * 1000, "short"] == read

    @rule("STM-3")
    @pytest.mark.parametrize("kind", [str, int])
    def test_a_line_without_an_end(self, kind: type, subject: Subject, origin: Origin) -> None:
        """The rest isn't waited for, and the connection is closed."""
        origin.on("/", [chunked_head(), chunk(b"1\n" + b"2" * 2000), Stall()])
        read: list[object] = []
        with (
            pytest.raises(ResponseTooLarge),
            subject.stream("GET", origin.url("/"), kind, max_line_bytes=1000) as items,
        ):
            read.extend(items)
        origin.wait_until_open(0)
        assert [kind(1)] == read

    @rule("STM-4")
    def test_str_is_every_line(self, subject: Subject, origin: Origin) -> None:
        """Blank ones are lines."""
        origin.on("/", response(body=b"1\n\n2\n \n3\n\n"))
        with subject.stream("GET", origin.url("/"), str) as items:
            assert ["1", "", "2", " ", "3", ""] == list(items)

    @rule("STM-4")
    def test_a_parser_gets_the_lines_that_are_not_blank(self, subject: Subject, origin: Origin) -> None:
        """Whatever the type."""
        origin.on("/", response(body=b"1\n\n2\r\n \r\n3"))
        for kind in (str, bytes, int):
            with subject.stream("GET", origin.url("/"), kind, lambda line: f"<{line}>") as items:
                assert ["<1>", "<2>", "<3>"] == list(items)

    @rule("STM-4")
    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            (Item, [Item(id=1), Item(id=2)]),
            (ItemDict, [{"id": 1}, {"id": 2}]),
            (ItemData, [ItemData(1), ItemData(2)]),
            (dict, [{"id": 1}, {"id": 2}]),
            (dict[str, int], [{"id": 1}, {"id": 2}]),
            (Item | int, [Item(id=1), Item(id=2)]),
            (Any, [{"id": 1}, {"id": 2}]),
        ],
        ids=str,
    )
    def test_a_json_type_is_validated_from_each_line(
        self, kind: Any, expected: list[Any], subject: Subject, origin: Origin
    ) -> None:
        """Blank lines are skipped, whatever the Content-Type."""
        origin.on("/", response(headers=[("Content-Type", "text/plain")], body=b'\n{"id": 1}\n\r\n \n{"id": 2}'))
        with subject.stream("GET", origin.url("/"), kind) as items:
            assert expected == list(items)

    @rule("STM-4", coding="identity")
    @rule("RSP-2", coding="gzip")
    @pytest.mark.parametrize("coding", ["identity", "gzip"])
    @pytest.mark.parametrize("body", [b"", b"a\nb\r\n\r\n\xff", bytes(range(256)) * 1000])
    def test_bytes_are_the_body(self, body: bytes, coding: str, subject: Subject, origin: Origin) -> None:
        """Decoded, and otherwise as it is; no piece of it is empty."""
        packed = response(headers=[("Content-Encoding", "gzip")], body=gzip.compress(body))
        origin.on("/", packed if coding == "gzip" else response(body=body))
        pieces = read_all(subject, "GET", origin.url("/"))
        assert (body, 0) == (b"".join(pieces), pieces.count(b""))
