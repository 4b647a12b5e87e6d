"""Server-sent events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientele.http.message.body.server_sent_events import ServerSentEvent
from clientele_conformance.equality.answers.framing import framed
from clientele_conformance.equality.rows import Items, Row, answer
from clientele_conformance.servers import Answer

EVENTS: dict[str, Sequence[bytes]] = {
    "one": [b"data: 1\n\n"],
    "several lines": [b"data: [\ndata: 1\ndata: ]\n\n"],
    "all fields": [b"event: e\nid: 7\nretry: 50\ndata: 1\n\ndata: 2\n\n"],
    "CR": [b"data: 1\r\rdata: 2\r", b"\r"],
    "CRLF across pieces": [b"data: 1\r", b"\n\r", b"\ndata: 2\r\n\r", b"\n"],
    "all line ends": [b"data: 1\r\n\ndata: 2\n\r\ndata: 3\r\r"],
    "mark": [b"\xef\xbb\xbfdata: 1\n\n\xef\xbb\xbfdata: 2\n\n"],
    "comments": [b": hello\n\ndata: 1\n:\n: data: 2\n\n:\n\n"],
    "no blank": [b"data:1\ndata:  2\n\n"],
    "no colon": [b"data\n\ndata\ndata\n\n"],
    "unknown fields": [b"what: ever\ndata: 1\nDATA: 2\n data: 3\n\n"],
    "no data": [b"event: e\nid: 1\n\ndata: 1\n\n"],
    "NUL in an id": [b"id: 1\0\ndata: 1\n\nid: 2\ndata: 2\n\nid\ndata: 3\n\n"],
    "retry in words": [b"retry: soon\ndata: 1\n\nretry: 5s\ndata: 2\n\n"],
    "no end": [b"data: 1\n\ndata: 2\n"],
    "line separators": ['data: "a\u2028b\x85c\x0bd"\n\n'.encode()],
    "byte by byte": [bytes([byte]) for byte in 'id: é\r\ndata: "日"\r\n\r\n'.encode()],
    "no JSON": [b"data: 1\n\ndata: {\n\ndata: 3\n\n"],
    "wrong bytes": [b'data: "\xff"\n\n'],
}

_KINDS: dict[str, Any] = {"JSON of": int | str | list[int] | None, "whole": ServerSentEvent[str]}


def _events(pieces: Sequence[bytes]) -> list[Answer]:
    return framed("chunked", pieces, [("Content-Type", "text/event-stream; charset=latin-1")])


ROWS: tuple[Row, ...] = tuple(
    answer(f"A: {kind} events, {name}", _events(pieces), items=Items(item))
    for name, pieces in EVENTS.items()
    for kind, item in _KINDS.items()
)
