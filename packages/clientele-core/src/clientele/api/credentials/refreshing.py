"""One refresh for all callers: a caller whose credentials were rejected waits for a refresh in progress."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from types import TracebackType

from clientele.api.credentials.time_left import TimeLeft
from clientele.http.errors import DeadlineExceeded
from clientele.http.runtime.forks import OwnLock, forget_after_fork
from clientele.http.runtime.lazy import asyncio, futures


class Refreshing:
    """The refreshes of one `auth`, shared by all threads and event loops.

    A call takes a `ticket` before it uses the credentials. If they are rejected, `once` refreshes them, unless this has
    happened since the ticket was taken.
    """

    def __init__(self) -> None:
        self._own = OwnLock()
        self._underway: _Refresh | None = None
        self.ticket = 0
        """The number of finished refreshes."""
        self._renewed = False
        forget_after_fork(self)

    def forget(self) -> None:
        """Drop a refresh that a thread of the parent process is running."""
        self._underway = None

    @property
    def is_mine(self) -> bool:
        """Whether the caller is part of the refresh itself, so that it must not wait for its end."""
        return self in _inside.get()

    async def once(
        self, ticket: int, refresh: Callable[[], Awaitable[bool]], time: TimeLeft, *, is_async: bool
    ) -> bool:
        """Whether there are credentials newer than those of `ticket`.

        The first caller calls `refresh`, callers in the meantime wait, and later callers get the result. If it raises,
        all waiting callers get the error; if it is cancelled, or the caller's time is up, one of them calls it again.

        Raises:
            TimeoutError: the time of a waiting synchronous caller is up; the caller limits asynchronous ones.
        """
        while True:
            with self._own.lock:
                if self.ticket > ticket:
                    return self._renewed
                leads = self._underway is None
                underway = self._underway = self._underway or _Refresh(self, time, is_async=is_async)
            if leads:
                with underway:
                    underway.renewed = await refresh()
            elif is_async:
                await asyncio.wrap_future(underway.done)
            elif underway.loop is not None and underway.loop is _running_loop():
                return False  # A synchronous call would block the event loop that the refresh runs on.
            else:
                futures.wait([underway.done], time.seconds)
                if not underway.done.done():
                    raise TimeoutError
                underway.done.result()

    def end(self, *, renewed: bool | None) -> None:
        """Finish the running refresh; None means that it has no result."""
        with self._own.lock:
            self._underway = None
            if renewed is not None:
                self.ticket += 1
                self._renewed = renewed


class _Refresh:
    """A running refresh, and its waiters."""

    def __init__(self, refreshing: Refreshing, time: TimeLeft, *, is_async: bool) -> None:
        self._refreshing, self._time = refreshing, time
        self.loop = _running_loop() if is_async else None
        self.renewed = False
        self.forget()
        forget_after_fork(self)

    def forget(self) -> None:
        """After a fork: finish it without the waiters of the parent process, which may hold its lock."""
        self.done: futures.Future[None] = futures.Future()
        # A waiter that stops must not cancel it for the others.
        self.done.set_running_or_notify_cancel()

    def __enter__(self) -> None:
        self._before = _inside.set((*_inside.get(), self._refreshing))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._refreshing.end(renewed=self.renewed if error is None else None)
        is_late = isinstance(error, DeadlineExceeded) and self._time.is_over
        if isinstance(error, Exception) and not is_late:
            self.done.set_exception(error)
        else:
            self.done.set_result(None)
        _inside.reset(self._before)


_inside: ContextVar[tuple[Refreshing, ...]] = ContextVar("clientele_refreshing", default=())


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
