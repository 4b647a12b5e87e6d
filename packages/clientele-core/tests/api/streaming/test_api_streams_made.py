"""Functions that make something of their stream: what they return can be read and closed as a stream can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from clientele.api import APIClient, AsyncStream, Stream
from clientele.http import FakeHTTPBackend
from clientele_conformance.installed import named
from clientele_conformance.servers import Answer, Origin, Stall, chunk, chunked_head

ENDLESS: Answer = [chunked_head(), chunk(b"1\n2\n"), Stall()]


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/", ENDLESS)
        yield origin


def managed(stream: Any) -> Any:
    """A stream as its callers see it, who were promised no more than an iterator."""
    assert isinstance(stream, Stream | AsyncStream)
    return stream


@pytest.mark.parametrize("name", named("sync"))
def test_a_generator_is_a_stream_too(name: str, origin: Origin) -> None:
    """STM-7 leaving its block closes the generator, and frees the connection of the stream beneath."""
    ended: list[str] = []
    with APIClient(base_url=origin.url(), http_backend=name) as api:

        @api.get("/", streaming_response=True)
        def doubled(result: Iterator[int]) -> Iterator[int]:
            try:
                for number in result:
                    yield 2 * number
            finally:
                ended.append("ended")

        with managed(doubled()) as stream:
            assert 2 == next(stream)
            assert [] == ended
        assert ["ended"] == ended
        origin.wait_until_open(0)
        assert [] == list(stream)


@pytest.mark.parametrize("name", named("async"))
def test_an_async_generator_is_a_stream_too(name: str, origin: Origin) -> None:
    """STM-7 in the same way, and by the end of the block, not when the loop next turns."""
    ended: list[str] = []

    async def main() -> None:
        async with APIClient(base_url=origin.url(), http_backend=name) as api:

            @api.get("/", streaming_response=True)
            async def doubled(result: AsyncIterator[int]) -> AsyncIterator[int]:
                try:
                    async for number in result:
                        yield 2 * number
                finally:
                    ended.append("ended")

            async with managed(doubled()) as stream:
                assert 2 == await anext(stream)
                assert [] == ended
            assert ["ended"] == ended
            await asyncio.to_thread(origin.wait_until_open, 0)
            assert [] == [item async for item in stream]

    asyncio.run(main())


@pytest.mark.parametrize("name", named("async"))
def test_a_function_may_return_an_async_generator(name: str, origin: Origin) -> None:
    """STM-7 as a synchronous one may return a generator: it is a stream, too."""

    async def main() -> None:
        async with APIClient(base_url=origin.url(), http_backend=name) as api:

            @api.get("/", streaming_response=True)
            async def doubled(result: AsyncIterator[int]) -> AsyncIterator[int]:
                return (2 * number async for number in result)

            async with managed(await doubled()) as stream:
                assert 2 == await anext(stream)
            await asyncio.to_thread(origin.wait_until_open, 0)

    asyncio.run(main())


@pytest.mark.parametrize("name", named("sync"))
def test_a_generator_that_has_enough_frees_the_connection(name: str, origin: Origin) -> None:
    """STM-7 it needs no block of its own in the function: its end is the end of the stream."""
    with APIClient(base_url=origin.url(), http_backend=name) as api:

        @api.get("/", streaming_response=True)
        def first(result: Iterator[int]) -> Iterator[int]:
            yield next(result)

        stream = first()
        assert [1] == list(stream)
        origin.wait_until_open(0)


def test_an_async_stream_is_an_iterator_and_a_context_manager() -> None:
    """One object is both; a loop to the end needs no block."""
    fake = FakeHTTPBackend(default_content=[1, 2, 3])
    api = APIClient(base_url="https://api.example.com", http_backend=fake)

    @api.get("/", streaming_response=True)
    async def numbers(result: AsyncStream[int]) -> AsyncStream[int]:
        return result

    async def main() -> None:
        assert [1, 2, 3] == [number async for number in await numbers()]
        stream = await numbers()
        async with stream as entered:
            assert entered is stream
            assert 1 == await anext(stream)
            assert [2, 3] == [number async for number in stream]

    asyncio.run(main())


@pytest.mark.parametrize(("made", "expected"), [(list, [1, 2]), (sum, 3), (lambda _: None, None)])
def test_other_values_are_returned_unchanged(made: Any, expected: Any) -> None:
    """A function may read its stream itself."""
    api = APIClient(base_url="https://api.example.com", http_backend=FakeHTTPBackend(default_content=[1, 2]))

    @api.get("/", streaming_response=True)
    def numbers(result: Stream[int]) -> Any:
        return made(result)

    assert expected == numbers()


def test_an_error_of_the_function_is_the_callers() -> None:
    """While it makes something of the items, too."""
    api = APIClient(base_url="https://api.example.com", http_backend=FakeHTTPBackend(default_content=[1, 0]))

    @api.get("/", streaming_response=True)
    def inverted(result: Stream[int]) -> Iterator[float]:
        for number in result:
            yield 1 / number

    stream = inverted()
    assert 1.0 == next(stream)
    with pytest.raises(ZeroDivisionError):
        next(stream)
    assert [] == list(stream)


def test_any_iterator_becomes_a_stream() -> None:
    """It can be left by a `with` block."""
    api = APIClient(base_url="https://api.example.com", http_backend=FakeHTTPBackend(default_content=[1, 2, 3]))

    @api.get("/x", streaming_response=True)
    def doubled(result: Iterator[int]) -> Iterator[int]:
        return map((2).__mul__, result)

    class Doubled:
        def __init__(self, items: AsyncIterator[int]) -> None:
            self.items = items

        def __aiter__(self) -> AsyncIterator[int]:
            return self

        async def __anext__(self) -> int:
            return 2 * await anext(self.items)

    @api.get("/x", streaming_response=True)
    async def adoubled(result: AsyncIterator[int]) -> AsyncIterator[int]:
        return Doubled(result)

    async def ataken() -> list[int]:
        made: Any = await adoubled()
        async with made as items:
            return [item async for item in items]

    made: Any = doubled()
    with made as items:
        assert next(items) == 2
    assert list(items) == []
    assert asyncio.run(ataken()) == [2, 4, 6]
