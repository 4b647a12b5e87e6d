"""LimitBackend: how many calls are active, and the limits of endpoints."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from clientele.api import APIClient, AsyncStream, Stream
from clientele.http import FakeHTTPBackend, Timeout
from clientele.http.errors import ConfigurationError, DeadlineExceeded, ReadError
from clientele.http.fake import Chunks, FakeRequest, Reply
from clientele.http.limiting import Limit, LimitBackend, Rate
from clientele.http.limiting.turns import Turns
from clientele.http.response import Response
from clientele.http.retrying import RetryBackend

URL = "https://api.example.com/"


class Counting:
    """Answers, and how many were being made at once."""

    def __init__(self) -> None:
        self.most = 0
        self._now = 0
        self._guard = threading.Lock()
        self.go_on = threading.Event()

    def __call__(self, request: FakeRequest) -> Reply:
        with self.under_way():
            self.go_on.wait(20)
        return Reply(200, "ok")

    @contextmanager
    def under_way(self) -> Iterator[None]:
        with self._guard:
            self._now += 1
            self.most = max(self.most, self._now)
        yield
        with self._guard:
            self._now -= 1


def test_threads_take_turns() -> None:
    """Never more than there are, and all come to an end."""
    counting = Counting()
    fake = FakeHTTPBackend()
    fake.on("GET", "/").reply_with(counting)
    backend = LimitBackend(fake, concurrent=3)
    with ThreadPoolExecutor(12) as pool:
        calls = [pool.submit(backend.send_sync_request, "GET", URL) for _ in range(30)]
        counting.go_on.set()
        assert [call.result(20).status_code for call in calls] == [200] * 30
    assert counting.most <= 3


def test_tasks_take_turns_in_their_order() -> None:
    """First come, first served; a cancelled one is passed over."""
    fake = FakeHTTPBackend(default_content={})
    backend = LimitBackend(fake, concurrent=1)
    done: list[int] = []

    async def call(number: int) -> None:
        await backend.send_async_request("GET", URL)
        done.append(number)

    async def run() -> None:
        async with asyncio.timeout(20):
            tasks = [asyncio.ensure_future(call(number)) for number in range(10)]
            await asyncio.sleep(0)
            tasks[4].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(run())
    assert done == [number for number in range(10) if number != 4]
    assert backend.send_sync_request("GET", URL).status_code == 200


def test_threads_and_tasks_share_the_turns() -> None:
    """A task waits for a thread, and has its turn when that is over."""
    turns = Turns(1)
    assert turns.ask() is None
    waiter = turns.ask()
    assert waiter is not None
    other = turns.ask()
    assert other is not None
    turns.give_back()
    assert waiter.done()
    turns.abandon(waiter)  # It has come too late, and is the next one's.
    assert other.done()
    turns.give_back()
    assert turns.ask() is None


@pytest.mark.parametrize("limits", [{"concurrent": 1}, {"rate": Rate(1, per=60)}])
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_waiting_counts_toward_the_total(limits: dict[str, Any], mode: str) -> None:
    """A call that would wait too long ends, and leaves no hole."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/stream").reply(200, Chunks([b"a"]))
    fake.on("GET", "/").reply(200, "ok")
    backend = LimitBackend(fake, **limits)
    stream = backend.handle_sync_stream("GET", f"{URL}stream", bytes)
    next(stream)

    def call() -> Response:
        timeout = Timeout(total=0.05)
        if mode == "sync":
            return backend.send_sync_request("GET", URL, timeout=timeout)
        return asyncio.run(backend.send_async_request("GET", URL, timeout=timeout))

    with pytest.raises(DeadlineExceeded) as raised:
        call()
    assert raised.value.request_sent is False
    stream.close()
    if "concurrent" in limits:
        assert backend.send_sync_request("GET", URL).status_code == 200


def test_a_stream_is_active_until_it_ends() -> None:
    """Read, left or broken: its turn is the next one's."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/").reply_with(Reply(200, Chunks([b"a", b"b"])))
    api = APIClient(base_url=URL, http_backend=LimitBackend(fake, concurrent=1))

    @api.get("/", streaming_response=True)
    def read(result: Stream[bytes]) -> Stream[bytes]:
        return result

    with read() as items:
        next(items)
        with pytest.raises(DeadlineExceeded):
            list(read.with_options(timeout=Timeout(total=0.05))())
    assert b"".join(read()) == b"ab"

    async def aread() -> None:
        stream: AsyncStream[bytes] = await read.aio()
        async with stream:
            assert [item async for item in stream] == [b"a", b"b"]

    asyncio.run(aread())


def test_a_failed_call_releases_its_turn() -> None:
    """As a success does."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/").reply_with(ReadError("broke"), Reply(200))
    backend = LimitBackend(fake, concurrent=1)
    with pytest.raises(ReadError):
        backend.send_sync_request("GET", URL)
    assert backend.send_sync_request("GET", URL).status_code == 200


def test_an_endpoint_has_its_own_limits() -> None:
    """Which the others don't share; `limit=None` takes them away."""
    fake = FakeHTTPBackend(default_content={})
    api = APIClient(base_url=URL, http_backend=LimitBackend(fake), timeout=Timeout(total=5.0))

    @api.get("/a", limit=Limit(rate=Rate(1, per=60)))
    def slow(result: Any) -> Any:
        return result

    @api.get("/b")
    def fast(result: Any) -> Any:
        return result

    slow()
    with pytest.raises(DeadlineExceeded):
        slow()
    slow.with_options(limit=None)()
    slow.with_options(limit=Limit(concurrent=2))()
    fast()


def test_each_attempt_takes_its_turn() -> None:
    """Retries are outside."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/").reply_with(Reply(503), Reply(200))
    backend = RetryBackend(LimitBackend(fake, rate=Rate(1, per=60)), backoff=0.001)
    with pytest.raises(DeadlineExceeded):
        backend.send_sync_request("GET", URL, timeout=Timeout(total=5.0))
    with pytest.raises(ConfigurationError, match="belongs inside"):
        LimitBackend(RetryBackend(fake))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Rate(0),
        lambda: Rate(True),
        lambda: Rate(1, per=0),
        lambda: Rate(1, per=float("inf")),
        lambda: LimitBackend(FakeHTTPBackend(), rate=10),  # type: ignore[arg-type]
        lambda: LimitBackend(FakeHTTPBackend(), concurrent=0),
        lambda: LimitBackend(FakeHTTPBackend(), concurrent=1.5),  # type: ignore[arg-type]
        lambda: LimitBackend(FakeHTTPBackend(), obey=1),  # type: ignore[arg-type]
        lambda: Limit(rate="fast"),  # type: ignore[arg-type]
        lambda: Limit(concurrent=-1),
    ],
)
def test_an_invalid_limit_raises(make: Any) -> None:
    """With what to write."""
    with pytest.raises(ConfigurationError, match="use "):
        make()


def test_a_limit_without_a_limit_backend_raises() -> None:
    """With the name of what to put around."""
    api = APIClient(base_url="http://127.0.0.1:1", http_backend="httpx")

    @api.get("/a", limit=Limit(concurrent=1))
    def call(result: Any) -> Any:
        return result

    with api, pytest.raises(ConfigurationError, match="LimitBackend"):
        call()
