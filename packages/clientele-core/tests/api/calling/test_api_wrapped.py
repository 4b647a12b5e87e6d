"""Functions beneath other decorators: `functools.wraps` says what they stand for."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, ParamSpec, TypeVar

import pytest

from clientele.api import APIClient, AsyncStream, ConfigurationError, Stream, get
from clientele.http import FakeHTTPBackend
from clientele.http.backends import AsyncOnly

P = ParamSpec("P")
R = TypeVar("R")


class AsyncBackend(AsyncOnly, FakeHTTPBackend):
    """A call that isn't asynchronous is an error on it."""


def counted(function: Callable[P, R]) -> Callable[P, R]:
    """What most decorators are: a plain `def` that passes everything on, whatever it is that it wraps."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        calls.append(function.__name__)
        return function(*args, **kwargs)

    return wrapper


calls: list[str] = []


@pytest.fixture
def api() -> APIClient:
    calls.clear()
    return APIClient(base_url="https://a", http_backend=AsyncBackend(default_content=[1, 2]))


def test_an_async_function_makes_asynchronous_calls(api: APIClient) -> None:
    """Although what is decorated is a plain `def`: it would stop the loop otherwise."""

    @api.get("/x")
    @counted
    @counted
    async def numbers(result: list[int], more: int) -> list[int]:
        return [*result, more]

    assert [1, 2, 3] == asyncio.run(numbers(3))
    assert ["numbers", "numbers"] == calls


def test_an_async_method_does_so_too() -> None:
    """On every instance."""

    class Client(APIClient):
        @get("/x")
        @counted
        async def numbers(self, result: list[int], more: int) -> list[int]:
            return [*result, more]

    client = Client(base_url="https://a", http_backend=AsyncBackend(default_content=[1, 2]))
    assert [1, 2, 3] == asyncio.run(client.numbers(3))


def test_a_plain_function_beneath_an_async_one_does_so_too(api: APIClient) -> None:
    """What counts is that there is something to await."""

    def awaited(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            await asyncio.sleep(0)
            return function(*args, **kwargs)

        return wrapper

    def numbers(result: list[int]) -> int:
        return len(result)

    decorate: Any = api.get("/x")
    assert 2 == asyncio.run(decorate(awaited(numbers))())


def test_an_async_stream_is_one(api: APIClient) -> None:
    """Returned by an `async def`, or made by one with `yield`."""

    @api.get("/x", streaming_response=True)
    @counted
    async def returned(result: AsyncStream[int]) -> AsyncStream[int]:
        return result

    @api.get("/x", streaming_response=True)
    @counted
    async def made(result: AsyncIterator[int]) -> AsyncIterator[int]:
        async for item in result:
            yield -item

    async def items() -> list[int]:
        async with await returned() as stream:
            return [item async for item in stream] + [item async for item in made()]

    assert [1, 2, -1, -2] == asyncio.run(items())


def test_a_stream_is_one() -> None:
    """A generator becomes a Stream, which closes both."""
    api = APIClient(base_url="https://a", http_backend=FakeHTTPBackend(default_content=[1, 2]))

    @api.get("/x", streaming_response=True)
    @counted
    def made(result: Iterator[int]) -> Iterator[int]:
        for item in result:
            yield -item

    stream = made()
    assert isinstance(stream, Stream)
    assert [-1, -2] == list(stream)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_generator_is_a_mistake_where_there_is_no_stream(mode: str, api: APIClient) -> None:
    """It shows at decoration, as it does without the other decorator."""

    def plain(result: int) -> Iterator[int]:
        yield result

    async def asynchronous(result: int) -> AsyncIterator[int]:
        yield result

    decorate: Any = api.get("/x")
    with pytest.raises(ConfigurationError, match="a function with `yield` gives a generator, not a result"):
        decorate(counted(asynchronous if mode == "async" else plain))


def test_it_looks_like_the_function(api: APIClient) -> None:
    """Its name, its docstring and its signature, without what is injected."""

    @api.get("/x")
    @counted
    async def numbers(result: list[int], more: int = 1) -> list[int]:
        """Some numbers."""
        return result

    assert ("numbers", "Some numbers.") == (numbers.__name__, numbers.__doc__)
    assert ["more"] == list(inspect.signature(numbers).parameters)
