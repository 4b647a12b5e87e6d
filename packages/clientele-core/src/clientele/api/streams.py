"""What a streaming call returns: an iterator that is also a context manager."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Stream(Iterator[T], Generic[T]):
    """The items of a response as they arrive. The request is sent when the first one is asked for.

    Leaving a `with` block, or `close`, frees the connection at once, whether all items were taken or not.
    """

    def __init__(self, items: Generator[T, None, None]) -> None:
        self._items = items

    def __next__(self) -> T:
        return next(self._items)

    def close(self) -> None:
        """Free the connection; there are no more items then."""
        self._items.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class AsyncStream(AsyncIterator[T], Generic[T]):
    """`Stream` for asynchronous calls: `async with` and `async for`.

    A bare `break` out of `async for` frees the connection only when the stream has been collected and the loop has
    turned; leave an `async with` block instead.
    """

    def __init__(self, items: AsyncGenerator[T, None]) -> None:
        self._items = items

    async def __anext__(self) -> T:
        return await anext(self._items)

    async def aclose(self) -> None:
        """Free the connection; there are no more items then."""
        await self._items.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
