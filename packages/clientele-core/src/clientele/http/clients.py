"""The life of native clients: one per process for synchronous calls, one per event loop for asynchronous ones.

A proxy has a client of its own, since most libraries settle the proxy when a client is built.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Generic, TypeVar

from clientele.http.forks import forget_after_fork
from clientele.http.late import asyncio

ClientT = TypeVar("ClientT")


class SyncClient(Generic[ClientT]):
    """Builds a client at first use, once however many threads race for it, and again after `close` or a fork.

    A client that is never closed is closed when its backend is collected, or at interpreter exit.
    """

    def __init__(self, build: Callable[[], ClientT], close: Callable[[ClientT], None]) -> None:
        self._build = build
        self._close = close
        self._lock = threading.Lock()
        self._client: ClientT | None = None
        self._finalizer: weakref.finalize[..., SyncClient[ClientT]] | None = None
        forget_after_fork(self)

    def get(self) -> ClientT:
        """The client of this process."""
        client = self._client
        if client is not None:
            return client
        with self._lock:
            if self._client is None:
                client = self._build()
                self._finalizer = weakref.finalize(self, self._close, client)
                self._client = client
            return self._client

    def close(self) -> None:
        """Close the client, if there is one."""
        with self._lock:
            self._client = None
            finalizer, self._finalizer = self._finalizer, None
        if finalizer is not None:
            finalizer()

    def forget(self) -> None:
        """Let go of the client without closing it: after a fork its connections are the parent's."""
        self._lock = threading.Lock()
        _inherited.append(self._client)
        self._client = None
        if self._finalizer is not None:
            self._finalizer.detach()
            self._finalizer = None


class AsyncClients(Generic[ClientT]):
    """One client for each event loop that makes calls, closed at the latest when its loop shuts down.

    The client is held by an async generator that was started on the loop: `asyncio.run`, `asyncio.Runner` and
    pytest-asyncio end with `loop.shutdown_asyncgens`, which runs the generator's `finally`, which closes the client.
    """

    def __init__(self, build: Callable[[], ClientT], close: Callable[[ClientT], Awaitable[None]]) -> None:
        self._build = build
        self._close = close
        self._lock = threading.Lock()
        self._held: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Held[ClientT]] = weakref.WeakKeyDictionary()
        forget_after_fork(self)

    def get(self) -> ClientT:
        """The client of the running loop. A loop runs one thing at a time, so no second one is built meanwhile."""
        loop = asyncio.get_running_loop()
        held = self._held.get(loop)
        if held is None or held.closed:
            held = _Held(self._build(), self._close)
            with self._lock:
                self._held[loop] = held
        return held.client

    async def aclose(self) -> None:
        """Close the client of the running loop, and hand those of other loops to their loops."""
        running = asyncio.get_running_loop()
        mine = self._take(running)
        self.hand_over()
        if mine is not None:
            await mine.aclose()

    def hand_over(self) -> None:
        """Have every loop close its own client, as soon as it runs."""
        with self._lock:
            others, self._held = dict(self._held), weakref.WeakKeyDictionary()
        for loop, held in others.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_close_soon, held)

    def forget(self) -> None:
        """Let go of all clients without closing them: after a fork their connections are the parent's."""
        self._lock = threading.Lock()
        _inherited.append(self._held)
        self._held = weakref.WeakKeyDictionary()

    def _take(self, loop: asyncio.AbstractEventLoop) -> _Held[ClientT] | None:
        with self._lock:
            return self._held.pop(loop, None)


class _Held(Generic[ClientT]):
    """A client, and the generator on the client's loop that closes it."""

    def __init__(self, client: ClientT, close: Callable[[ClientT], Awaitable[None]]) -> None:
        self.client = client
        self.closed = False
        self._guard = self._until_closed(close)
        # Run up to the yield. It awaits nothing before, so no loop is needed, but the running one takes note of it.
        with contextlib.suppress(StopIteration):
            self._guard.__anext__().send(None)

    async def _until_closed(self, close: Callable[[ClientT], Awaitable[None]]) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            self.closed = True
            await close(self.client)

    async def aclose(self) -> None:
        await self._guard.aclose()


def _close_soon(held: _Held[ClientT]) -> None:
    task = asyncio.ensure_future(held.aclose())
    _closing.add(task)
    task.add_done_callback(_closing.discard)


_closing: set[asyncio.Future[None]] = set()
"""A loop holds its tasks weakly; these must live until they are done."""

_inherited: list[object] = []
"""What a fork left of the parent's clients: never used, and never collected, which could touch their sockets."""
