"""Limits the waits of an asynchronous exchange, for libraries without such limits."""

from __future__ import annotations

import weakref
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from functools import partial
from math import inf
from typing import Any, TypeVar, cast

from clientele.http.runtime.lazy import asyncio
from clientele.http.wire import WireRequest

T = TypeVar("T")

BLOCK = 64 * 1024
"""The minimum size of an operating system's buffers: a single block of this size never waits for the server."""

_QUICK = 20
"""The part of the write limit within which a block counts as accepted quickly: then a block of twice the size is fast
enough too.
"""


class ReadStalled(Exception):
    """The server was inactive for longer than the read limit; the driver raises ReadTimeout."""


class WriteStalled(Exception):
    """The server accepted no more of the body within the write limit; the driver raises WriteTimeout."""


_no_head = partial(ReadStalled, "the server does not answer")
_no_chunk = partial(ReadStalled, "the server has stopped sending the response body")
_not_taken = partial(WriteStalled, "the server has stopped taking the request body")


class Unlimited:
    """Without limits of core: awaits everything unchanged."""

    def head(self, exchange: Awaitable[T]) -> Awaitable[T]:
        """`exchange` itself."""
        return exchange

    def chunk(self, chunks: AsyncIterator[bytes]) -> Awaitable[bytes | None]:
        """The next chunk of the body, None at its end."""
        return anext(chunks, None)


UNLIMITED = Unlimited()


