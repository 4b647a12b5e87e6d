"""Values at exactly a limit, one below and one above, with the body cut at every position.

A `<` in the place of a `<=`, and a count that is not carried from one piece to the next, show nowhere else.
"""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from clientele.http.errors import ContentDecodingError, ResponseTooLarge
from clientele.http.message.body.server_sent_events import ServerSentEvent
from clientele_conformance.rules import rule
from clientele_conformance.servers import Answer, Origin, Pause, chunked_response, head, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import Suite
from clientele_conformance.suite.request_bodies import BLOCK
from clientele_conformance.suite.streams_wire import CODINGS, at_intervals, coded

BODY = b"12345678"
CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate without a frame": lambda data: zlib.compress(data, wbits=-15),
    "gzip, gzip": lambda data: gzip.compress(gzip.compress(data)),
}
SIZES = [multiple * BLOCK + more for multiple in (1, 2) for more in (-1, 0, 1)]
EVENTS = [("Content-Type", "text/event-stream")]

# Bodies whose longest line, or event, has eight bytes; and what they are.
LINES: dict[str, tuple[bytes, list[str]]] = {
    "LF": (b"12345678\nab\n12345678\n", ["12345678", "ab", "12345678"]),
    "CRLF": (b"12345678\r\nab\r\n12345678\r\n", ["12345678", "ab", "12345678"]),
    "mixed": (b"ab\r\n12345678\n\n12345678\r\n", ["ab", "12345678", "", "12345678"]),
    "without an end": (b"ab\n12345678", ["ab", "12345678"]),
    "a CR for its last": (b"1234567\r", ["1234567\r"]),
    "a CR within": (b"1234\r678\r\n", ["1234\r678"]),
    "two bytes each": ("éééé\r\nab".encode(), ["éééé", "ab"]),
}
MESSAGES: dict[str, tuple[bytes, list[str]]] = {
    "one line": (b"data:678\n\ndata:678\n\n", ["678", "678"]),
    "CRLF": (b"data:678\r\n\r\ndata:a\r\n\r\n", ["678", "a"]),
    "CR": (b"data:678\r\rdata:a\r\r", ["678", "a"]),
    "two bytes each": ("data:é8\n\n".encode(), ["é8"]),
    "a comment": (b":2345678\ndata:a\n\n", ["a"]),
    "several lines": (b"data:12\ndata:45\ndata:78\n\n" * 2, ["12\n45\n78"] * 2),
    "several lines of two bytes": ("data:é\ndata:é\ndata:é\n\n".encode() * 2, ["é\né\né"] * 2),
}


def cuts(body: bytes) -> list[list[bytes]]:
    """`body` in two pieces, cut at every position; and in pieces of one byte."""
    halves = [[body[:at], body[at:]] for at in range(1, len(body))]
    return [[body], *halves, [bytes([byte]) for byte in body]]


