"""Bodies: JSON, bytes, text, files, and pieces of both kinds."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from decimal import Decimal
from typing import IO, Any

from clientele_conformance.equality.rows import Row, call

VALUES: dict[str, Any] = {
    "object": {"a": 1, "b": [1.5, None, True], "c": {}},
    "order": {"b": 1, "a": 2, "": 3},
    "not ASCII": {"\u00e9": "\u65e5\U0001f600\u2028"},
    "escapes": ['"\\/\b\f\n\r\t\0\x1f\x7f'],
    "empty object": {},
    "empty list": [],
    "zero": 0,
    "False": False,
    "empty text": "",
    "text": "text",
    "numbers": [0.1, 1e100, -0.0, 10**40, 1e-7],
    "keys that are no text": {2: "a", None: "b", True: "c", 1.5: "d"},
    "tuple": (1, (2, 3)),
    "deep": [[[[[[[[[[]]]]]]]]]],
    "long": {"a": "x" * 100_000},
    "None": None,
}

CONTENT: dict[str, Any] = {
    "bytes": b"\x00\r\n\xff",
    "empty": b"",
    "text": "\u00e9\u65e5",
    "empty text": "",
    "bytearray": bytearray(b"array"),
    "memoryview": memoryview(b"a view"),
    "list of pieces": [b"one", b"", b"two"],
    "tuple of pieces": (b"one", bytearray(b"two"), memoryview(b"three")),
    "no pieces": [],
    "only empty pieces": [b"", b""],
    "one mebibyte": b"0123456789abcdef" * 65536,
    "what looks like chunks": b"5\r\nhello\r\n0\r\n\r\n",
    "what looks like a request": b"GET /planted HTTP/1.1\r\nHost: a\r\n\r\n",
}


def _generator(*pieces: bytes) -> Iterator[bytes]:
    yield from pieces


async def _async_generator(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def _file_at(position: int) -> IO[bytes]:
    file = io.BytesIO(b"before, after")
    file.seek(position)
    return file


class _Pipe(io.RawIOBase):
    """A file that can't tell how long it is."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._content.read(size)


FRESH: dict[str, Callable[[], Mapping[str, Any]]] = {
    "generator": lambda: {"content": _generator(b"one", b"two")},
    "generator of nothing": lambda: {"content": _generator()},
    "generator of long pieces": lambda: {"content": _generator(b"a" * 100_000, b"b" * 70_000)},
    "generator of a length": lambda: {"content": _generator(b"one", b"two"), "headers": {"Content-Length": "6"}},
    "generator of length 0": lambda: {"content": _generator(), "headers": {"content-length": "0"}},
    "generator with a type": lambda: {"content": _generator(b"{}"), "headers": {"Content-Type": "application/json"}},
    "map": lambda: {"content": map(str.encode, ["a", "b"])},
    "BytesIO": lambda: {"content": io.BytesIO(b"file")},
    "BytesIO, empty": lambda: {"content": io.BytesIO()},
    "BytesIO from its position": lambda: {"content": _file_at(8)},
    "BytesIO at its end": lambda: {"content": _file_at(13)},
    "file of three blocks": lambda: {"content": io.BytesIO(b"0123456789" * 15_000)},
    "pipe": lambda: {"content": _Pipe(b"who knows how long")},
    "pipe of a length": lambda: {"content": _Pipe(b"six by"), "headers": {"Content-Length": "6"}},
}

ASYNC: dict[str, Callable[[], Mapping[str, Any]]] = {
    "async generator": lambda: {"content": _async_generator(b"one", b"two")},
    "async generator of nothing": lambda: {"content": _async_generator()},
    "async generator of a length": lambda: {
        "content": _async_generator(b"1", b"2"),
        "headers": {"content-length": "2"},
    },
    "async generator of long pieces": lambda: {"content": _async_generator(b"a" * 200_000, b"", b"b")},
}

_METHODS = ("GET", "HEAD", "OPTIONS", "DELETE", "PUT", "PATCH", "QUERY")
_TYPED = {"headers": {"CONTENT-TYPE": "application/merge-patch+json"}}

ROWS: tuple[Row, ...] = (
    *(call(f"E: JSON, {name}", "POST", "/a", {"json": value}) for name, value in VALUES.items()),
    call("E: JSON of another type", "PATCH", "/a", {"json": {}, **_TYPED}),
    call("E: JSON of no type", "POST", "/a", {"json": {}, "headers": {"content-type": None}}),
    *(call(f"E: content, {name}", "POST", "/a", {"content": content}) for name, content in CONTENT.items()),
    *(call(f"E: content, {name}", "POST", "/a", fresh) for name, fresh in FRESH.items()),
    *(call(f"E: content, {name}", "POST", "/a", fresh, modes=("async",)) for name, fresh in ASYNC.items()),
    *(call(f"E: {method} with a body", method, "/a", {"content": b"body"}) for method in _METHODS),
    *(call(f"E: {method} with JSON", method, "/a", {"json": [1]}) for method in _METHODS),
    *(call(f"E: {method} with pieces", method, "/a", FRESH["generator"]) for method in _METHODS),
    call("E: bytes of a type", "POST", "/a", {"content": b"a", "headers": {"Content-Type": "text/csv"}}),
    call(
        "E: text of a type",
        "POST",
        "/a",
        {"content": "\u00e9", "headers": {"Content-Type": "text/plain; charset=latin-1"}},
    ),
    call("E: the length of nothing", "POST", "/a", {"headers": {"Content-Length": None}}),
    call("E: a number that JSON has no type for", "POST", "/a", {"json": Decimal("1.5")}, refused=True),
)
