"""Limits concurrent calls: threads and tasks wait in one queue, first come, first served."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from clientele.http.runtime.forks import OwnLock, forget_after_fork
from clientele.http.runtime.lazy import asyncio
from clientele.http.wrappers.flows import Step


class Turns:
    """A number of turns for calls.

    Args:
        count: the number of turns.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._own = OwnLock()
        self.forget()
        forget_after_fork(self)

    def forget(self) -> None:
        """After a fork: start again, because the turns of the parent's threads are never released."""
        self._free = self._count
        self._waiting: deque[Future[None]] = deque()

    def ask(self) -> Future[None] | None:
        """Take a turn: returns None if one is free, else a future that is done when one is."""
        with self._own.lock:
            if self._free:
                self._free -= 1
                return None
            waiter = Future[None]()
            self._waiting.append(waiter)
            return waiter

    def give_back(self) -> None:
        """Release a turn, and pass it to the next in the queue."""
        with self._own.lock:
            self._hand_on()

    def abandon(self, waiter: Future[None]) -> None:
        """Stop waiting; a turn that was just assigned is passed on."""
        with self._own.lock:
            if not waiter.cancel():
                self._hand_on()

    def _hand_on(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if waiter.set_running_or_notify_cancel():
                waiter.set_result(None)
                return
        self._free += 1


class Turn(Step):
    """Wait for a turn of `turns`; the flow must release it."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def run(self, left: float | None) -> None:
        """Wait in a thread."""
        if (waiter := self._turns.ask()) is not None:
            with self._abandoning(waiter):
                waiter.result(left)

    async def arun(self, left: float | None) -> None:
        """Wait in a task."""
        if (waiter := self._turns.ask()) is not None:
            with self._abandoning(waiter):
                async with asyncio.timeout(left):
                    await asyncio.shield(asyncio.wrap_future(waiter))

    @contextmanager
    def _abandoning(self, waiter: Future[None]) -> Iterator[None]:
        """Abandon `waiter` if waiting for it raises."""
        try:
            yield
        except TimeoutError:
            self._turns.abandon(waiter)
            raise TimeoutError("the total limit of the call passed while it waited for its turn") from None
        except BaseException:
            self._turns.abandon(waiter)
            raise
