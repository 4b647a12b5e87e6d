"""The deadline of a call, `Timeout(total=...)`.

An asynchronous call is cancelled at its deadline. A synchronous call may be in a blocking read: one thread for the
whole process waits for the earliest deadline, and cuts the connection of that call.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import threading
import weakref
from collections.abc import Awaitable, Callable, Iterator
from math import inf
from time import monotonic
from typing import TypeVar

from clientele.http.runtime.forks import forget_after_fork
from clientele.http.runtime.lazy import asyncio

T = TypeVar("T")

_SPARE = 100
"""The number of released deadlines that may be queued before they are removed."""


class Deadline:
    """The moment at which an exchange must be over."""

    def __init__(self, seconds: float) -> None:
        self.at = monotonic() + seconds
        """The time of `time.monotonic`, in seconds."""
        self._cut: Callable[[], None] | None = None
        self._renew()

    def _renew(self) -> None:
        """After a fork: replace the lock, which the watchdog thread may hold."""
        self._lock = threading.Lock()

    @property
    def passed(self) -> bool:
        """Whether the deadline has passed."""
        return monotonic() >= self.at

    def limited(self, seconds: float | None) -> float:
        """The smaller of `seconds` and the time left; never zero, which some libraries interpret as "no limit"."""
        left = max(self.at - monotonic(), 0.001)
        return left if seconds is None else min(seconds, left)

    def shorten(self, seconds: float) -> None:
        """Cut what is watched in `seconds`, unless the deadline is earlier."""
        self.at = min(self.at, monotonic() + seconds)
        watch(self)

    def lift(self) -> None:
        """Remove the deadline, and cut nothing."""
        self.at = inf
        self.release()

    def watch(self, cut: Callable[[], None]) -> None:
        """Register `cut`, which cuts the current connection of the exchange. It is called from another thread at the
        deadline.
        """
        with self._lock:
            self._cut = cut
            if self.passed:
                cut()

    def fire(self) -> None:
        """Cut what is watched: the deadline has passed."""
        with self._lock:
            if self._cut is not None:
                self._cut()

    def release(self) -> None:
        """Stop watching: the exchange is over."""
        with self._lock:
            self._cut = None
        _watchdog.drop(self)

    def pieces(self, body: Iterator[bytes]) -> Iterator[bytes]:
        """`body`, until the deadline: sending may never block, and then cutting has no effect.

        Raises:
            DeadlinePassed: the deadline has passed.
        """
        for piece in body:
            if self.passed:
                raise DeadlinePassed
            yield piece

    async def within(self, awaitable: Awaitable[T]) -> T:
        """`awaitable`, cancelled at the deadline.

        Raises:
            DeadlinePassed: it was cancelled.
        """
        limit = asyncio.timeout(self.at - monotonic())
        try:
            async with limit:
                return await awaitable
        except TimeoutError:
            if limit.expired():
                raise DeadlinePassed from None
            raise


_exchange = threading.local()


@contextlib.contextmanager
def watched_by(deadline: Deadline | None) -> Iterator[None]:
    """Within the block, `watch_next` registers the connections of this thread with `deadline`."""
    _exchange.deadline = deadline
    try:
        yield
    finally:
        _exchange.deadline = None


def watch_next(cut: Callable[[], None]) -> None:
    """Register `cut` with the current deadline of this thread, if there is one."""
    deadline: Deadline | None = getattr(_exchange, "deadline", None)
    if deadline is not None:
        deadline.watch(cut)


class DeadlinePassed(Exception):
    """The deadline has passed; the driver converts this to DeadlineExceeded."""


class _Watchdog:
    """Fires deadlines in time. Its thread starts with the first deadline and ends after the last one."""

    def __init__(self) -> None:
        self._held: set[Deadline] = set()
        self._numbers = itertools.count()
        self.forget()
        forget_after_fork(self)

    def forget(self) -> None:
        """After a fork: start again: the child has no copy of the thread, and the deadlines are the parent's."""
        for deadline in self._held:
            deadline._renew()  # noqa: SLF001 - two halves of one thing
        self._held = set()
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, weakref.ref[Deadline]]] = []
        self._running = False

    def add(self, deadline: Deadline) -> None:
        """Fire `deadline` in time. A deadline that was released has nothing to cut."""
        with self._changed:
            self._held.add(deadline)
            if len(self._waiting) > 2 * len(self._held) + _SPARE:
                self._waiting = [entry for entry in self._waiting if entry[2]() in self._held]
                heapq.heapify(self._waiting)
            heapq.heappush(self._waiting, (deadline.at, next(self._numbers), weakref.ref(deadline)))
            if not self._running:
                self._start()
            self._changed.notify()

    def drop(self, deadline: Deadline) -> None:
        """Remove released deadlines before their time."""
        with self._changed:
            self._held.discard(deadline)

    def _run(self) -> None:
        try:
            while (deadline := self._next_due()) is not None:
                deadline.fire()
                self.drop(deadline)
        finally:
            self._ended()

    def _ended(self) -> None:
        """Continue in another thread if a cut raised: `threading.excepthook` reports it, and the other deadlines still
        need the watchdog.
        """
        with self._changed:
            self._running = False
            if self._waiting:
                self._start()

    def _start(self) -> None:
        self._running = True
        threading.Thread(target=self._run, name="clientele-deadlines", daemon=True).start()

    def _next_due(self) -> Deadline | None:
        with self._changed:
            while self._waiting:
                left = self._waiting[0][0] - monotonic()
                if left > 0:
                    self._changed.wait(left)
                elif (deadline := heapq.heappop(self._waiting)[2]()) is not None:
                    return deadline
            return None


_watchdog = _Watchdog()


def watch(deadline: Deadline) -> None:
    """Fire `deadline` in time, unless it is released before."""
    _watchdog.add(deadline)
