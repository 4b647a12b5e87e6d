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


class Slots:
    """The slots of a backend for its synchronous calls: a semaphore, several times as fast as that of `threading`.

    Args: limit: the number of slots; None for no limit.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self.forget()
        forget_after_fork(self)

    def forget(self) -> None:
        """Start again: after a fork, no thread returns the slots of the parent's threads."""
        self._free: SimpleQueue[None] = SimpleQueue()
        self._release = _nothing if self._limit is None else partial(self._free.put, None)
        self._unmade = self._limit or 0
        self._making = threading.Lock()

    def take(self, seconds: float | None) -> Callable[[], object]:
        """Wait for a slot; call the returned function to release it.

        Raises:
            NoSlot: no slot became free within `seconds`.
        """
        free, release = self._free, self._release
        if self._limit is not None:
            try:
                free.get_nowait()
            except Empty:
                if not self._make():
                    self._wait(free, seconds)
        return release

    def _make(self) -> bool:
        """Whether there are fewer slots than the limit; then there is another one."""
        with self._making:
            if self._unmade == 0:
                return False
            self._unmade -= 1
            return True

    def _wait(self, free: SimpleQueue[None], seconds: float | None) -> None:
        try:
            free.get(timeout=seconds)
        except Empty:
            raise _full(self._limit) from None


class TaskSlots:
    """The slots of a backend for its asynchronous calls, as many on each event loop.

    Args: limit: the number of slots; None for no limit.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self.forget()
        forget_after_fork(self)

    def forget(self) -> None:
        """Start again after a fork."""
        self._semaphores = ByLoop[asyncio.Semaphore]()

    async def take(self, seconds: float | None) -> Callable[[], object]:
        """`Slots.take`, on the running loop."""
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
            raise _full(self._limit) from None
        return semaphore.release

    def _of_loop(self, limit: int) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        semaphore = self._semaphores.get(loop)
        if semaphore is None:
            semaphore = asyncio.Semaphore(limit)
            self._semaphores.put(loop, semaphore)
        return semaphore


def _full(limit: int | None) -> NoSlot:
    return NoSlot(f"all {limit} connections of max_connections are in use")
