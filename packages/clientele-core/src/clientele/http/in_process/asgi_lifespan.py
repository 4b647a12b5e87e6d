"""The lifespan of an ASGI application on an event loop, and the event loop of synchronous calls."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Iterator, MutableMapping
from typing import Any, TypeVar

from clientele.http.in_process.application import ApplicationError, said

T = TypeVar("T")


class Life:
    """Starts an application before its first request, and shuts it down (ASGI lifespan, version 2.0)."""

    def __init__(self, app: Any, *, wanted: bool) -> None:
        self._app = app
        self._wanted = wanted
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._asked: asyncio.Queue[str] = asyncio.Queue()
        self._answered: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self.state: dict[str, Any] = {}
        """The state that the application set at startup; each request gets a copy."""

    async def start(self) -> None:
        """Start the application, once, if it supports lifespan.

        Raises:
            ApplicationError: the application reports that its startup failed.
        """
        async with self._lock:
            if self._wanted and self._task is None:
                self._task = asyncio.get_running_loop().create_task(self._run())
                await self._say("startup")

    async def aclose(self) -> None:
        """Shut the application down if it is running."""
        if self._task is not None and not self._task.done():
            await self._say("shutdown")
            await asyncio.wait({self._task})
        self._task = None

    async def _say(self, phase: str) -> None:
        """Send `phase` to the application, and wait for its reply or its end."""
        task, answer = self._task, asyncio.ensure_future(self._answered.get())
        assert task is not None  # noqa: S101 - for the type checker
        self._asked.put_nowait(f"lifespan.{phase}")
        try:
            await asyncio.wait({task, answer}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0)
            if answer.done() and answer.result()["type"] == f"lifespan.{phase}.failed":
                await asyncio.wait({task})
                error = None if task.cancelled() else task.exception()
                text = answer.result().get("message") or "it gave no reason"
                reason = f"{phase} failed: {said(error) if error else text.strip().splitlines()[-1]}"
                raise ApplicationError(reason, request_sent=False) from error
        finally:
            answer.cancel()
            if task.done() and not task.cancelled():
                task.exception()  # Ignored: an application without lifespan support may raise anything.

    async def _run(self) -> None:
        async def receive() -> MutableMapping[str, Any]:
            return {"type": await self._asked.get()}

        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        await self._app(scope, receive, self._answered.put)


class OwnLoop:
    """An event loop in a separate thread, for synchronous calls."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="clientele-asgi", daemon=True)
        self._thread.start()

    def run(self, awaitable: Awaitable[T]) -> T:
        """The result of `awaitable`, which runs in the thread.

        Raises:
            ChildProcessError: the thread is one of the parent process.
        """
        if not self._thread.is_alive():
            raise ChildProcessError("the response belongs to the parent process; make the call in this process")

        async def wait() -> T:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(wait(), self._loop).result()

    def each(self, chunks: AsyncIterator[bytes]) -> Iterator[bytes]:
        """`chunks`, each awaited in the thread."""
        while (chunk := self.run(anext(chunks, None))) is not None:
            yield chunk

    def close(self) -> None:
        """Shut the application down, and end the thread."""
        with contextlib.ExitStack() as ending:
            ending.callback(self._loop.close)
            ending.callback(self._thread.join)
            ending.callback(self._loop.call_soon_threadsafe, self._loop.stop)
            ending.callback(self.run, self._loop.shutdown_asyncgens())
            self.run(self.life.aclose())
