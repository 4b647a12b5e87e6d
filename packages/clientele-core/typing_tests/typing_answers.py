"""The response beside the result, maps by status, and events: what a caller gets."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, assert_type

from pydantic import BaseModel

from clientele.api import (
    Answer,
    APIClient,
    AsyncStream,
    EventError,
    Events,
    HTTPStatusError,
    Response,
    ServerSentEvent,
    Stream,
    get,
)
from clientele.http import FakeHTTPBackend

fake = FakeHTTPBackend(default_content={"id": 1})
api = APIClient(base_url="https://api.example.com", http_backend=fake, errors={404: dict, "4XX": str, "default": Any})


stream = {"Content-Type": "text/event-stream"}
chatty = FakeHTTPBackend()
chatty.on("POST", "/chat").reply(content=b'event: delta\ndata: {"id":1}\n\ndata: [DONE]\n\n', headers=stream)
chatty.on("POST", "/achat").reply(content=b'data: {"id":1}\n\n', headers=stream)
chats = APIClient(base_url="https://api.example.com", http_backend=chatty)


class User(BaseModel):
    id: int


class Problem(BaseModel):
    id: int


@api.get("/users/{user_id}")
def get_user(result: User, user_id: int) -> User:
    return result


@api.get("/users/{user_id}")
async def aget_user(result: User, user_id: int) -> User:
    return result


@api.get("/users/{user_id}", response_map={200: User, 404: Problem, "4XX": Problem, "default": Problem})
def find_user(result: User | Problem, user_id: int) -> User | Problem:
    return result


@api.get("/users", errors={404: Problem, "5XX": None})
def count(result: User, response: Response) -> int:
    return result.id


@chats.post("/chat", streaming_response=True, events=Events({"delta": User, "error": Problem}, end="[DONE]", resume=3))
def chat(result: Stream[User], data: str) -> Stream[User]:
    return result


@chats.post("/achat", streaming_response=True, events=Events(skip={"ping"}, errors=["failed"]))
async def achat(result: AsyncIterator[ServerSentEvent[User]], data: str) -> AsyncIterator[ServerSentEvent[User]]:
    return result


class Users(APIClient):
    @get("/users/{user_id}")
    def user(self, result: User, user_id: int) -> User:
        return result

    @get("/users/{user_id}", response_map={200: User, "default": None})
    async def auser(self, result: User | None, user_id: int) -> User | None:
        return result


def called() -> None:
    """Right calls, and the types of what they give."""
    users = Users(base_url="https://api.example.com", http_backend=fake)
    assert_type(get_user.with_response(7), Answer[User])
    assert_type(get_user.with_response(user_id=7).result, User)
    assert_type(get_user.with_response(7).response, Response)
    result, response = get_user.with_response(7)
    assert_type(result, User)
    assert_type(response, Response)
    assert_type(find_user.with_response(7), Answer[User | Problem])
    assert_type(count.with_response(), Answer[int])
    assert_type(users.user.with_response(7), Answer[User])
    assert_type(get_user.with_options(timeout=1.0).with_response(7), Answer[User])
    assert_type(get_user.with_response.with_options(timeout=1.0)(7), Answer[User])
    assert_type(api.request("GET", "/users/7", response_map={200: User, "4XX": User}), User)
    api.request("GET", "/users/7", response_map={200: User, "default": Problem})
    with chat("a") as deltas:
        assert_type(deltas.response, Response)
        assert_type(next(deltas), User)


async def acalled() -> None:
    """The same for asynchronous ones."""
    users = Users(base_url="https://api.example.com", http_backend=fake)
    assert_type(await aget_user.with_response(7), Answer[User])
    assert_type((await aget_user.with_response(user_id=7)).result, User)
    assert_type(await users.auser.with_response(7), Answer[User | None])
    assert_type(await get_user.with_response.aio(7), Answer[User])
    assert_type(await get_user.aio.with_response(7), Answer[User])
    assert_type(await users.user.with_response.aio(user_id=7), Answer[User])
    assert_type((await count.with_response.aio()).result, int)
    result, response = await find_user.aio.with_response(7)
    assert_type(result, User | Problem)
    assert_type(response, Response)
    assert_type(await aget_user.with_response.with_options(timeout=1.0)(7), Answer[User])
    assert_type(await api.arequest("GET", "/users/7", response_map={200: User, "4XX": User}), User)


async def astreamed() -> None:
    """What an asynchronous stream has."""
    async for event in await achat("a"):
        assert_type(event, ServerSentEvent[User])
        assert_type(event.data, User)
    async with await chat.aio("a") as deltas:
        assert_type(deltas, AsyncStream[User])
        assert_type(deltas.response, Response)


def failed(error: HTTPStatusError, told: EventError) -> None:
    """What an error says of the answer."""
    assert_type(told.event, str)
    assert_type(told.problem, Any)
    assert_type(error.problem, Any)
    assert_type(error.retry_after, float | None)
    assert_type(error.elapsed, float)


async def miscalled() -> None:
    """Calls that Python refuses, too: each line is executed by itself in the tests."""
    get_user.with_response()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    get_user.with_response(7, 8)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await aget_user.with_response(id=7)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def mistyped() -> None:
    """Wrong types, which only a checker sees."""
    get_user.with_response("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Events({1: User})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    Events(end=b"x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Events(resume=1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.get("/x", events={"delta": User})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
