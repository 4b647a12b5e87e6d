"""A connection on the transports of asyncio, for a library whose network can be replaced."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

_MOST_UNREAD = 256 * 1024
"""Bytes that are received before somebody reads them, at most, but for what comes along with the last of them."""


class Connection(asyncio.Protocol):
    """What a server has sent and nobody has read, and who waits for that to change.

    What has come before a connection breaks can still be read. Nothing of what was written is lost when the one who has
    written it is cancelled.

    Attributes:
        transport: what to write to.
        unread: what has come.
        ended: no more will come.
        lost: nothing can be sent, either.
        fault: why the connection was lost; None if it was closed.
        is_full: the server is slow to take what was written.
    """

    def __init__(self) -> None:
        self.transport: Any = None
        self.unread = bytearray()
        self.ended = self.lost = self.is_full = False
        self.fault: Exception | None = None
        self._is_paused = False
        self._waiting: list[asyncio.Future[None]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self.unread += data
        if len(self.unread) > _MOST_UNREAD and not self._is_paused:
            self._is_paused = True
            self.transport.pause_reading()
        self._changed()

    def eof_received(self) -> None:
        """See `asyncio.Protocol`."""
        self.ended = True
        self._changed()

    def connection_lost(self, error: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self.ended = self.lost = True
        self.fault = error
        self._changed()

    def pause_writing(self) -> None:
        """See `asyncio.Protocol`."""
        self.is_full = True

    def resume_writing(self) -> None:
        """See `asyncio.Protocol`."""
        self.is_full = False
        self._changed()

    def take(self, count: int) -> bytes:
        """The next bytes, at most `count`."""
        taken = bytes(self.unread[:count])
        del self.unread[:count]
        if self._is_paused and not self.lost and len(self.unread) <= _MOST_UNREAD // 2:
            self._is_paused = False
            self.transport.resume_reading()
        return taken

    async def until(self, holds: Callable[[], Any], seconds: float | None = None) -> None:
        """Wait until `holds` does.

        Raises:
            TimeoutError: it does not within `seconds`.
        """
        if holds():
            return
        async with asyncio.timeout(seconds):
            while not holds():
                waiting = asyncio.get_running_loop().create_future()
                self._waiting.append(waiting)
                await waiting

    async def abort(self) -> None:
        """Close at once, and wait until that is done; where TLS has begun, another connection is told of it."""
        self.transport.abort()
        if self.transport.get_protocol() is self:
            await self.until(lambda: self.lost)

    def _changed(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)
