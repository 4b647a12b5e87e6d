"""One refresh for all callers: a caller whose credentials were rejected waits for a refresh in progress."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from types import TracebackType

from clientele.http.runtime.forks import OwnLock, forget_after_fork
from clientele.http.runtime.lazy import asyncio, futures


class Refreshing:
    """The refreshes of one `auth`, shared by all threads and event loops.

    A call takes a `ticket` before it uses the credentials. When they are rejected, `once` makes sure that they have
    been refreshed since.
    """

    def __init__(self) -> None:
        self._own = OwnLock()
        self._underway: _Refresh | None = None
        self.ticket = 0
        """How many refreshes have come to an end."""
        self._renewed = False
        forget_after_fork(self)

    def forget(self) -> None:
        """Let go of a refresh that a thread of the parent process is at."""
        self._underway = None

    @property
    def is_mine(self) -> bool:
        """Whether the code that asks is itself a part of the refresh; it must not wait for its own end."""
        return self in _inside.get()

    async def once(self, ticket: int, refresh: Callable[[], Awaitable[bool]], *, is_async: bool) -> bool:
        """Whether there are credentials newer than those of `ticket`.

        The first to ask calls `refresh`, those who come meanwhile wait, and those who come later hear how it went. If
        it raised, all who wait get the error; if it was cancelled, one of them tries in its place.
        """
        while True:
            with self._own.lock:
                if self.ticket > ticket:
                    return self._renewed
                leads = self._underway is None
                underway = self._underway = self._underway or _Refresh(self, is_async=is_async)
            if leads:
                with underway:
                    underway.renewed = await refresh()
            elif is_async:
                await asyncio.wrap_future(underway.done)
            elif underway.loop is not None and underway.loop is _running_loop():
                return False  # A synchronous call blocks the loop that the refresh needs in order to end.
            else:
                underway.done.result()

    def end(self, *, renewed: bool | None) -> None:
        """Note the end of the refresh that is under way; None if there was no outcome."""
        with self._own.lock:
            self._underway = None
            if renewed is not None:
                self.ticket += 1
                self._renewed = renewed


class _Refresh:
    """A refresh that is under way, for those who wait for its end."""

    def __init__(self, refreshing: Refreshing, *, is_async: bool) -> None:
        self._refreshing = refreshing
        self.loop = _running_loop() if is_async else None
        self.renewed = False
        self.forget()
        forget_after_fork(self)

    def forget(self) -> None:
        """After a fork: end this without those who wait for it, and hold its lock, in the parent."""
        self.done: futures.Future[None] = futures.Future()
        # A waiter that stops must not cancel it for the others.
        self.done.set_running_or_notify_cancel()

    def __enter__(self) -> None:
        self._before = _inside.set((*_inside.get(), self._refreshing))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._refreshing.end(renewed=self.renewed if error is None else None)
        if isinstance(error, Exception):
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
