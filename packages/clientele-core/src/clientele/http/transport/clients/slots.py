"""Limits the number of concurrent exchanges of a backend.

Libraries count connections differently: one blocks at ten, one counts idle ones, one has no limit. Here they are
counted in the same way for all, before the library opens a connection.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue

from clientele.http.runtime.forks import forget_after_fork
from clientele.http.runtime.lazy import asyncio
from clientele.http.transport.clients.loops import ByLoop


class NoSlot(Exception):
    """No slot became free in time; the driver converts this to PoolTimeout."""


def _nothing() -> None:
    pass


class _ThreadSlots:
    """A semaphore: a queue of free slots, several times as fast as `threading.Semaphore`."""

    def __init__(self, limit: int) -> None:
        self._free: SimpleQueue[None] = SimpleQueue()
        self._unmade = limit
        self._making = threading.Lock()
        self.release = partial(self._free.put, None)

    def acquire(self, seconds: float | None) -> bool:
        """Whether a slot became free in time."""
        try:
            self._free.get_nowait()
        except Empty:
            return self._make() or self._wait(seconds)
        return True

    def _make(self) -> bool:
        with self._making:
            if self._unmade == 0:
                return False
            self._unmade -= 1
            return True

    def _wait(self, seconds: float | None) -> bool:
        try:
            self._free.get(timeout=seconds)
        except Empty:
            return False
        return True


class Slots:
    """The slots of a backend for its synchronous calls, and as many for its asynchronous calls on each event loop.

    Args: limit: the number of slots; None for no limit.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self.forget()
        forget_after_fork(self)

    def forget(self) -> None:
        """Start again: after a fork, no thread returns the slots of the parent's threads."""
        self._threads = _ThreadSlots(self._limit or 0)
        self._tasks = ByLoop[asyncio.Semaphore]()

    def take(self, seconds: float | None) -> Callable[[], object]:
        """Wait for a slot; call the returned function to release it.

        Raises:
            NoSlot: no slot became free within `seconds`.
        """
        if self._limit is None:
            return _nothing
        threads = self._threads
        if not threads.acquire(seconds):
            raise NoSlot(self._full())
        return threads.release

    async def atake(self, seconds: float | None) -> Callable[[], object]:
        """`take`, on the running loop."""
        if self._limit is None:
            return _nothing
        semaphore = self._of_loop(self._limit)
        if not semaphore.locked():
            await semaphore.acquire()
            return semaphore.release
        try:
            async with asyncio.timeout(seconds):
                await semaphore.acquire()
        except TimeoutError:
            raise NoSlot(self._full()) from None
        return semaphore.release

    def _of_loop(self, limit: int) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        semaphore = self._tasks.get(loop)
        if semaphore is None:
            semaphore = asyncio.Semaphore(limit)
            self._tasks.put(loop, semaphore)
        return semaphore

    def _full(self) -> str:
        return f"all {self._limit} connections of max_connections are in use"
