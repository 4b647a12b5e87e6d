"""The result of a streaming call: an iterator that is also a context manager."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Generator, Iterator
from contextlib import aclosing
from itertools import chain
from os import PathLike
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from clientele.api.streaming.stream_calls import StreamCall, StreamHead
from clientele.http.message.body.files import ProgressCallback
from clientele.http.response import Response
from clientele.http.runtime.inside import Inside

T = TypeVar("T")


class Stream(chain[T], Generic[T]):
    """The items of a response as they arrive. The request is sent when the `with` block is entered, or without a block,
    when the first item is requested.

    This raises the errors of the call, TransportError and APIException. An item that doesn't match its type raises
    ResponseValidationError. Leaving the `with` block, or `close`, releases the connection, even if not all items were
    read.
    """

    # A subclass of chain, of a single generator, for its fast `__next__`: a `__next__` in Python would add half of the
    # time that the rest takes for each line.

    _items: Generator[T, None, None]
    _call: StreamCall | None
    _head: StreamHead | None
    _source: Generator[Any, None, None]

    def __new__(
        cls,
        items: Generator[T, None, None],
        call: StreamCall | None = None,
        head: StreamHead | None = None,
        source: Generator[Any, None, None] | None = None,
    ) -> Self:
        """The stream of `items`, which `call` returned, or which are derived from those of the `source` stream."""
        stream = super().__new__(cls, items)
        stream._items, stream._call, stream._head, stream._source = items, call, head, source or items
        return stream

    @property
    def response(self) -> Response:
        """The head of the response: its status and headers. Its content is empty, because the items are the content.

        ```python
        with events() as items:
            print(items.response.headers["x-request-id"])
        ```

        Raises:
            RuntimeError: the stream has not been entered, and no item was read.
            NotImplementedError: the backend is not a TransportBackend, and provides only items.
        """
        return _response_of(self._head)

    def close(self) -> None:
        """Release the connection and end the stream."""
        self._items.close()

    def download(
        self: Stream[bytes],
        path: str | PathLike[str],
        *,
        overwrite: bool = False,
        progress: ProgressCallback | None = None,
    ) -> Response:
        """Save the body to a file, which appears under its name when it is complete.

        ```python
        @api.get("/files/{file_id}", streaming_response=True)
        def get_file(result: Stream[bytes], file_id: int) -> Stream[bytes]:
            return result

        get_file(7).download("file.bin")
        ```

        An interrupted download is kept as `file.bin.clientele-part`, if the server supports resuming it: the next
        download to the path requests only the rest. If the content has changed, or the server doesn't support ranges,
        it starts again. Only a GET without a body is resumed.

        Args:
            path: the file; its folder must exist.
            overwrite: replace an existing file; default False.
            progress: called for each chunk with the bytes received, including those of an earlier download, and the
                total, or None if it is unknown. An exception that it raises ends the download and is raised unchanged.

        Returns:
            The head of the response: its status, 206 if an earlier download was resumed, and its headers. The
            content is in the file.

        Raises:
            TypeError: the items aren't bytes, or aren't those of a call.
            FileExistsError: the file exists, and `overwrite` is False.
            OSError: the file can't be written, or another download to it is in progress (BlockingIOError).
            ReadError: the body is shorter than announced, or the connection broke.
            TransportError, APIException: as for any call.
        """
        from clientele.api.streaming.saving import save  # noqa: PLC0415 - only who downloads needs it.

        self._items.close()
        return save(_of_bytes(self._call), path, overwrite=overwrite, progress=progress)

    def __enter__(self) -> Self:
        if self._head is not None:
            self._head.begin(self._source)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class AsyncStream(AsyncIterator[T], Generic[T]):
    """`Stream` for asynchronous calls: `async with` and `async for`.

    A `break` out of `async for` without `async with` releases the connection only when the stream is garbage-collected.
    """

    def __init__(
        self,
        items: AsyncGenerator[T, None],
        call: StreamCall | None = None,
        head: StreamHead | None = None,
        source: AsyncGenerator[Any, None] | None = None,
    ) -> None:
        self._items: Any = items
        self._call = call
        self._head = head
        self._source: Any = source or items

    @property
    def response(self) -> Response:
        """The head of the response; see `Stream.response`."""
        return _response_of(self._head)

    def __aiter__(self) -> AsyncIterator[T]:  # noqa: PYI034
        # Not `self`: without a Python function for each item, a loop is 10 % faster.
        return self._items  # type: ignore[no-any-return]

    def __anext__(self) -> Awaitable[T]:
        return self._items.__anext__()  # type: ignore[no-any-return]

    async def aclose(self) -> None:
        """Release the connection and end the stream."""
        await self._items.aclose()

    async def adownload(
        self: AsyncStream[bytes],
        path: str | PathLike[str],
        *,
        overwrite: bool = False,
        progress: ProgressCallback | None = None,
    ) -> Response:
        """`Stream.download`, asynchronously. The file is written in a thread; `progress` is called on the loop.

        ```python
        await (await get_file(7)).adownload("file.bin")
        ```
        """
        from clientele.api.streaming.saving import asave  # noqa: PLC0415 - only who downloads needs it.

        await self._items.aclose()
        return await asave(_of_bytes(self._call), path, overwrite=overwrite, progress=progress)

    async def __aenter__(self) -> Self:
        if self._head is not None:
            await self._head.abegin(self._source)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()


def lent(stream: AsyncStream[Any]) -> AsyncStream[Any]:
    """`stream`, for a decorated function that may put a generator around it, until `managed` is called."""
    stream._items = stream._source = Inside(stream._source)  # noqa: SLF001 - of this module
    return stream


def managed(made: Any, stream: Stream[Any] | AsyncStream[Any]) -> Any:
    """The return value of a decorated function. Any iterator becomes a stream, which closes itself and `stream`."""
    if isinstance(stream, Stream) and isinstance(made, Iterator) and not isinstance(made, Stream):
        return Stream(_closing(made, stream), head=stream._head, source=stream._source)  # noqa: SLF001 - of its kind
    if isinstance(stream, AsyncStream):
        if isinstance(made, AsyncIterator) and not isinstance(made, AsyncStream):
            return AsyncStream(_aclosing(made, stream), head=stream._head, source=stream._source)  # noqa: SLF001 - as above
        stream._items = stream._source = stream._source.items  # noqa: SLF001 - as above
    return made


def _closing(made: Iterator[T], stream: Stream[Any]) -> Generator[T, None, None]:
    with stream:
        yield from made


async def _aclosing(made: AsyncIterator[T], stream: AsyncStream[Any]) -> AsyncGenerator[T, None]:
    async with stream, aclosing(Inside(made)) as items:
        async for item in items:
            yield item


def _response_of(head: StreamHead | None) -> Response:
    if head is None:
        raise NotImplementedError(
            "response: the backend is not a TransportBackend, and doesn't provide the head of a stream"
        )
    if head.response is None:
        raise RuntimeError("response: it isn't available before the stream is entered: with events() as items: ...")
    return head.response


def _of_bytes(call: StreamCall | None) -> StreamCall:
    if call is None or not call.is_raw:
        raise TypeError(
            "download: it needs the bytes of a call; declare `result: Stream[bytes]`, and return it unchanged"
        )
    return call
