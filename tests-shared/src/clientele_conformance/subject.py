"""The backend under test, driven alike in both modes, so that a test is written once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Literal, Protocol, TypeVar

from clientele.http import HTTPBackend, Response
from clientele_conformance.journal import call

T = TypeVar("T")

Mode = Literal["sync", "async"]


class Subject(Protocol):
    """A backend in one of its modes."""

    backend: HTTPBackend
    mode: Mode

    def send(self, method: str, url: str, **options: Any) -> Response:
        """Send a request, and wait for its response."""
        ...

    def stream(
        self,
        method: str,
        url: str,
        inner_type: Any = bytes,
        response_parser: Callable[[str], Any] | None = None,
        **options: Any,
    ) -> Any:
        """A context manager with an iterator over the items; leaving it closes the stream."""
        ...

    def send_at_once(self, urls: Sequence[str]) -> list[Response]:
        """Ask for all of `urls` at the same time, in threads or as tasks."""
        ...

    def close(self) -> None:
        """Close the backend by the method that belongs to the mode."""
        ...


class SyncSubject:
    """The synchronous half of a backend."""

    mode: Mode = "sync"

    def __init__(self, backend: HTTPBackend) -> None:
        self.backend = backend

    def send(self, method: str, url: str, **options: Any) -> Response:
        """Send a request, and wait for its response."""
        with call(method, url, options) as answers:
            answers.append(_response(self.backend, self.backend.send_sync_request(method, url, **options)))
        return answers[0]

    @contextmanager
    def stream(
        self,
        method: str,
        url: str,
        inner_type: Any = bytes,
        response_parser: Callable[[str], Any] | None = None,
        **options: Any,
    ) -> Generator[Iterator[Any], None, None]:
        """The items of a response."""
        with call(f"stream {method}", url, {"inner_type": inner_type, **options}):
            items = self.backend.handle_sync_stream(method, url, inner_type, response_parser, **options)
            try:
                yield items
            finally:
                items.close()

    def send_at_once(self, urls: Sequence[str]) -> list[Response]:
        """Ask for all of `urls` at the same time, in threads."""
        with ThreadPoolExecutor(len(urls)) as threads:
            return list(threads.map(lambda url: self.send("GET", url), urls))

    def close(self) -> None:
        """Close what synchronous calls opened."""
        self.backend.close()


class AsyncSubject:
    """The asynchronous half of a backend, on the loop of `runner`: each step runs until it is done."""

    mode: Mode = "async"

    def __init__(self, backend: HTTPBackend, runner: asyncio.Runner) -> None:
        self.backend = backend
        self._runner = runner

    def send(self, method: str, url: str, **options: Any) -> Response:
        """Send a request, and wait for its response."""
        with call(method, url, options) as answers:
            answer = self._run(self.backend.send_async_request(method, url, **options))
            answers.append(_response(self.backend, answer))
        return answers[0]

    @contextmanager
    def stream(
        self,
        method: str,
        url: str,
        inner_type: Any = bytes,
        response_parser: Callable[[str], Any] | None = None,
        **options: Any,
    ) -> Generator[Iterator[Any], None, None]:
        """The items of a response."""
        with call(f"stream {method}", url, {"inner_type": inner_type, **options}):
            items = self.backend.handle_async_stream(method, url, inner_type, response_parser, **options)
            try:
                yield self._iterate(items)
            finally:
                self._run(items.aclose())

    def send_at_once(self, urls: Sequence[str]) -> list[Response]:
        """Ask for all of `urls` at the same time, as tasks."""

        async def ask() -> list[Any]:
            return await asyncio.gather(*(self.backend.send_async_request("GET", url) for url in urls))

        return [_response(self.backend, answer) for answer in self._run(ask())]

    def close(self) -> None:
        """Close what asynchronous calls opened."""
        self._run(self.backend.aclose())

    def _iterate(self, items: AsyncGenerator[Any, None]) -> Iterator[Any]:
        end = object()
        while (item := self._run(anext(items, end))) is not end:
            yield item

    def _run(self, awaitable: Awaitable[T]) -> T:
        async def wait() -> T:
            return await awaitable

        return self._runner.run(wait())


def _response(backend: HTTPBackend, answer: Any) -> Response:
    return answer if isinstance(answer, Response) else backend.convert_to_response(answer)
