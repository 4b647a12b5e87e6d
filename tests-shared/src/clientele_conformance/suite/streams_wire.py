"""Streams on the wire: pieces of a body, in each framing and each content coding, with something between them."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from clientele_conformance.servers import LAST_CHUNK, Answer, Close, Pause, WaitFor, chunk, chunked_head, head

Headers = Sequence[tuple[str, str]]

PLENTY = b"1\n" * (64 << 10)
"""Lines, more of them than a client may gather before it hands over the first: that it shouldn't, STM-1 says."""

WAIT = 10.0
"""How long a server waits for the client to have an item, in seconds; when it is over, the stream is cut."""

CODINGS: Mapping[str, int | None] = {"identity": None, "gzip": 31, "deflate": 15, "deflate without a frame": -15}
"""Content codings and what zlib calls them."""


def coded(pieces: Sequence[bytes], coding: str) -> tuple[Headers, list[bytes]]:
    """The pieces in a content coding, each complete as it is sent, and the header that says so."""
    window = CODINGS[coding]
    if window is None:
        return [], [*pieces]
    compress = zlib.compressobj(wbits=window)
    flushed = [compress.compress(piece) + compress.flush(zlib.Z_SYNC_FLUSH) for piece in pieces]
    return [("Content-Encoding", coding.partition(" ")[0])], [*flushed[:-1], flushed[-1] + compress.flush()]


def in_chunks(pieces: Sequence[bytes], between: Iterable[Answer], headers: Headers = ()) -> list[Answer]:
    """Each piece a chunk of its own."""
    return [chunked_head(headers=headers), *_alternating(map(chunk, pieces), between), LAST_CHUNK]


def of_known_length(pieces: Sequence[bytes], between: Iterable[Answer], headers: Headers = ()) -> list[Answer]:
    """Pieces of a body whose length was announced."""
    length = str(sum(map(len, pieces)))
    return [head(200, [*headers, ("Content-Length", length)]), *_alternating(pieces, between)]


def to_the_end(pieces: Sequence[bytes], between: Iterable[Answer], headers: Headers = ()) -> list[Answer]:
    """Pieces of a body that ends with the connection."""
    return [head(200, [*headers, ("Connection", "close")]), *_alternating(pieces, between), Close()]


Framing = Callable[[Sequence[bytes], Iterable[Answer], Headers], list[Answer]]

FRAMINGS: Mapping[str, Framing] = {
    "chunked": in_chunks,
    "content-length": of_known_length,
    "until close": to_the_end,
}
"""The ways in which the end of a body is known."""


def at_intervals(pieces: Sequence[bytes], headers: Headers = (), seconds: float = 0.0005) -> list[Answer]:
    """The pieces in chunks, far enough apart for each to arrive on its own."""
    return in_chunks(pieces, [Pause(seconds)] * len(pieces), headers)


SIZES = (1, 2, 3, 1000)
"""Of pieces, so that a short body is cut everywhere, and nowhere."""


def pieces_of(body: bytes, size: int) -> list[bytes]:
    """`body` in pieces of `size` bytes."""
    return [body[start : start + size] for start in range(0, len(body), size)]


class Waiting:
    """A server and a reader in turns: the server sends an item, and goes on when the reader has it."""

    def __init__(self, count: int) -> None:
        self._taken = [threading.Event() for _ in range(count)]

    @property
    def steps(self) -> list[WaitFor]:
        """What the server does behind each item."""
        return [WaitFor(event, WAIT) for event in self._taken]

    def read(self, items: Iterable[Any], complete: Callable[[list[Any]], int] = len) -> list[Any]:
        """All the items; the server learns of each. `complete` says how many of the server's they are so far."""
        read: list[Any] = []
        for item in items:
            read.append(item)
            for event in self._taken[: complete(read)]:
                event.set()
        return read


def _alternating(pieces: Iterable[bytes], between: Iterable[Answer]) -> Iterator[Answer]:
    for piece, step in zip(pieces, between, strict=True):
        yield piece
        yield step
