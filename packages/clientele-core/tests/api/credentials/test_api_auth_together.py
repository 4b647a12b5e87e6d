"""DLV-1: calls that are rejected together get new credentials together, over real sockets."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from clientele.api import APIClient, Auth, BearerAuth
from clientele_conformance.servers import Origin, RecordedRequest, json_response


class Tokens:
    """What a server takes, and how often it was asked for new ones."""

    def __init__(self) -> None:
        self.count = 0

    def renew(self) -> str:
        self.count += 1
        return f"new{self.count}"

    async def arenew(self) -> str:
        await asyncio.sleep(0.05)
        return self.renew()

    def answer(self, request: RecordedRequest) -> bytes:
        """200 to the token of a refresh, 401 to all others."""
        token = (request.header("authorization") or "").removeprefix("Bearer ")
        return json_response({"token": token}, 200 if token.startswith("new") else 401)


@pytest.fixture
def tokens(origin: Origin) -> Tokens:
    tokens = Tokens()
    origin.on("/x", tokens.answer)
    return tokens


def client(origin: Origin, auth: Auth, **config: Any) -> APIClient:
    return APIClient(base_url=origin.url(), http_backend="httpx", auth=auth, timeout=10.0, **config)


def sent(origin: Origin) -> list[str | None]:
    return [request.header("authorization") for request in origin.requests]


@pytest.mark.parametrize("begin", ["old", None])
def test_twenty_threads_refresh_once(begin: str | None, tokens: Tokens, origin: Origin) -> None:
    """All of them have been rejected, or have no token yet; each is sent twice at most."""
    barrier = threading.Barrier(20)
    with client(origin, BearerAuth(begin, refresh=tokens.renew)) as api:

        def call(_: int) -> Any:
            barrier.wait(10)
            return api.request("GET", "/x").json()

        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(call, range(20)))
    assert [{"token": "new1"}] * 20 == answers
    assert 1 == tokens.count
    assert (20, "Bearer new1") == (sent(origin).count("Bearer new1"), sent(origin)[-1])
    assert (20 if begin is None else 40) >= len(origin.requests)


@pytest.mark.parametrize("begin", ["old", None])
def test_twenty_tasks_refresh_once(begin: str | None, tokens: Tokens, origin: Origin) -> None:
    """Those that come while it lasts wait for it, those that come later use what it got."""

    async def calls() -> list[Any]:
        async with client(origin, BearerAuth(begin, refresh=tokens.arenew)) as api:
            return await asyncio.gather(*(api.arequest("GET", "/x") for _ in range(20)))

    answers = asyncio.run(calls())
    assert [{"token": "new1"}] * 20 == [answer.json() for answer in answers]
    assert 1 == tokens.count
    assert 20 == sent(origin).count("Bearer new1")


def test_loops_and_threads_refresh_once_together(tokens: Tokens, origin: Origin) -> None:
    """One `auth` of a synchronous client, and of asynchronous ones on two event loops."""
    auth, barrier = BearerAuth("old", refresh=tokens.renew), threading.Barrier(3)

    async def calls() -> None:
        async with client(origin, auth) as api:
            barrier.wait(10)
            await asyncio.gather(*(api.arequest("GET", "/x") for _ in range(5)))

    def call() -> None:
        with client(origin, auth) as api:
            barrier.wait(10)
            api.request("GET", "/x")

    with ThreadPoolExecutor(3) as pool:
        ended = [pool.submit(asyncio.run, calls()), pool.submit(asyncio.run, calls()), pool.submit(call)]
        for future in ended:
            future.result(30)
    assert (1, 11) == (tokens.count, sent(origin).count("Bearer new1"))


def test_a_late_401_uses_what_others_have_got(tokens: Tokens, origin: Origin) -> None:
    """A call that was sent with the old token, and rejected after the refresh, doesn't refresh again."""
    rejected, refreshed = threading.Event(), threading.Event()

    def late(request: RecordedRequest) -> bytes:
        if request.header("authorization") == "Bearer old":
            rejected.set()
            refreshed.wait(10)
        return tokens.answer(request)

    origin.on("/late", late)
    with client(origin, BearerAuth("old", refresh=tokens.renew)) as api, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(api.request, "GET", "/late")
        assert rejected.wait(10)
        api.request("GET", "/x")
        refreshed.set()
        assert {"token": "new1"} == answer.result(10).json()
    assert 1 == tokens.count
