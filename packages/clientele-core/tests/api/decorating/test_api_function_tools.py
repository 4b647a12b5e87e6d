"""Tools that are given functions and methods: each does with ours what it does with those of Python."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Callable
from typing import Any

import backoff
import pytest
import stamina
import tenacity
from apscheduler.events import EVENT_JOB_EXECUTED  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from async_lru import alru_cache
from fastapi import Depends, FastAPI
from starlette.background import BackgroundTask, BackgroundTasks
from starlette.testclient import TestClient

from clientele.api import APIClient, HTTPStatusError, get
from clientele.http import FakeHTTPBackend


class Users(APIClient):
    @get("/users/{user_id}")
    def user(self, result: dict[str, int], user_id: int) -> dict[str, int]:
        return result

    @get("/users/{user_id}")
    async def auser(self, result: dict[str, int], user_id: int) -> dict[str, int]:
        return result


fake = FakeHTTPBackend(default_content={"id": 1})
api = Users(base_url="https://a", http_backend=fake)


@api.get("/users/{user_id}")
def get_user(result: dict[str, int], user_id: int) -> dict[str, int]:
    return result


@api.get("/users/{user_id}")
async def aget_user(result: dict[str, int], user_id: int) -> dict[str, int]:
    return result


@pytest.fixture(autouse=True)
def unused() -> None:
    fake.reset()


ASYNC: dict[str, Any] = {
    "a coroutine function": aget_user,
    "aio": get_user.aio,
    "a method": api.auser,
    "aio of a method": api.user.aio,
    "with options": aget_user.with_options(timeout=1),
    "a method with options": api.auser.with_options(timeout=1),
}
SYNC: dict[str, Any] = {
    "a function": get_user,
    "a method": api.user,
    "with options": get_user.with_options(timeout=1),
    "a method with options": api.user.with_options(timeout=1),
}
RETRIES: dict[str, Callable[[Any], Any]] = {
    "tenacity": tenacity.retry(stop=tenacity.stop_after_attempt(3), reraise=True),
    "backoff": backoff.on_exception(backoff.constant, HTTPStatusError, max_tries=3, interval=0, jitter=None),
    "stamina": stamina.retry(on=HTTPStatusError, attempts=3, wait_initial=0, wait_jitter=0),
}


@pytest.mark.parametrize("retry", RETRIES.values(), ids=RETRIES)
@pytest.mark.parametrize("function", ASYNC.values(), ids=ASYNC)
def test_asynchronous_calls_are_tried_again(function: Any, retry: Callable[[Any], Any]) -> None:
    """Awaited, and not taken for answers as soon as they are there."""
    for _ in range(2):
        fake.queue_response(status=503)
    assert {"id": 1} == asyncio.run(retry(function)(7))
    assert len(fake.requests) == 3


@pytest.mark.parametrize("retry", RETRIES.values(), ids=RETRIES)
@pytest.mark.parametrize("function", SYNC.values(), ids=SYNC)
def test_synchronous_calls_are_tried_again(function: Any, retry: Callable[[Any], Any]) -> None:
    """As before."""
    for _ in range(2):
        fake.queue_response(status=503)
    assert {"id": 1} == retry(function)(7)
    assert len(fake.requests) == 3


@pytest.mark.parametrize("function", ASYNC.values(), ids=ASYNC)
def test_answers_are_cached(function: Any) -> None:
    """By what wants a coroutine function."""
    cached = alru_cache()(function)

    async def go() -> list[dict[str, int]]:
        return [await cached(7), await cached(7), await cached(8)]

    assert [{"id": 1}] * 3 == asyncio.run(go())
    assert len(fake.requests) == 2


def test_answers_of_methods_are_cached_for_each_client() -> None:
    """As those of any two instances; the decorator may stand above ours in the class."""

    class Cached(APIClient):
        @alru_cache
        @get("/users/{user_id}")
        async def auser(self, result: dict[str, int], user_id: int) -> dict[str, int]:
            return result

        @functools.lru_cache  # noqa: B019
        @get("/users/{user_id}")
        def user(self, result: dict[str, int], user_id: int) -> dict[str, int]:
            return result

    clients: list[Any] = [Cached(base_url="https://a", http_backend=fake) for _ in range(2)]

    async def go() -> None:
        for client in clients:
            await client.auser(7)
            await client.auser(7)

    for client in clients:
        assert client.user(7) is client.user(7)
    assert len(fake.requests) == 2
    asyncio.run(go())
    assert len(fake.requests) == 4


@pytest.mark.parametrize("function", [*ASYNC.values(), *SYNC.values()])
def test_background_tasks_make_the_call(function: Any) -> None:
    """On the loop if it is a coroutine function, in a thread if it isn't."""

    async def go() -> None:
        await BackgroundTask(function, 7)()
        tasks = BackgroundTasks()
        tasks.add_task(function, user_id=8)
        await tasks()

    asyncio.run(go())
    assert ["https://a/users/7", "https://a/users/8"] == [request["url"] for request in fake.requests]


@pytest.mark.parametrize("function", [*ASYNC.values(), *SYNC.values()])
def test_a_call_may_be_what_an_endpoint_depends_on(function: Any) -> None:
    """Its parameters are those of the application, without `result`."""
    app = FastAPI()

    @app.get("/profiles/{user_id}")
    def profile(user: Any = Depends(function)) -> Any:  # noqa: B008, FAST002
        return user

    with TestClient(app) as client:
        assert {"id": 1} == client.get("/profiles/7").json()
        assert client.get("/profiles/seven").status_code == 422
    assert ["https://a/users/7"] == [request["url"] for request in fake.requests]


@pytest.mark.parametrize("function", [get_user, api.user, get_user.with_options(timeout=1)])
def test_a_scheduler_makes_the_call(function: Any) -> None:
    """And it knows the name."""
    done = threading.Event()
    scheduler = BackgroundScheduler()
    scheduler.add_listener(lambda _: done.set(), EVENT_JOB_EXECUTED)
    scheduler.start()
    job = scheduler.add_job(function, args=[7])
    assert done.wait(20)
    scheduler.shutdown()
    assert "user" in job.name
    assert ["https://a/users/7"] == [request["url"] for request in fake.requests]
