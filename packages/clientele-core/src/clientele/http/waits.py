"""Limits on the waits of an asynchronous exchange, for libraries that lack them."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from functools import partial
from math import inf
from typing import Any, TypeVar, cast

from clientele.http.late import asyncio
from clientele.http.wire import WireRequest

T = TypeVar("T")

BLOCK = 64 * 1024
"""What an operating system's buffers hold at least, so that a single block never has to wait for the server."""


class ReadStalled(Exception):
    """The server was silent for longer than the read limit; the driver raises ReadTimeout."""


class WriteStalled(Exception):
    """The server took no more of the body within the write limit; the driver raises WriteTimeout."""


_no_head = partial(ReadStalled, "the server does not answer")
_no_chunk = partial(ReadStalled, "the server has stopped sending the response body")
_not_taken = partial(WriteStalled, "the server has stopped taking the request body")


class Unlimited:
    """No limits but those of the library: what is awaited is awaited as it is."""

    def head(self, exchange: Awaitable[T]) -> Awaitable[T]:
        """`exchange` itself."""
        return exchange

    def chunk(self, chunks: AsyncIterator[bytes]) -> Awaitable[bytes | None]:
        """The next chunk of the body, None at its end."""
        return anext(chunks, None)

    def end(self) -> None:
        """There is nothing to end."""


UNLIMITED = Unlimited()


class Waits:
    """Limits each wait of one exchange: the task that waits for too long is cancelled.

    Limits are set far more often than they are hit. One timer serves for all of them, and is set again if it fires too
    early.

    Args:
        request: its body is replaced by blocks of it if writes are limited, and its `sent` begins the read limit.
        reads: whether `timeout.read` is enforced here.
        writes: whether `timeout.write` is enforced here.
    """

    def __init__(self, request: WireRequest, *, reads: bool, writes: bool) -> None:
        timeout, body = request.timeout, request.body
        self._read = timeout.read if reads else None
        self._write = timeout.write if writes else None
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[Any] | None = None
        self._cancelled = False
        self._due = inf
        self._stalled: Callable[[], Exception] = _no_head
        self._sending = True
        request.sent = self.sent
        self._unseen = timeout.connect if is_small(body) else None
        if writes and not is_small(body):
            request.body = self.blocks(cast(bytes | AsyncIterable[bytes], body))

    async def head(self, exchange: Awaitable[T]) -> T:
        """Wait for `exchange`, which sends the request and waits for the head of the response.

        The read limit begins when the last block of the body was taken or the adapter has called `sent`. Until then a
        small request, of which no block is counted, has the connect limit and the read limit together.

        Raises:
            ReadStalled, WriteStalled: a wait was too long.
        """
        if self._read is not None and self._unseen is not None:
            self._limit(self._unseen + self._read, _no_head)
        try:
            return await self._within(exchange)
        finally:
            self._sending = False

    async def chunk(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        """Wait for the next chunk of the body; None is its end.

        Raises:
            ReadStalled: the wait was too long.
        """
        self._limit(self._read, _no_chunk)
        return await self._within(anext(chunks, None))

    async def blocks(self, body: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """`body` in blocks; the write limit runs from when a block is handed out until the next one is asked for.

        The event loop has a turn now and then, also where the server takes everything at once: a total limit needs it.
        """
        since_turn = 0
        async for piece in _pieces(body):
            since_turn += len(piece)
            if since_turn >= BLOCK:
                since_turn = 0
                await asyncio.sleep(0)
            for start in range(0, len(piece), BLOCK):
                self._limit_sending(self._write, _not_taken)
                yield piece[start : start + BLOCK]
                self._limit_sending(None, _not_taken)
        self.sent()

    def sent(self) -> None:
        """The whole request is out: the read limit begins."""
        self._limit_sending(self._read, _no_head)

    def end(self) -> None:
        """Drop the timer: the exchange is over."""
        if self._timer is not None:
            self._timer.cancel()

    def _limit_sending(self, seconds: float | None, stalled: Callable[[], Exception]) -> None:
        """The answer may come while the body is still being sent; then only the waits for its chunks have limits."""
        if self._sending:
            self._limit(seconds, stalled)

    def _limit(self, seconds: float | None, stalled: Callable[[], Exception]) -> None:
        if seconds is None or self._cancelled:
            self._due = inf
            return
        self._due = due = self._loop.time() + seconds
        self._stalled = stalled
        if self._timer is None or self._timer.when() > due:
            self._wake_at(due)

    async def _within(self, awaitable: Awaitable[T]) -> T:
        """As in `asyncio.timeout`, only a cancellation that is the timer's alone becomes an error."""
        self._task = task = asyncio.current_task()
        cancelled_before = 0 if task is None else task.cancelling()
        try:
            return await awaitable
        except asyncio.CancelledError:
            if self._cancelled and task is not None and task.cancelling() - 1 <= cancelled_before:
                raise self._stalled() from None
            raise
        finally:
            self._task, self._due = None, inf
            if self._cancelled and task is not None:
                self._cancelled = False
                task.uncancel()

    def _wake_at(self, due: float) -> None:
        self.end()
        self._timer = self._loop.call_at(due, self._wake)

    def _wake(self) -> None:
        self._timer = None
        if self._due > self._loop.time():
            if self._due < inf:
                self._wake_at(self._due)
        elif self._task is not None:
            self._cancelled, self._due = True, inf
            self._task.cancel()


def waits_of(request: WireRequest, *, reads: bool, writes: bool) -> Waits | Unlimited:
    """The limits on an exchange of `request`, as far as `reads` and `writes` say that core enforces them."""
    if reads or (writes and not is_small(request.body)):
        return Waits(request, reads=reads, writes=writes)
    return UNLIMITED


def is_small(body: object) -> bool:
    """Whether sending `body` never has to wait for the server."""
    return body is None or (isinstance(body, bytes) and len(body) <= BLOCK)


async def _pieces(body: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(body, bytes):
        yield body
    else:
        async for piece in body:
            yield piece
