"""Streams: lines and JSON items, whatever the network makes of them, and how streams end."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from clientele_conformance.equality.answers.framing import FRAMINGS, flushed, framed
from clientele_conformance.equality.rows import Ask, Items, Row, Until, answer, here
from clientele_conformance.servers import (
    Answer,
    Close,
    Pause,
    Repeat,
    Reset,
    Stall,
    chunk,
    chunked_head,
    head,
    response,
)

_SHORT = 0.6

LINES: dict[str, tuple[str, Sequence[bytes]]] = {
    "LF": ("text/plain", [b"a\nb\n"]),
    "CRLF": ("text/plain", [b"a\r\nb\r\n"]),
    "CRLF across pieces": ("text/plain", [b"a\r", b"\nb\r", b"\n"]),
    "LF across pieces": ("text/plain", [b"a", b"\n", b"b", b"\n"]),
    "lone CR": ("text/plain", [b"a\rb\rc\n", b"d\r"]),
    "lone CR across pieces": ("text/plain", [b"a\r", b"b\r\r", b"\n"]),
    "line separator": ("application/json", [json.dumps("a\u2028b\u2029c", ensure_ascii=False).encode() + b"\n"]),
    "next line, VT, FF, FS": ("text/plain", ["a\x85b\x0bc\x0cd\x1ce\x1df\x1eg\n".encode()]),
    "a character across pieces": (
        "text/plain; charset=utf-8",
        [b"\xc3", b"\xa9\xe6\x97", b"\xa5\n\xf0\x9f", b"\x98\x80"],
    ),
    "byte by byte": ("text/plain", [bytes([byte]) for byte in "é\r\n日\n\nz".encode()]),
    "line of 300 KiB": ("text/plain", [b"a" * 307_200 + b"\nb\n"]),
    "line of 1 MiB": ("text/plain", [b"a" * 600_000, b"b" * 448_576 + b"\nc\n"]),
    "no LF at the end": ("text/plain", [b"a\nb"]),
    "blank lines": ("text/plain", [b"a\n\n\nb\n\n"]),
    "lines of blanks": ("text/plain", [b" \n\t\n a \n"]),
    "only LF": ("text/plain", [b"\n"]),
    "nothing": ("text/plain", []),
    "invalid UTF-8": ("text/plain; charset=utf-8", [b"a\xff\xc3\nb\xe6\x97\n"]),
    "NUL": ("text/plain", [b"a\0b\n\0\n"]),
    "UTF-16": ("text/plain; charset=utf-16", ["é\n日\n".encode("utf-16")]),
    "UTF-16 in odd pieces": ("text/plain; charset=utf-16", [bytes([b]) for b in "a\n\u0a0a\nb".encode("utf-16")]),
    "UTF-16, big end first": ("text/plain; charset=utf-16be", ["a\r\nb\n".encode("utf-16-be")]),
    "UTF-32": ("text/plain; charset=utf-32", ["a\nb".encode("utf-32")]),
    "Latin-1": ("text/plain; charset=iso-8859-1", [b"\xe9\n\x85\n"]),
    "Shift_JIS": ("text/plain; charset=shift_jis", ["日本\nソ\n".encode("shift_jis")]),
    "unknown charset": ("text/plain; charset=foo", ["é\nb\n".encode()]),
    "a charset that is no text": ("text/plain; charset=hex", [b"c3a9\n"]),
    "mark": ("text/plain; charset=utf-8", [b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n"]),
    "mark across pieces": ("text/plain", [b"\xef", b"\xbb", b"\xbfa\n"]),
    "no charset": ("text/plain", ["é\n".encode()]),
    "no charset, Latin-1": ("text/plain", [b"\xe9\n"]),
    "no type": ("", ["é\n".encode()]),
    "as text, an event stream": ("text/event-stream", ["data: é\n\ndata: b\n\n".encode()]),
}

_OBJECTS = [b'{"a": 1}\n', b'{"a": "\xe2\x80\xa8"}\r\n\n', b'{"a": [', b"1]}"]

JSON: dict[str, tuple[Any, Sequence[bytes]]] = {
    "objects": (dict[str, Any], _OBJECTS),
    "numbers": (int, [b"1\n2\n", b"3", b"4\n"]),
    "an item of another type": (int, [b'1\n"x"\n3\n']),
    "no JSON": (dict[str, Any], [b'{"a": 1}\n{"a": \n']),
    "wrong bytes": (str | int, [b'"\xff"\n1\n']),
    "blank lines between": (int, [b"\n \n1\n\t\n\r\n2\n\n"]),
}


def _text(framing: Any, media_type: str, pieces: Sequence[bytes]) -> list[Answer]:
    return framed(framing, pieces, [("Content-Type", media_type)] if media_type else [])


def _shout(line: str) -> str:
    return line.upper()


def _fussy(line: str) -> str:
    if line == "b":
        raise ArithmeticError(line)
    return line


PARSERS: dict[str, Callable[[str], Any]] = {"json.loads": json.loads, "its own": _shout, "that raises": _fussy}

_FOUR = [b"data: %d\n\n" % number for number in range(4)]
_EACH_AWAITED: list[Answer] = [Until("item 1"), Until("item 2"), Until("item 3"), Until("item 4")]


def _live(framing: Any, *, coded: bool) -> list[Answer]:
    """Each piece is sent only when the one before has been handed out."""
    fields = [("Content-Type", "text/event-stream"), *([("Content-Encoding", "gzip")] if coded else [])]
    return framed(framing, list(flushed(_FOUR)) if coded else _FOUR, fields, between=_EACH_AWAITED)


_ENDS: dict[str, list[Answer]] = {
    "cut within a chunk": [chunked_head(), chunk(b"a\nb\nc"), b"5\r\nd\n", Pause(0.05), Close()],
    "cut between chunks": [chunked_head(), chunk(b"a\nb\nc"), Pause(0.05), Close()],
    "cut within its length": [head(200, [("Content-Length", "10")]), b"a\nb\nc", Pause(0.05), Close()],
    "reset within a chunk": [chunked_head(), chunk(b"a\nb\n"), b"5\r\nd", Until("item 2"), Reset()],
    "reset within its length": [head(200, [("Content-Length", "10")]), b"a\nb\n", Until("item 2"), Reset()],
    "reset where closing is the end": [head(200, [("Connection", "close")]), b"a\nb\n", Until("item 2"), Reset()],
    "stalled within a chunk": [chunked_head(), chunk(b"a\nb\nc"), Stall()],
    "stalled within its length": [head(200, [("Content-Length", "10")]), b"a\nb\nc", Stall()],
    "bad chunk": [chunked_head(), chunk(b"a\nb\n"), Until("item 2"), b"zz\r\nc\n\r\n", Stall()],
    "trailers": [chunked_head(), chunk(b"a\n"), b"0\r\nX-Trailer: 1\r\n\r\n"],
}

_REFUSED: dict[str, bytes] = {
    "404": response(404, [("Content-Type", "text/plain")], b"why\nnot"),
    "500": response(500, [], b'{"error": 1}'),
    "302": response(302, [("Location", "/b")], b"elsewhere"),
    "304": head(304),
    "204": response(204),
    "205": response(205),
    "299": response(299, [], b"a\nb"),
    "103 first": head(103) + response(body=b"a\nb\n"),
}

ROWS: tuple[Row, ...] = (
    *(answer(f"A: {name}", *[_text("chunked", *what)], items=Items(str)) for name, what in LINES.items()),
    *(
        answer(f"A: {name}, {framing}", _text(framing, *LINES[name]), items=Items(kind))
        for name, kind in (
            ("CRLF across pieces", str),
            ("a character across pieces", str),
            ("NUL", bytes),
            ("nothing", bytes),
        )
        for framing in FRAMINGS
    ),
    *(
        answer(f"A: JSON, {name}", framed("chunked", pieces), items=Items(kind))
        for name, (kind, pieces) in JSON.items()
    ),
    *(
        answer(
            f"A: a parser, {name}", _text("chunked", "text/plain", [b'"a"\n', b"\nb\nc\n"]), items=Items(str, parser)
        )
        for name, parser in PARSERS.items()
    ),
    *(
        answer(f"A: live, {framing}{', gzip' if coded else ''}", _live(framing, coded=coded), items=Items(bytes))
        for framing in FRAMINGS
        for coded in (False, True)
    ),
    *(
        answer(f"A: live lines, {framing}", _live(framing, coded=False), items=Items(dict))
        for framing in ("chunked", "close")
    ),
    *(
        answer(
            f"A: a stream, {name}", script, items=Items(kind), options={"timeout": _SHORT} if Stall() in script else {}
        )
        for name, script in _ENDS.items()
        for kind in (str,)
    ),
    *(answer(f"A: a stream of {name}", script, items=Items(str)) for name, script in _REFUSED.items()),
    answer(
        "A: a line past its limit",
        framed("chunked", [b"a\n", b"b" * 11, b"\nc"]),
        items=Items(str),
        options={"max_line_bytes": 10},
    ),
    answer(
        "A: a stream past its limit",
        [head(200, [("Content-Length", "8")]), b"a\nb\n", Until("item 2"), b"c\nd\n"],
        items=Items(str),
        options={"max_response_bytes": 6},
    ),
    answer(
        "A: a long stream",
        [chunked_head(), Repeat(chunk(b"0123456789abcde\n" * 64), 100), b"0\r\n\r\n"],
        items=Items(str),
    ),
    Row(
        "A: left early five times",
        (Ask("GET", here("/"), {}, Items(str, leave_after=1)),) * 5,
        {"/": ([chunked_head(), chunk(b"a\nb\n"), Stall()],)},
    ),
    answer(
        "A: closed while it is open",
        [chunked_head(), chunk(b"a\n"), Until("close"), Pause(0.05), chunk(b"b\n"), b"0\r\n\r\n"],
        items=Items(str, close_after=1),
    ),
)
