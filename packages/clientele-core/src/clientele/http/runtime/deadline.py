"""The deadline of a call, `Timeout(total=...)`.

An asynchronous call is cancelled when its time is up. A synchronous one sits in a blocking read: one thread for the
whole process waits for the earliest deadline and cuts the connection of the call that has passed it.
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
"""Deadlines that may be over, and still wait for their time, before they are cleared away."""


class Deadline:
    """The moment at which an exchange must be over."""

    def __init__(self, seconds: float) -> None:
        self.at = monotonic() + seconds
        """In seconds, by the clock of `time.monotonic`."""
        self._cut: Callable[[], None] | None = None
        self._renew()

    def _renew(self) -> None:
        """After a fork: let go of a lock that the thread that cuts may hold."""
        self._lock = threading.Lock()

    @property
    def passed(self) -> bool:
        """Whether the time is up."""
        return monotonic() >= self.at

    def limited(self, seconds: float | None) -> float:
        """`seconds`, or what is left if that is less; never zero, which some libraries take for "no limit"."""
        left = max(self.at - monotonic(), 0.001)
        return left if seconds is None else min(seconds, left)

    def shorten(self, seconds: float) -> None:
        """Have what is watched cut in `seconds`, if its time isn't up before."""
        self.at = min(self.at, monotonic() + seconds)
        watch(self)

    def lift(self) -> None:
        """The deadline is removed, and nothing is cut."""
        self.at = inf
        self.release()

    def watch(self, cut: Callable[[], None]) -> None:
        """Cut the connection that the exchange is on now by calling `cut`, from another thread, when the time is up."""
        with self._lock:
            self._cut = cut
            if self.passed:
                cut()

    def fire(self) -> None:
        """The time is up: cut what is being watched."""
        with self._lock:
            if self._cut is not None:
                self._cut()

    def release(self) -> None:
        """The exchange is over: there is nothing left to cut."""
        with self._lock:
            self._cut = None
        _watchdog.drop(self)

    def pieces(self, body: Iterator[bytes]) -> Iterator[bytes]:
        """`body`, for as long as there is time: what sends it may never wait, so that cutting changes nothing.

        Raises:
            DeadlinePassed: the time is up.
        """
        for piece in body:
            if self.passed:
                raise DeadlinePassed
            yield piece

    async def within(self, awaitable: Awaitable[T]) -> T:
        """`awaitable`, cancelled when the time is up.

        Raises:
            DeadlinePassed: it was.
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
    """Let `deadline` cut the connection that this thread uses next, as `watch_next` tells."""
    _exchange.deadline = deadline
    try:
        yield
    finally:
        _exchange.deadline = None


def watch_next(cut: Callable[[], None]) -> None:
    """Have the deadline that this thread is watched by, if there is one, call `cut`."""
    deadline: Deadline | None = getattr(_exchange, "deadline", None)
    if deadline is not None:
        deadline.watch(cut)


class DeadlinePassed(Exception):
    """The time is up; the driver turns this into DeadlineExceeded."""


class _Watchdog:
    """Fires deadlines when their time has come. Its thread starts with the first and ends when none is left."""

    def __init__(self) -> None:
        self._held: set[Deadline] = set()
        self._numbers = itertools.count()
        self.forget()
        forget_after_fork(self)

    def forget(self) -> None:
        """Begin anew: a child has no copy of the thread, and what it waited for is the parent's business."""
        for deadline in self._held:
            deadline._renew()  # noqa: SLF001 - two halves of one thing
        self._held = set()
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, weakref.ref[Deadline]]] = []
        self._running = False

    def add(self, deadline: Deadline) -> None:
        """Fire `deadline` in time. One that is released before simply has nothing left to cut."""
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
        """What is over before its time is not kept until then."""
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
        """Go on in another thread if a cut has failed: `threading.excepthook` tells of it, others still count on us."""
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
    """Have `deadline` cut what it watches when the time is up, unless it is released before."""
    _watchdog.add(deadline)
