"""One declaration, both modes: `aio`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from clientele.api import APIClient, AsyncStream, ConfigurationError, HTTPStatusError, Response, Stream, get
from clientele.http import FakeHTTPBackend, ServerSentEvent


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url="https://a", http_backend=fake)


class Users(APIClient):
    @get("/users/{user_id}")
    def user(self, result: dict[str, int], response: Response, user_id: int) -> tuple[Users, int, int]:
        return self, result["id"], response.status_code

    @get("/lines", streaming_response=True)
    def lines(self, result: Stream[int]) -> Stream[int]:
        return result


def test_a_function_makes_its_call_in_both_modes(api: APIClient, fake: FakeHTTPBackend) -> None:
    """With the same arguments, options and body of the function."""

    @api.get("/users/{user_id}", headers={"X-A": "1"})
    def get_user(result: dict[str, int], response: Response, user_id: int, page: int = 1) -> tuple[int, int, int]:
        return result["id"], response.status_code, page

    async def go() -> list[Any]:
        return [await get_user.aio(7, page=2), *(await asyncio.gather(*(get_user.aio(i) for i in range(3))))]

    assert (1, 200, 2) == get_user(7, page=2)
    assert [(1, 200, 2), *[(1, 200, 1)] * 3] == asyncio.run(go())
    first, second, *_ = fake.requests
    assert first == second


def test_errors_are_the_same(api: APIClient, fake: FakeHTTPBackend) -> None:
    """They are raised where the call is awaited."""

    @api.get("/users")
    def find(result: Any) -> Any:
        return result

    fake.queue_response(status=404)
    with pytest.raises(HTTPStatusError, match="404"):
        asyncio.run(find.aio())


def test_of_an_async_function_it_is_the_same(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Whoever is given a function need not know how it is declared."""

    @api.get("/users")
    async def find(result: Any, page: int) -> Any:
        await asyncio.sleep(0)
        return result

    @api.get("/lines", streaming_response=True)
    async def lengths(result: AsyncIterator[str]) -> AsyncIterator[int]:
        async for line in result:
            yield len(line)

    async def go() -> list[int]:
        return [length async for length in await lengths.aio()]

    assert {"id": 1} == asyncio.run(find.aio(2))
    fake.queue_response(content=b"a\nbc\n")
    assert [1, 2] == asyncio.run(go())


def test_a_stream_is_an_asynchronous_one(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Of the same items; its connection is freed as that of any."""

    @api.get("/lines", streaming_response=True)
    def lines(result: Stream[int], page: int) -> Stream[int]:
        return result

    @api.get("/lines", streaming_response=True)
    def iterator(result: Iterator[int], page: int) -> Iterator[int]:
        return result

    async def go() -> list[list[int]]:
        async with await lines.aio(page=2) as stream:
            assert isinstance(stream, AsyncStream)
            return [[item async for item in stream], [item async for item in await iterator.aio(2)]]

    for _ in range(4):
        fake.queue_response(content=[1, 2])
    assert [list(lines(2)), list(iterator(2))] == asyncio.run(go()) == [[1, 2], [1, 2]]
    assert [{"page": 2}] * 4 == [request["kwargs"]["params"] for request in fake.requests]


def test_events_are_streams_too(api: APIClient, fake: FakeHTTPBackend) -> None:
    """In both modes."""

    @api.get("/events", streaming_response=True)
    def events(result: Stream[ServerSentEvent[int]]) -> Stream[ServerSentEvent[int]]:
        return result

    async def go() -> list[int]:
        return [event.data async for event in await events.aio()]

    for _ in range(2):
        fake.queue_response(content=b"data: 1\n\ndata: 2\n\n", headers={"content-type": "text/event-stream"})
    assert [1, 2] == [event.data for event in events()] == asyncio.run(go())


def test_a_generator_cannot_go_through_an_asynchronous_stream(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Which shows before anything is sent."""

    @api.get("/lines", streaming_response=True)
    def lengths(result: Iterator[str]) -> Iterator[int]:
        for line in result:
            yield len(line)

    with pytest.raises(ConfigurationError, match=r"lengths\.aio: the function has `yield` in a plain `def`"):
        asyncio.run(lengths.aio())
    assert fake.requests == []


def test_methods_have_it(fake: FakeHTTPBackend) -> None:
    """On an instance, and on the class."""
    users = Users(base_url="https://a", http_backend=fake)

    async def go() -> list[int]:
        return [item async for item in await users.lines.aio()]

    assert (users, 1, 200) == asyncio.run(users.user.aio(7)) == asyncio.run(Users.user.aio(users, 7))
    fake.queue_response(content=[1, 2])
    assert [1, 2] == asyncio.run(go())


def test_the_response_is_beside_its_result_too(fake: FakeHTTPBackend) -> None:
    """In any order, with options or without."""
    users = Users(base_url="https://a", http_backend=fake)
    with_options = users.user.with_options(timeout=1)
    calls: list[Any] = [
        users.user.with_response.aio(7),
        users.user.aio.with_response(7),
        Users.user.with_response.aio(users, 7),
        with_options.with_response.aio.with_options(timeout=2)(7),
        users.user.with_response.with_options(timeout=1).aio(7),
    ]
    for call in calls:
        result, response = asyncio.run(call)
        assert ((users, 1, 200), 200) == (result, response.status_code)
    assert users.user.with_response.aio == users.user.aio.with_response


def test_options_go_before_it_and_after_it(fake: FakeHTTPBackend) -> None:
    """Of functions and of methods."""
    users = Users(base_url="https://a", http_backend=fake)
    asyncio.run(users.user.with_options(query={"a": 1}).aio(7))
    asyncio.run(users.user.aio.with_options(query={"a": 1})(7))
    asyncio.run(Users.user.with_options(query={"a": 1}).aio.with_options(query={"a": 2})(users, 7))
    assert [{"a": 1}, {"a": 1}, {"a": 2}] == [request["kwargs"]["params"] for request in fake.requests]
