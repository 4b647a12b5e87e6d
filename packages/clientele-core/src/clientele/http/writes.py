"""The write limit, for libraries that have none: a body goes out in blocks, and each must be taken in time."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable
from typing import TypeVar

from clientele.http.late import asyncio

T = TypeVar("T")

BLOCK = 64 * 1024
"""What an operating system's buffers hold at least, so that a single block never has to wait for the server."""


class WriteStalled(Exception):
    """The server has stopped taking the body; the driver turns this into WriteTimeout."""


class WriteLimit:
    """Bounds the time that each block of one request body waits to be taken.

    Args:
        seconds: the limit; None for none.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._timer: asyncio.Timeout | None = None

    async def blocks(self, body: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """`body` in blocks; the limit runs from the moment a block is handed out until the next one is asked for."""
        async for piece in _pieces(body):
            for start in range(0, len(piece), BLOCK):
                self._arm(self._seconds)
                yield piece[start : start + BLOCK]
                self._arm(None)

    async def within(self, exchange: Awaitable[T]) -> T:
        """`exchange`, which sends the blocks, cancelled when one is not taken in time.

        Raises:
            WriteStalled: it was.
        """
        timer = asyncio.timeout(None)
        try:
            async with timer:
                self._timer = timer
                try:
                    return await exchange
                finally:
                    self._timer = None
        except TimeoutError:
            if timer.expired():
                raise WriteStalled("the server has stopped taking the request body") from None
            raise

    def _arm(self, seconds: float | None) -> None:
        """An answer may come while the body is still on its way: then there is nothing left to limit."""
        if self._timer is not None and not self._timer.expired():
            at = None if seconds is None else asyncio.get_running_loop().time() + seconds
            self._timer.reschedule(at)


async def _pieces(body: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(body, bytes):
        yield body
    else:
        async for piece in body:
            yield piece
