"""Bodies in pieces, in each of the ways in which HTTP/1.1 delimits them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Literal

from clientele_conformance.servers import LAST_CHUNK, Answer, Close, Pause, chunk, chunked_head, head

Framing = Literal["chunked", "length", "close"]

FRAMINGS: tuple[Framing, ...] = ("chunked", "length", "close")

_BETWEEN = Pause(0.02)
"""Long enough for two pieces to be two segments."""


def framed(
    framing: Framing,
    pieces: Sequence[bytes],
    headers: Sequence[tuple[str, str]] = (),
    *,
    status: int = 200,
    between: Sequence[Answer] | None = None,
) -> list[Answer]:
    """A response whose body comes in `pieces`, after each of which there is a short pause, or what `between` says."""
    steps = [_BETWEEN] * len(pieces) if between is None else between
    body: list[Answer] = [part for piece, step in zip(pieces, steps, strict=True) for part in (piece, step)]
    if framing == "chunked":
        chunks: list[Answer] = [chunk(part) if isinstance(part, bytes) else part for part in body]
        return [chunked_head(status, headers), *chunks, LAST_CHUNK]
    if framing == "close":
        return [head(status, [*headers, ("Connection", "close")]), *body, Close()]
    return [head(status, [*headers, ("Content-Length", str(sum(map(len, pieces))))]), *body]


def flushed(pieces: Sequence[bytes]) -> Iterator[bytes]:
    """`pieces` in gzip, each of them so that it can be decoded as soon as it has come."""
    packer = zlib.compressobj(wbits=31)
    for piece in pieces[:-1]:
        yield packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.compress(pieces[-1]) + packer.flush()
