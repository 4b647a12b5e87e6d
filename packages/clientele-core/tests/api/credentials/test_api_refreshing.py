"""One refresh at a time: what those who wait get when it fails, is cancelled, or never ends."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from clientele.api import APIClient, Auth, BearerAuth, HTTPStatusError, Request, Response
from clientele.api.credentials.refreshing import Refreshing
from clientele.http import FakeHTTPBackend

BASE = "https://api.example.com"


class Rejecting(FakeHTTPBackend):
    """Answers 401 to the token `old`."""

    def exchange(self, client: Any, request: Any) -> Any:
        self.queue_response(status=401 if ("Authorization", "Bearer old") in request.headers else 200)
        return super().exchange(client, request)

    async def async_exchange(self, client: Any, request: Any) -> Any:
        self.queue_response(status=401 if ("Authorization", "Bearer old") in request.headers else 200)
        return await super().async_exchange(client, request)


class Gate:
    """A refresh that waits until it is let through."""

    def __init__(self) -> None:
        self.calls = 0
        self.begun, self.go = threading.Event(), threading.Event()

    async def arefresh(self) -> str:
        self.calls += 1
        self.begun.set()
        while not self.go.is_set():  # noqa: ASYNC110 - the event is for threads
            await asyncio.sleep(0.01)
        return "new"

    def refresh(self) -> str:
        self.calls += 1
        self.begun.set()
        assert self.go.wait(20)
        return "new"


async def until_all_wait() -> None:
    """Give the other tasks more turns than they need to come to their refresh: none of them waits for anything else."""
    for _ in range(200):
        await asyncio.sleep(0)


def client(refresh: Any) -> APIClient:
    return APIClient(base_url=BASE, http_backend=Rejecting(), auth=BearerAuth("old", refresh=refresh))


def test_who_waits_gets_what_the_refresh_raised() -> None:
    """All of them the same, and the next call tries again."""
    error, gate = LookupError("no new token"), Gate()

    async def refresh() -> str:
        await gate.arefresh()
        raise error

    async def calls() -> None:
        api = client(refresh)
        first = asyncio.gather(*(api.arequest("GET", "/") for _ in range(5)), return_exceptions=True)
        await until_all_wait()
        gate.go.set()
        assert [error] * 5 == await first
        assert 1 == gate.calls
        with pytest.raises(LookupError):
            await api.arequest("GET", "/")
        assert 2 == gate.calls

    asyncio.run(calls())


def test_who_waits_in_a_thread_gets_what_the_refresh_raised() -> None:
    """Threads too."""
    error, gate = LookupError("no new token"), Gate()

    def refresh() -> str:
        gate.refresh()
        raise error

    api = client(refresh)
    with ThreadPoolExecutor(5) as pool:
        calls = [pool.submit(api.request, "GET", "/") for _ in range(5)]
        assert gate.begun.wait(20)
        wait_until(lambda: 5 == len(api.backend.requests))  # type: ignore[attr-defined]
        threading.Timer(1.0, gate.go.set).start()
        assert [error] * 5 == [call.exception(20) for call in calls]
    assert 1 == gate.calls


def wait_until(holds: Any) -> None:
    deadline = threading.Event()
    for _ in range(1000):
        if holds():
            return
        deadline.wait(0.01)
    raise TimeoutError


def test_another_task_takes_over_when_the_first_is_cancelled() -> None:
    """Nobody else is cancelled with it."""
    gate = Gate()

    async def calls() -> None:
        api = client(gate.arefresh)
        first = asyncio.create_task(api.arequest("GET", "/"))
        await until_all_wait()
        others = [asyncio.create_task(api.arequest("GET", "/")) for _ in range(3)]
        await until_all_wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        gate.go.set()
        assert [200] * 3 == [(await other).status_code for other in others]

    asyncio.run(calls())
    assert 2 == gate.calls


def test_a_cancelled_waiter_leaves_the_others_alone() -> None:
    """The refresh goes on."""
    gate = Gate()

    async def calls() -> None:
        api = client(gate.arefresh)
        tasks = [asyncio.create_task(api.arequest("GET", "/")) for _ in range(4)]
        await until_all_wait()
        tasks[2].cancel()
        await until_all_wait()
        gate.go.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [True, True, False, True] == [isinstance(answer, Response) for answer in answers]

    asyncio.run(calls())
    assert 1 == gate.calls


def test_a_sync_call_does_not_wait_for_the_loop_that_it_blocks() -> None:
    """Its 401 is the answer: the refresh could never end."""
    gate = Gate()

    class Both(Auth):
        key = "old"

        def apply(self, request: Request) -> None:
            request.headers["Authorization"] = f"Bearer {self.key}"

        async def arefresh(self, response: Response | None) -> bool:
            del response
            self.key = await gate.arefresh()
            return True

    async def calls() -> None:
        api = APIClient(base_url=BASE, http_backend=Rejecting(), auth=Both())
        first = asyncio.create_task(api.arequest("GET", "/"))
        await until_all_wait()
        with pytest.raises(HTTPStatusError, match="401"):
            api.request("GET", "/")
        gate.go.set()
        assert 200 == (await first).status_code

    asyncio.run(asyncio.wait_for(calls(), 20))


def test_refreshes_that_bring_nothing_count_once() -> None:
    """Those who have waited take the no for theirs."""
    gate = Gate()

    class Nothing(Auth):
        def apply(self, request: Request) -> None:
            request.headers["Authorization"] = "Bearer old"

        async def arefresh(self, response: Response | None) -> bool:
            del response
            await gate.arefresh()
            return False

    async def calls() -> None:
        api = APIClient(base_url=BASE, http_backend=Rejecting(), auth=Nothing())
        tasks = asyncio.gather(*(api.arequest("GET", "/") for _ in range(5)), return_exceptions=True)
        await until_all_wait()
        gate.go.set()
        assert [HTTPStatusError] * 5 == [type(answer) for answer in await tasks]

    asyncio.run(calls())
    assert 1 == gate.calls


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_does_not_wait_for_a_thread_of_its_parent() -> None:
    """LIF-6: it refreshes by itself."""
    if sys.platform == "win32":
        pytest.skip("Windows has no fork")
    gate = Gate()
    auth = BearerAuth("old", refresh=gate.refresh)
    api = APIClient(base_url=BASE, http_backend=Rejecting(), auth=auth)
    thread = threading.Thread(target=api.request, args=("GET", "/"))
    thread.start()
    assert gate.begun.wait(20)
    child = os.fork()
    if child == 0:
        gate.go.set()
        os._exit(0 if 200 == api.request("GET", "/").status_code else 1)
    gate.go.set()
    thread.join(10)
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_an_unused_auth_is_freed() -> None:
    """Being forgotten after a fork doesn't keep it."""
    auth = BearerAuth("t")
    refreshing: weakref.ref[Refreshing] = weakref.ref(auth.refreshing)
    del auth
    gc.collect()
    assert refreshing() is None
