"""A body in the pieces in which urllib3-future sends it.

It cuts an iterable into frames by taking one piece in for each frame it hands out, so that larger pieces pile up.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any


def pieces(body: Any, size: int) -> Any:
    """`body`; if it is an iterator of pieces, none of them is larger than `size`."""
    if hasattr(body, "__anext__"):
        return _acut(body, size)
    if hasattr(body, "__next__") and not hasattr(body, "read"):
        return _cut(body, size)
    return body


def _cut(body: Iterator[bytes], size: int) -> Iterator[bytes]:
    for piece in body:
        for start in range(0, len(piece), size):
            yield piece[start : start + size]


async def _acut(body: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    async for piece in body:
        for start in range(0, len(piece), size):
            yield piece[start : start + size]
