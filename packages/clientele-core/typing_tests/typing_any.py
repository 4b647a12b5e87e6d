"""`Any` and `**kwargs` beside `result` and `response`, and other decorators beneath: nothing of the signature is lost."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, ParamSpec, TypeVar, assert_type

from clientele.api import APIClient, Response, get
from clientele.http import FakeHTTPBackend

P = ParamSpec("P")
R = TypeVar("R")

fake = FakeHTTPBackend(default_content={"id": 1})
api = APIClient(base_url="https://api.example.com", http_backend=fake)


def traced(function: Callable[P, R]) -> Callable[P, R]:
    """A decorator with types, as a decorator has them."""
    return function


@api.get("/x")
def any_result(result: Any, response: Response, number: int) -> int:
    return number


@api.get("/x")
def any_value(result: dict[str, Any], response: Response, value: Any) -> dict[str, Any]:
    return result


@api.get("/x")
def any_more(result: Any, response: Response, number: int = 1, **more: Any) -> Any:
    return result


@api.get("/x")
def value_and_more(result: Any, value: Any, number: int, **more: str) -> int:
    return number


@api.get("/x")
def keywords(result: Any, *, key: str, **more: str) -> str:
    return key


@api.get("/x")
@traced
def beneath(result: Any, number: int) -> int:
    return number


@api.get("/x")
@traced
async def abeneath(result: Any, response: Response, number: int) -> int:
    return number


@api.get("/x", streaming_response=True)
@traced
async def lines(result: AsyncIterator[str], number: int) -> AsyncIterator[int]:
    async for line in result:
        yield len(line)


class Client(APIClient):
    @get("/x")
    def any_result(self, result: Any, response: Response, number: int) -> int:
        return number

    @get("/x")
    def any_more(self, result: Any, response: Response, number: int = 1, **more: Any) -> Any:
        return result

    @get("/x")
    def value_and_more(self, result: Any, value: Any, **more: Any) -> int:
        return 1

    @get("/x")
    @traced
    def beneath(self, result: Any, number: int) -> int:
        return number

    @get("/x")
    @traced
    async def abeneath(self, result: Any, number: int) -> int:
        return number


client = Client(base_url="https://api.example.com", http_backend=fake)


def called() -> None:
    """Right calls, and the types of what they give."""
    assert_type(any_result(1), int)
    assert_type(any_value("a"), dict[str, Any])
    assert_type(any_more(2, colour="red"), Any)
    assert_type(value_and_more("a", 1, colour="red"), int)
    assert_type(keywords(key="k", colour="red"), str)
    assert_type(beneath(number=1), int)
    assert_type(client.any_result(1), int)
    assert_type(client.any_more(2, colour="red"), Any)
    assert_type(client.value_and_more(1, colour=2), int)
    assert_type(client.beneath(1), int)


async def acalled() -> None:
    """The same for asynchronous ones."""
    assert_type(await abeneath(1), int)
    assert_type(await client.abeneath(number=1), int)
    assert_type([line async for line in lines(1)], list[int])


async def miscalled() -> None:
    """Calls that Python refuses, too: each line is executed by itself in the tests."""
    any_result()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    any_result(1, 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    any_value()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    any_more(1, 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    value_and_more(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    keywords()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    keywords("k")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    beneath()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await abeneath(1, 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    lines()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.any_result(1, 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.any_more(1, 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.value_and_more()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.beneath(1, number=2)  # type: ignore[misc]  # pyright: ignore[reportCallIssue]
    await client.abeneath()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def mistyped() -> None:
    """Wrong types, which only a checker sees."""
    any_result("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    any_more("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    value_and_more(1, "2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    value_and_more(1, 2, colour=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    keywords(key=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    beneath("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await abeneath("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.any_result("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.beneath("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
