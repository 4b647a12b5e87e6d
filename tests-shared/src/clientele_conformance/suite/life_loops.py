"""Event loops: one backend serves them all, and gives each of them back what it has opened there."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

import pytest

from clientele.http import HTTPBackend
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, response
from clientele_conformance.suite.base import NewSubject, Suite, only
from clientele_conformance.suite.concurrency_together import Job, asend, contents, meeting, send

OK = response(body=b"ok")
LOOPS = 8
ROUNDS = 3
PATIENCE = 10.0

T = TypeVar("T")


class LoopRules(Suite):
    """LIF-2, and what LIF-3 means for more than one event loop."""

    @only("async")
    @rule("LIF-2")
    @pytest.mark.parametrize("connection", ["keep-alive", "close"])
    def test_loops_one_after_the_other(self, connection: str, new_subject: NewSubject, origin: Origin) -> None:
        """Each gets its answers, whether or not the connections of the one before could have been used again."""
        origin.on("/", response(headers=[("Connection", connection)], body=b"ok"))
        backend = new_subject().backend
        for _ in range(ROUNDS):
            assert [b"ok", b"ok"] == asyncio.run(get_twice(backend, origin.url("/")))
        asyncio.run(backend.aclose())

    @only("async")
    @rule("LIF-2")
    def test_loops_that_have_ended_are_let_go(self, new_subject: NewSubject, origin: Origin) -> None:
        """With all that belongs to them, but for the last: a task queue runs one loop for each task, for months."""
        origin.on("/", OK)
        backend, loops = new_subject().backend, list[weakref.ref[asyncio.AbstractEventLoop]]()

        async def main() -> bytes:
            loops.append(weakref.ref(asyncio.get_running_loop()))
            return await get(backend, origin.url("/"))

        assert [b"ok"] * LOOPS == [asyncio.run(main()) for _ in range(LOOPS)]
        gc.collect()
        assert sum(loop() is not None for loop in loops) <= 1
        asyncio.run(backend.aclose())

    @only("async")
    @rule("LIF-2")
    def test_closing_on_a_loop_that_made_no_call(self, new_subject: NewSubject, origin: Origin) -> None:
        """The loop that made the calls has ended meanwhile: there is nothing to close, and nothing to complain of."""
        origin.on("/", OK)
        backend = new_subject().backend
        asyncio.run(get_twice(backend, origin.url("/")))
        asyncio.run(backend.aclose())
        origin.wait_until_open(0)

    @only("async")
    @rule("LIF-2")
    def test_loops_at_once_in_threads(self, new_subject: NewSubject, origin: Origin) -> None:
        """All of them are in the middle of a call at the same time, in every round."""
        backend = new_subject(timeout=30.0).backend
        origin.on("/", meeting(LOOPS))

        def one_loop(number: int) -> list[bytes]:
            return asyncio.run(get_numbered(backend, origin.url("/"), number))

        with ThreadPoolExecutor(LOOPS) as threads:
            answers = list(threads.map(one_loop, range(LOOPS)))
        assert [[f"{number}-{i}".encode() for i in range(ROUNDS)] for number in range(LOOPS)] == answers
        asyncio.run(backend.aclose())

    @only("async")
    @rule("LIF-3")
    def test_aclose_closes_the_sockets_of_other_live_loops(self, new_subject: NewSubject, origin: Origin) -> None:
        """A loop in another thread, which has nothing to do with the closing, loses its idle connection and goes on."""
        origin.on("/", OK)
        backend = new_subject().backend
        with OtherLoop() as other:
            assert b"ok" == other.run(get(backend, origin.url("/")))
            assert b"ok" == asyncio.run(get_and_close(backend, origin.url("/")))
            origin.wait_until_open(0)
            assert b"ok" == other.run(get(backend, origin.url("/")))
            assert [1, 2, 3] == [request.connection_id for request in origin.requests]
            other.run(backend.aclose())
            origin.wait_until_open(0)

    @only("async")
    @rule("LIF-2")
    def test_a_loop_that_has_shut_its_generators_down_calls_again(
        self, new_subject: NewSubject, origin: Origin
    ) -> None:
        """As a server does that goes on for a while after its frameworks have cleaned up."""
        origin.on("/", OK)
        backend = new_subject().backend

        async def main() -> list[bytes]:
            before = await get(backend, origin.url("/"))
            await asyncio.get_running_loop().shutdown_asyncgens()
            try:
                return [before, *await get_twice(backend, origin.url("/"))]
            finally:
                await backend.aclose()

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # A loop warns of generators that begin after that.
            assert [b"ok"] * 3 == asyncio.run(main())
        origin.wait_until_open(0)

    @only("async")
    @rule("LIF-3")
    def test_aclose_closes_what_synchronous_calls_opened(self, new_subject: NewSubject, origin: Origin) -> None:
        """If a backend has both modes: one call closes both."""
        origin.on("/", OK)
        backend = new_subject().backend
        if "sync" in self.modes():
            assert b"ok" == contents([send(backend, Job(origin.url("/")))])[0]
        assert b"ok" == asyncio.run(get_and_close(backend, origin.url("/")))
        origin.wait_until_open(0)


class OtherLoop:
    """An event loop that lives in a thread of its own, from `with` to the end of its block."""

    def __enter__(self) -> Self:
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()))
        self._thread.start()
        self._started.wait()
        return self

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns, done on this loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(PATIENCE)

    async def _live(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self._started.set()
        await self._end.wait()


async def get(backend: HTTPBackend, url: str) -> bytes:
    """The body of one response."""
    return contents([await asend(backend, Job(url))])[0]


async def get_twice(backend: HTTPBackend, url: str) -> list[bytes]:
    """The bodies of two responses, one after the other."""
    return [await get(backend, url), await get(backend, url)]


async def get_and_close(backend: HTTPBackend, url: str) -> bytes:
    """The body of one response, and the end of the backend."""
    try:
        return await get(backend, url)
    finally:
        await backend.aclose()


async def get_numbered(backend: HTTPBackend, url: str, number: int) -> list[bytes]:
    """The bodies of responses to queries that tell the loop and the round."""
    return [await get(backend, f"{url}?{number}-{i}") for i in range(ROUNDS)]


async def later(build: Callable[[], T]) -> T:
    """What `build` makes while a loop runs."""
    return build()
