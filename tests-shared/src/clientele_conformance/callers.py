"""Streaming functions of a client, called alike in both modes and over every installed backend."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

from clientele.api import APIClient, AsyncStream, Response, Stream
from clientele_conformance.subject import Mode

T = TypeVar("T")

_END = object()


class InSteps:
    """An AsyncStream of which every step is run to its end: to a test it looks like a Stream."""

    def __init__(self, stream: AsyncStream[Any], run: Callable[[Callable[[], Awaitable[Any]]], Any]) -> None:
        self.stream = stream
        self._run = run

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        item = self._run(lambda: anext(self.stream, _END))
        if item is _END:
            raise StopIteration
        return item

    def __enter__(self) -> Self:
        self._run(self.stream.__aenter__)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._run(lambda: self.stream.__aexit__(kind, error, traceback))

    @property
    def response(self) -> Response:
        """The head of the response."""
        return self.stream.response

    def close(self) -> None:
        """Free the connection."""
        self._run(self.stream.aclose)

    def download(self, *arguments: Any, **options: Any) -> Response:
        """Put the body into a file."""
        response: Response = self._run(lambda: self.stream.adownload(*arguments, **options))
        return response


class Caller:
    """A client in one mode."""

    def __init__(self, name: str, api: APIClient, mode: Mode, runner: asyncio.Runner) -> None:
        self.name = name
        self.api = api
        self.is_async = mode == "async"
        self._runner = runner

    def run(self, step: Callable[[], Awaitable[T]]) -> T:
        """Await `step()` on the loop of the test."""

        async def wait() -> T:
            return await step()

        return self._runner.run(wait())

    def declared(
        self, kind: Any, path: str = "/", *, verb: str = "get", as_iterator: bool = False, **options: Any
    ) -> Callable[..., Any]:
        """A decorated function that returns its stream of `kind`; it takes `user_id`, `limit` and `data` by keyword."""
        kinds: Any = ((AsyncIterator, AsyncStream) if self.is_async else (Iterator, Stream))[not as_iterator]

        def items(result: Any, *, user_id: int = 0, limit: int | None = None, data: Any = None) -> Any:
            return result

        async def aitems(result: Any, *, user_id: int = 0, limit: int | None = None, data: Any = None) -> Any:
            return result

        function = aitems if self.is_async else items
        function.__annotations__["result"] = kinds[kind]
        decorated = getattr(self.api, verb)(path, streaming_response=True, **options)(function)

        def call(**arguments: Any) -> Any:
            made = decorated(**arguments)
            return InSteps(self.run(lambda: made), self.run) if self.is_async else made

        return call


@contextmanager
def calling(name: str, mode: Mode, base_url: str) -> Iterator[Caller]:
    """A client of the backend called `name`, closed in the end."""
    with asyncio.Runner() as runner:
        caller = Caller(name, APIClient(base_url=base_url, http_backend=name, timeout=10.0), mode, runner)
        try:
            yield caller
        finally:
            if caller.is_async:
                runner.run(caller.api.aclose())
            else:
                caller.api.close()
