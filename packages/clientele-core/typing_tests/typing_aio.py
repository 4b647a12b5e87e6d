"""`aio`: the asynchronous twin of a declaration, of functions, methods and streams."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, assert_type

from pydantic import BaseModel

from clientele.api import Answer, APIClient, AsyncStream, Response, ServerSentEvent, Stream, get
from clientele.http import FakeHTTPBackend

fake = FakeHTTPBackend(default_content={"id": 1})
api = APIClient(base_url="https://api.example.com", http_backend=fake)


class User(BaseModel):
    id: int


@api.get("/users/{user_id}")
def get_user(result: User, user_id: int, *, page: int = 1) -> User:
    return result


@api.get("/users/{user_id}")
def get_status(result: User, response: Response, user_id: int) -> tuple[User, int]:
    return result, response.status_code


@api.get("/users/{user_id}")
async def aget_user(result: User, user_id: int) -> User:
    return result


@api.delete("/users/{user_id}")
def delete(result: None, user_id: int) -> None:
    return result


@api.get("/users", streaming_response=True)
def models(result: Stream[User], words: str) -> Stream[User]:
    return result


@api.get("/users", streaming_response=True)
def iterator(result: Iterator[User]) -> Iterator[User]:
    return result


@api.get("/users", streaming_response=True)
def events(result: Stream[ServerSentEvent[int]]) -> Stream[ServerSentEvent[int]]:
    return result


@api.get("/users", streaming_response=True)
async def amodels(result: AsyncStream[User]) -> AsyncStream[User]:
    return result


class Users(APIClient):
    @get("/users/{user_id}")
    def user(self, result: User, user_id: int) -> User:
        return result

    @get("/users/{user_id}")
    async def auser(self, result: User, user_id: int) -> User:
        return result

    @get("/users", streaming_response=True)
    def lines(self, result: Stream[User], words: str) -> Stream[User]:
        return result


users = Users(base_url="https://api.example.com", http_backend=fake)


def called() -> None:
    """The declared mode stays as it is."""
    assert_type(get_user(7), User)
    assert_type(get_status(7), tuple[User, int])
    assert_type(models("a"), Stream[User])
    assert_type(users.user(7), User)
    assert_type(get_user.__name__, str)


async def acalled() -> None:
    """Right calls, and the types of what they give."""
    assert_type(await get_user.aio(7), User)
    assert_type(await get_user.aio(user_id=7, page=2), User)
    assert_type(await get_status.aio(7), tuple[User, int])
    assert_type(await aget_user.aio(7), User)
    assert_type(await delete.aio(7), None)
    assert_type(await models.aio("a"), AsyncStream[User])
    assert_type(await iterator.aio(), AsyncIterator[User])
    assert_type(await events.aio(), AsyncStream[ServerSentEvent[int]])
    assert_type(await amodels.aio(), AsyncStream[User])
    assert_type(await users.user.aio(7), User)
    assert_type(await users.auser.aio(7), User)
    assert_type(await users.lines.aio(words="a"), AsyncStream[User])
    assert_type(await Users.user.aio(users, 7), User)
    assert_type(await get_user.with_options(timeout=1.0).aio(7), User)
    assert_type(await get_user.aio.with_options(timeout=1.0)(7, page=2), User)
    assert_type(await users.user.aio.with_options(timeout=1.0)(7), User)
    assert_type(await get_user.with_response.aio(7), Answer[User])
    assert_type(await get_user.aio.with_response(7), Answer[User])
    assert_type(await users.user.with_response.aio(7), Answer[User])
    assert_type(await aget_user.aio.with_response(7), Answer[User])
    async with await models.aio("a") as stream:
        assert_type([user async for user in stream], list[User])


def takes(call: Callable[[int], Coroutine[Any, Any, User]]) -> None:
    """Wants a coroutine function."""


def passed() -> None:
    """It goes where a coroutine function of its signature goes."""
    takes(get_user.aio)
    takes(aget_user)
    takes(users.user.aio)
    takes(get_user)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    takes(get_status.aio)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def miscalled() -> None:
    """Calls that Python refuses, too: each line is executed by itself in the tests."""
    await get_user.aio()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await get_user.aio(7, 8)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await get_user.aio(7, result=None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await get_status.aio(7, response=None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await models.aio()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await users.user.aio()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await Users.user.aio(users)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await get_user.aio.with_options(retries=3)(7)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def mistyped() -> None:
    """Wrong types, which only a checker sees."""
    await get_user.aio("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await models.aio(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await users.user.aio("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await Users.user.aio("users", 7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    (await get_user.aio(7)).name  # type: ignore[attr-defined]  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