class Waits:
    """Limits each wait of one exchange: a task that waits for too long is cancelled.

    Args:
        request: its body is replaced by blocks of it if writes are limited, and its `sent` begins the read limit.
        reads: whether `timeout.read` is enforced here.
        writes: whether `timeout.write` is enforced here.
        most: the maximum block size in bytes.

    Attributes:
        due: the deadline of the current wait, by the clock of the event loop.
    """

    def __init__(self, request: WireRequest, *, reads: bool, writes: bool, most: int = BLOCK) -> None:
        timeout, body = request.timeout, request.body
        self._read = timeout.read if reads else None
        self._write = timeout.write if writes else None
        self._most = most
        self._loop = loop = asyncio.get_running_loop()
        self._clock = _clock_of(loop)
        self._task: asyncio.Task[Any] | None = None
        self._cancelled = False
        self._sending = True
        self._stalled: Callable[[], Exception] = _no_head
        self.due = inf
        request.sent = self.sent
        self._connect = timeout.connect
        self._small = _is_small(body)
        self._in_blocks = writes and not self._small
        if self._in_blocks:
            request.body = self.blocks(cast(bytes | AsyncIterable[bytes], body))

    def head(self, exchange: Awaitable[T]) -> Awaitable[T]:
        """Wait for `exchange`, which sends the request and waits for the head of the response.

        The read limit starts when the adapter calls `sent`. Without that, the connect limit is added to it, from the
        start or from the last accepted block of the body, because the progress of the library is unknown here. Sending
        a body that the library doesn't take in blocks is not limited.

        Raises:
            ReadStalled, WriteStalled: a wait was too long.
        """
        if self._in_blocks:
            self._limit(self._with_connect(self._write), _not_taken)
        elif self._small:
            self._limit(self._with_connect(self._read), _no_head)
        return self._within(exchange)

    def chunk(self, chunks: AsyncIterator[bytes]) -> Awaitable[bytes | None]:
        """Wait for the next chunk of the body; None at the end.

        Raises:
            ReadStalled: the wait was too long.
        """
        self._sending = False
        self._limit(self._read, _no_chunk)
        return self._within(anext(chunks, None))

    async def blocks(self, body: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """`body` in blocks; the write limit applies from one block until the next one is requested.

        Blocks grow while they are accepted quickly: large ones are more efficient, but too slow on a slow connection.
        Now and then, other tasks get to run even if the server accepts everything immediately, which the total limit
        needs.
        """
        since_turn, size = 0, BLOCK
        async for piece in _pieces(body):
            since_turn += len(piece)
            if since_turn >= BLOCK:
                since_turn = 0
                await asyncio.sleep(0)
            start = 0
            while start < len(piece):
                began = self._loop.time()
                self._limit_sending(self._write, _not_taken)
                yield piece[start : start + size]
                self._limit_sending(None, _not_taken)
                start += size
                is_quick = self._write is None or self._loop.time() - began < self._write / _QUICK
                size = min(2 * size, self._most) if is_quick else BLOCK
                # If the server accepts everything immediately, the sender never waits, and other tasks would never run.
                await asyncio.sleep(0)
        self._limit_sending(self._with_connect(self._read), _no_head)

    def sent(self) -> None:
        """The whole request has been sent: the read limit starts."""
        self._limit_sending(self._read, _no_head)

    def cancel(self) -> None:
        """Cancel the task that waits: it is due."""
        if self._task is not None:
            self._cancelled, self.due = True, inf
            self._task.cancel()

    def _with_connect(self, seconds: float | None) -> float | None:
        return None if seconds is None or self._connect is None else self._connect + seconds

    def _limit_sending(self, seconds: float | None, stalled: Callable[[], Exception]) -> None:
        """The response may arrive while the body is being sent; then only the waits for its chunks are limited."""
        if self._sending:
            self._limit(seconds, stalled)

    def _limit(self, seconds: float | None, stalled: Callable[[], Exception]) -> None:
        if seconds is None or self._cancelled:
            self.due = inf
        else:
            self._stalled = stalled
            self.due = due = self._loop.time() + seconds
            if due < self._clock.wakes_at:
                self._clock.wake_at(due, self._loop)

    async def _within(self, awaitable: Awaitable[T]) -> T:
        """As in `asyncio.timeout`, only the clock's own cancellation becomes an error."""
        self._task = task = asyncio.current_task(self._loop)
        cancelled_before = 0 if task is None else task.cancelling()
        waiting = self._clock.waiting
        waiting.add(self)
        try:
            return await awaitable
        except asyncio.CancelledError:
            if self._cancelled and task is not None and task.cancelling() - 1 <= cancelled_before:
                raise self._stalled() from None
            raise
        finally:
            waiting.discard(self)
            if self._cancelled and task is not None:
                self._cancelled = False
                task.uncancel()


class _Clock:
    """Cancels overdue waits, with one timer for each event loop.

    Limits are set far more often than they are reached, and a timer costs more than the rest of a wait: so it is not
    changed when its wait is over, but set again if it fires too early.
    """

    def __init__(self) -> None:
        # Don't keep the loop or its timer alive: an unused loop must be garbage-collected.
        self.wakes_at = inf
        self.waiting = set[Waits]()

    def wake_at(self, due: float, loop: asyncio.AbstractEventLoop) -> None:
        """Check the waits at `due`, by the clock of `loop`, instead of at a later time that was set before."""
        self.wakes_at = due
        loop.call_at(due, self._wake, due)

    def _wake(self, due: float) -> None:
        if due != self.wakes_at:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        for waits in [each for each in self.waiting if each.due <= now]:
            waits.cancel()
        self.wakes_at = min((each.due for each in self.waiting), default=inf)
        if self.wakes_at < inf:
            self.wake_at(self.wakes_at, loop)


_clocks: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Clock] = weakref.WeakKeyDictionary()


def _clock_of(loop: asyncio.AbstractEventLoop) -> _Clock:
    clock = _clocks.get(loop)
    if clock is None:
        clock = _clocks[loop] = _Clock()
    return clock


def waits_of(request: WireRequest, *, reads: bool, writes: bool, most: int = BLOCK) -> Waits | Unlimited:
    """The limits on an exchange of `request`, as far as `reads` and `writes` say that core enforces them.

    Args:
        request: the request.
        reads: core limits the waits for the response.
        writes: core limits the waits for the server to take the body, in blocks of at most `most` bytes.
        most: see `writes`.
    """
    if reads or (writes and not _is_small(request.body)):
        return Waits(request, reads=reads, writes=writes, most=most)
    return UNLIMITED


def _is_small(body: object) -> bool:
    """Whether sending `body` never has to wait for the server."""
    return body is None or (isinstance(body, bytes) and len(body) <= BLOCK)


def fits_at_once(request: WireRequest) -> bool:
    """Whether core has nothing to limit or to inspect during an exchange of `request`."""
    return request.max_response_bytes is None and _is_small(request.body)


async def _pieces(body: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(body, bytes):
        yield body
    else:
        async for piece in body:
            yield piece
