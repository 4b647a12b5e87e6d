"""How many calls may be under way at once: threads and tasks wait in one queue, first come, first served."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future

from clientele.http.runtime.forks import OwnLock, forget_after_fork
from clientele.http.runtime.lazy import asyncio
from clientele.http.wrappers.flows import Step


class Turns:
    """The turns of a number of calls.

    Args:
        count: how many there are.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._own = OwnLock()
        self.forget()
        forget_after_fork(self)

    def forget(self) -> None:
        """Start again: after a fork, no thread gives back the turns of the parent's threads."""
        self._free = self._count
        self._waiting: deque[Future[None]] = deque()

    def ask(self) -> Future[None] | None:
        """None if there is a turn, which is taken by that; else what is done once there is."""
        with self._own.lock:
            if self._free:
                self._free -= 1
                return None
            waiter = Future[None]()
            self._waiting.append(waiter)
            return waiter

    def give_back(self) -> None:
        """End a turn: the next in the queue has it."""
        with self._own.lock:
            self._hand_on()

    def abandon(self, waiter: Future[None]) -> None:
        """Wait no longer; a turn that has just come is the next one's."""
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
    """Wait for a turn of `turns`, which the flow has to give back."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def run(self, left: float | None) -> None:
        """Wait in a thread."""
        waiter = self._turns.ask()
        if waiter is None:
            return
        try:
            waiter.result(left)
        except TimeoutError:
            self._turns.abandon(waiter)
            raise TimeoutError("it has waited for its turn, and the total limit of the call is over") from None
        except BaseException:
            self._turns.abandon(waiter)
            raise

    async def arun(self, left: float | None) -> None:
        """Wait in a task."""
        waiter = self._turns.ask()
        if waiter is None:
            return
        try:
            async with asyncio.timeout(left):
                await asyncio.shield(asyncio.wrap_future(waiter))
        except TimeoutError:
            self._turns.abandon(waiter)
            raise TimeoutError("it has waited for its turn, and the total limit of the call is over") from None
        except BaseException:
            self._turns.abandon(waiter)
            raise