class LimitRules(Suite):
    """The limits of RSP-2, RSP-10, STM-3 and STM-5."""

    @rule("RSP-10")
    @pytest.mark.parametrize("coding", CODINGS)
    @pytest.mark.parametrize("way", ["send", "stream"])
    def test_a_body_of_exactly_the_limit(self, way: str, coding: str, subject: Subject, origin: Origin) -> None:
        """It is read; of one that has a byte more, nothing is, in however many pieces it comes."""
        (headers, [whole]), read = coded([BODY], coding), _sent if way == "send" else _streamed
        for limit in (7, 8):
            expected = "ResponseTooLarge" if limit < len(BODY) else BODY.decode()
            for pieces in cuts(whole):
                origin.on("/", chunked_response(*pieces, headers=headers))
                assert (limit, pieces, expected) == (limit, pieces, read(subject, origin, max_response_bytes=limit))

    @rule("RSP-2")
    @pytest.mark.parametrize("coding", CODERS)
    @pytest.mark.parametrize("size", SIZES)
    def test_a_coded_body_of_whole_blocks(self, size: int, coding: str, subject: Subject, origin: Origin) -> None:
        """What is decoded block by block ends in the middle of a block, at its end, and a byte later."""
        body = random.Random(size).randbytes(1000) * (size // 1000 + 1)
        headers = [("Content-Encoding", coding.partition(" without")[0])]
        origin.on("/", response(200, headers, CODERS[coding](body[:size])))
        assert body[:size] == subject.send("GET", origin.url("/")).content
        with subject.stream("GET", origin.url("/")) as items:
            assert body[:size] == b"".join(items)

    @rule("RSP-2")
    @pytest.mark.parametrize("coding", CODERS)
    def test_a_coding_is_undone_wherever_it_is_cut(self, coding: str, subject: Subject, origin: Origin) -> None:
        """Padding behind it may come in a piece of its own, garbage may not."""
        name, whole = coding.partition(" without")[0], CODERS[coding](BODY)
        for pieces in [*cuts(whole), *([*pieces, b"\0"] for pieces in cuts(whole)), [whole, b"\0\0", b"\0"]]:
            origin.on("/", chunked_response(*pieces, headers=[("Content-Encoding", name)]))
            assert (pieces, BODY) == (pieces, subject.send("GET", origin.url("/")).content)
        for pieces in ([whole, b"x"], [whole, b"\0", b"x"], [whole, b"\0x"], [whole[:-1], whole[-1:] + b"x"]):
            origin.on("/", chunked_response(*pieces, headers=[("Content-Encoding", name)]))
            with pytest.raises(ContentDecodingError):
                subject.send("GET", origin.url("/"))

    @rule("RSP-2")
    @pytest.mark.parametrize("first", [b"", BODY])
    def test_members_are_joined_wherever_they_are_cut(self, first: bytes, subject: Subject, origin: Origin) -> None:
        """One may end exactly where a piece does."""
        whole = gzip.compress(first) + b"\0" + gzip.compress(BODY)
        for pieces in cuts(whole):
            origin.on("/", chunked_response(*pieces, headers=[("Content-Encoding", "gzip")]))
            assert (pieces, first + BODY) == (pieces, subject.send("GET", origin.url("/")).content)

    @rule("RSP-2")
    def test_two_codings_are_undone(self, subject: Subject, origin: Origin) -> None:
        """As many as any server needs; with three, a few kilobytes would grow to gigabytes."""
        body = BODY
        for count in range(1, 4):
            body = gzip.compress(body)
            origin.on("/", response(200, [("Content-Encoding", ", ".join(["gzip"] * count))], body))
            if count <= 2:
                assert BODY == subject.send("GET", origin.url("/")).content
        with pytest.raises(ContentDecodingError):
            subject.send("GET", origin.url("/"))

    @rule("RSP-2")
    @pytest.mark.parametrize("coding", ["gzip", "deflate"])
    def test_padding_is_64_kib_at_most(self, coding: str, subject: Subject, origin: Origin) -> None:
        """Blocks of tapes are shorter; without a limit it is a way to keep a client busy."""
        for more, expected in ((0, BODY), (1, None)):
            body = CODERS[coding](BODY) + bytes(BLOCK + more)
            origin.on("/", response(200, [("Content-Encoding", coding)], body))
            if expected is not None:
                assert expected == subject.send("GET", origin.url("/")).content
        with pytest.raises(ContentDecodingError):
            subject.send("GET", origin.url("/"))

    @rule("STM-3")
    @pytest.mark.parametrize("lines", LINES)
    def test_a_line_of_exactly_the_limit(self, lines: str, subject: Subject, origin: Origin) -> None:
        """Its end doesn't count, wherever the line is cut; before one that is too long the others are handed out."""
        body, expected = LINES[lines]
        longest = max(expected, key=lambda line: len(line.encode()))
        too_long = [*expected[: expected.index(longest)], "ResponseTooLarge"]
        for limit, items in ((7, too_long), (8, expected)):
            for pieces in cuts(body):
                origin.on("/", at_intervals(pieces))
                found = _items(subject, origin, str, max_line_bytes=limit)
                assert (limit, pieces, items) == (limit, pieces, found)

    @rule("STM-5")
    @pytest.mark.parametrize("messages", MESSAGES)
    def test_an_event_of_exactly_the_limit(self, messages: str, subject: Subject, origin: Origin) -> None:
        """Its lines count without their ends, and so does its data, line feeds included."""
        body, expected = MESSAGES[messages]
        for limit, items in ((7, ["ResponseTooLarge"]), (8, expected)):
            for pieces in cuts(body):
                origin.on("/", at_intervals(pieces, EVENTS))
                found = _items(subject, origin, ServerSentEvent[str], max_line_bytes=limit)
                told = [getattr(item, "data", item) for item in found]
                assert (limit, pieces, items) == (limit, pieces, told)

    @rule("RSP-9")
    def test_a_head_is_read_wherever_it_is_cut(self, subject: Subject, origin: Origin) -> None:
        """So is a body in chunks, with its framing."""
        whole = head(200, [("X-A", "1"), ("Transfer-Encoding", "chunked")])
        whole += b"2\r\nok\r\nA;ext=1\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n"
        for pieces in cuts(whole)[:-1]:
            origin.on("/", _apart(pieces))
            answer = subject.send("GET", origin.url("/"))
            assert (pieces, b"ok0123456789", "1") == (pieces, answer.content, answer.headers["x-a"])


def _apart(pieces: Iterable[bytes]) -> list[Answer]:
    """The pieces, far enough apart for each to arrive on its own."""
    return [step for piece in pieces for step in (piece, Pause(0.001))]


def _sent(subject: Subject, origin: Origin, **options: Any) -> str:
    """The body of the response as a call has it, or the name of the error."""
    try:
        return subject.send("GET", origin.url("/"), **options).content.decode()
    except ResponseTooLarge as error:
        return type(error).__name__


def _streamed(subject: Subject, origin: Origin, **options: Any) -> str:
    """The body of the response as a stream has it, or the name of the error."""
    *pieces, last = [b"", *_items(subject, origin, bytes, **options)]
    return last if isinstance(last, str) else b"".join([*pieces, last]).decode()


def _items(subject: Subject, origin: Origin, kind: Any, **options: Any) -> list[Any]:
    """The items of a stream, and the name of the error that it ends with."""
    found: list[Any] = []
    try:
        with subject.stream("GET", origin.url("/"), kind, **options) as items:
            found.extend(items)
    except ResponseTooLarge as error:
        found.append(type(error).__name__)
    return found
