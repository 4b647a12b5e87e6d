"""Streams: what the caller iterates over, sync and async, in functions and methods."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, assert_type

from pydantic import BaseModel

from clientele.api import APIClient, AsyncStream, Stream, get
from clientele.http import FakeHTTPBackend
from clientele.http.message.body.server_sent_events import ServerSentEvent

fake = FakeHTTPBackend(default_content=[{"id": 1}])
api = APIClient(base_url="https://api.example.com", http_backend=fake)


class User(BaseModel):
    id: int


@api.get("/lines", streaming_response=True)
def models(result: Stream[User], words: str) -> Stream[User]:
    return result


@api.get("/lines", streaming_response=True)
def iterator(result: Iterator[User], page: int = 1) -> Iterator[User]:
    return result


@api.get("/lines", streaming_response=True)
def texts(result: Stream[str]) -> Stream[str]:
    return result


@api.get("/lines", streaming_response=True)
def blocks(result: Stream[bytes]) -> Stream[bytes]:
    return result


@api.get("/lines", streaming_response=True)
def values(result: Stream[dict[str, Any]]) -> Stream[dict[str, Any]]:
    return result


@api.get("/lines", streaming_response=True, response_parser=len)
def parsed(result: Stream[int]) -> Stream[int]:
    return result


@api.get("/events", streaming_response=True)
def events(result: Stream[ServerSentEvent[str]]) -> Stream[ServerSentEvent[str]]:
    return result


@api.get("/lines", streaming_response=True)
def made(result: Iterator[User]) -> Iterator[int]:
    for user in result:
        yield user.id


@api.get("/lines", streaming_response=True)
async def amodels(result: AsyncStream[User], words: str) -> AsyncStream[User]:
    return result


@api.get("/lines", streaming_response=True)
async def aiterator(result: AsyncIterator[User]) -> AsyncIterator[User]:
    return result


@api.get("/lines", streaming_response=True)
async def amade(result: AsyncIterator[User], words: str) -> AsyncIterator[int]:
    async for user in result:
        yield user.id


class Users(APIClient):
    @get("/lines", streaming_response=True)
    def lines(self, result: Stream[User], words: str) -> Stream[User]:
        return result

    @get("/lines", streaming_response=True)
    async def alines(self, result: AsyncStream[User], words: str) -> AsyncStream[User]:
        return result


users = Users(base_url="https://api.example.com", http_backend=fake)


def called() -> None:
    """Right calls, and the types of what they give."""
    assert_type(models("a"), Stream[User])
    assert_type(iterator(2), Iterator[User])
    assert_type(list(texts()), list[str])
    assert_type(next(blocks()), bytes)
    assert_type(list(values()), list[dict[str, Any]])
    assert_type(list(parsed()), list[int])
    assert_type(list(events()), list[ServerSentEvent[str]])
    assert_type(list(made()), list[int])
    with models(words="a") as stream:
        assert_type(stream, Stream[User])
        assert_type([user.id for user in stream], list[int])
    with users.lines("a") as stream:
        assert_type(next(stream), User)


async def acalled() -> None:
    """The same for asynchronous ones."""
    assert_type(await amodels("a"), AsyncStream[User])
    assert_type(await aiterator(), AsyncIterator[User])
    assert_type(amade("a"), AsyncIterator[int])
    async with await amodels(words="a") as stream:
        assert_type(stream, AsyncStream[User])
        assert_type([user async for user in stream], list[User])
    async with await users.alines("a") as stream:
        assert_type(await anext(stream), User)


async def miscalled() -> None:
    """Calls that Python refuses, too: each line is executed by itself in the tests."""
    models()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    models("a", "b")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    texts("a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    users.lines()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    users.lines("a", page=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await amodels()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await amodels("a", result=None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await aiterator("a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await users.alines()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    amade()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def mistyped() -> None:
    """Wrong types, which only a checker sees."""
    models(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    iterator("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    users.lines(words=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await amodels(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await users.alines(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    [1 async for _ in models("a")]  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
