"""`with_response`: the response beside the result."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import Answer, APIClient, HTTPStatusError, Response, get
from clientele.http import FakeHTTPBackend


class User(BaseModel):
    id: int


class Users(APIClient):
    @get("/users/{user_id}")
    def user(self, result: User, user_id: int) -> User:
        return result

    @get("/users/{user_id}")
    async def auser(self, result: User, user_id: int) -> User:
        return result


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


@pytest.fixture
def api(fake: FakeHTTPBackend) -> Users:
    return Users(base_url="https://api.example.com", http_backend=fake)


def test_the_response_is_beside_the_result(api: Users, fake: FakeHTTPBackend) -> None:
    """For functions and methods of both kinds, with their arguments."""

    @api.get("/users/{user_id}")
    def user(result: User, user_id: int) -> User:
        return result

    @api.get("/users/{user_id}")
    async def auser(result: User, user_id: int) -> User:
        return result

    calls: list[Any] = [
        lambda: user.with_response(7),
        lambda: api.user.with_response(7),
        lambda: asyncio.run(auser.with_response(user_id=7)),
        lambda: asyncio.run(api.auser.with_response(user_id=7)),
    ]
    for call in calls:
        fake.queue_response(status=201, content={"id": 7}, headers={"X-Request-Id": "r7"})
        answer = call()
        assert isinstance(answer, Answer)
        result, response = answer
        assert User(id=7) == result is answer.result
        assert (201, "r7") == (response.status_code, response.headers["x-request-id"])
        assert response is answer.response
        assert "https://api.example.com/users/7" == fake.requests[-1]["url"]


def test_the_result_is_what_the_function_returns(api: Users) -> None:
    """Which may be another than the one it got, and it may have the response itself."""

    @api.get("/users/{user_id}")
    def number(result: User, response: Response, user_id: int) -> tuple[int, int]:
        return result.id, response.status_code

    assert (1, 200) == number.with_response(7).result
    assert (1, 200) == number(7)


def test_options_come_before_or_after(api: Users, fake: FakeHTTPBackend) -> None:
    """In any order, and the function itself stays what it is."""
    api.user.with_options(headers={"X-A": "1"}).with_response(7)
    api.user.with_response.with_options(headers={"X-A": "1"})(7)
    assert ["1", "1"] == [request["kwargs"]["headers"]["X-A"] for request in fake.requests]
    assert User(id=1) == api.user(7)


def test_what_is_mapped_is_beside_its_response(api: Users, fake: FakeHTTPBackend) -> None:
    """So that a 404 that is an answer can be told from a 200."""
    fake.queue_response(status=404, content={"id": 0})

    @api.get("/x", response_map={200: User, 404: dict[str, int]})
    def call(result: User | dict[str, int]) -> User | dict[str, int]:
        return result

    result, response = call.with_response()
    assert ({"id": 0}, 404) == (result, response.status_code)


def test_an_error_is_raised_as_without_it(api: Users, fake: FakeHTTPBackend) -> None:
    """It has its response."""
    fake.queue_response(status=404)
    with pytest.raises(HTTPStatusError):
        api.user.with_response(7)
    with pytest.raises(TypeError, match="user_id"):
        api.user.with_response()  # type: ignore[call-arg]


def test_a_stream_has_its_response_itself(api: Users, fake: FakeHTTPBackend) -> None:
    """Which the error says; nothing is sent."""

    @api.get("/x", streaming_response=True)
    def lines(result: Iterator[str]) -> Iterator[str]:
        return result

    @api.get("/x", streaming_response=True)
    async def alines(result: AsyncIterator[str]) -> AsyncIterator[str]:
        return result

    with pytest.raises(TypeError, match=r"lines.with_response: a stream has its response"):
        lines.with_response()
    with pytest.raises(TypeError, match="a stream has its response"):
        asyncio.run(alines.with_response())
    assert [] == fake.requests


def test_an_answer_is_a_value(api: Users) -> None:
    """It compares, and it travels."""
    answer = api.user.with_response(7)
    again = pickle.loads(pickle.dumps(answer))  # noqa: S301
    assert answer.result == again.result
    assert answer.response.content == again.response.content
    assert Answer(1, answer.response) == Answer[int](1, answer.response)
