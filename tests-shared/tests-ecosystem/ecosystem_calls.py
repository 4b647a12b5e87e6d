"""Calls with a library: by hand, and through the backend that is built on it, so that a tool can be tried with both."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple, Protocol

from clientele.http.backends import HTTPBackend

PIECES = (b"two ", b"pieces")


class Told(NamedTuple):
    """A response, in the form that is the same for all."""

    status: int
    body: bytes


class Call(Protocol):
    """Makes a call and reads its response."""

    def __call__(self, url: str, method: str = "GET", content: Any = None) -> Told:
        """`content` is bytes, or `PIECES`, which are sent as a stream."""


class Way(StrEnum):
    """How a call is made."""

    BY_HAND = "by hand"
    OURS = "ours"
    OURS_STREAMED = "ours, streamed"
    OURS_ON_OWN_CLIENT = "ours, on the user's client"


OURS = (Way.OURS, Way.OURS_STREAMED, Way.OURS_ON_OWN_CLIENT)
MakeClient = Callable[[], Any]
MakeBackend = Callable[..., HTTPBackend]


@dataclass(frozen=True)
class Library:
    """An HTTP library in one mode.

    Attributes:
        backend: ours on it.
        client: what a user makes calls with.
        send: one call by hand. Asynchronous if `is_async`, as is `close`.
        options: of ours, where the client isn't the user's.
    """

    name: str
    is_async: bool
    backend: MakeBackend
    client: MakeClient
    send: Callable[..., Any]
    close: Callable[[Any], Any]
    options: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    def ours(self, client: Any = None) -> HTTPBackend:
        """Our backend, on the user's client if there is one."""
        if client is None:
            return self.backend(**self.options)
        return self.backend(**{"async_client" if self.is_async else "client": client})

    def calls(self, way: Way, client: MakeClient | None = None) -> AbstractContextManager[Call]:
        """Calls until the end of the block, all of them with one client: the user's own, if it is given."""
        return (_async_calls if self.is_async else _sync_calls)(self, way, client or self.client)


def following(library: Library) -> Library:
    """With our backend following redirects."""
    return replace(library, backend=partial(library.backend, follow_redirects=True))


@contextmanager
def _sync_calls(library: Library, way: Way, make_client: MakeClient) -> Iterator[Call]:
    client = make_client() if way in {Way.BY_HAND, Way.OURS_ON_OWN_CLIENT} else None
    backend = library.ours(client) if way is not Way.BY_HAND else None

    def call(url: str, method: str = "GET", content: Any = None) -> Told:
        content = iter(content) if content is PIECES else content
        if backend is None:
            return Told(*library.send(client, method, url, content))
        if way is Way.OURS_STREAMED:
            return Told(200, b"".join(backend.handle_sync_stream(method, url, bytes, content=content)))
        response = backend.send_sync_request(method, url, content=content)
        return Told(response.status_code, response.content)

    try:
        yield call
    finally:
        if backend is not None:
            backend.close()
        if client is not None:
            library.close(client)


@contextmanager
def _async_calls(library: Library, way: Way, make_client: MakeClient) -> Iterator[Call]:
    with asyncio.Runner() as runner:

        def run(job: Awaitable[Any]) -> Any:
            async def awaited() -> Any:
                return await job

            # Tracing keeps the current span in a context variable.
            return runner.run(awaited(), context=contextvars.copy_context())

        async def make() -> Any:
            return make_client()

        client = run(make()) if way in {Way.BY_HAND, Way.OURS_ON_OWN_CLIENT} else None
        backend = library.ours(client) if way is not Way.BY_HAND else None

        async def send(method: str, url: str, content: Any) -> Told:
            content = _pieces() if content is PIECES else content
            if backend is None:
                return Told(*await library.send(client, method, url, content))
            if way is Way.OURS_STREAMED:
                items = backend.handle_async_stream(method, url, bytes, content=content)
                return Told(200, b"".join([item async for item in items]))
            response = await backend.send_async_request(method, url, content=content)
            return Told(response.status_code, response.content)

        def call(url: str, method: str = "GET", content: Any = None) -> Told:
            told: Told = run(send(method, url, content))
            return told

        try:
            yield call
        finally:
            if backend is not None:
                run(backend.aclose())
            if client is not None:
                run(library.close(client))


async def _pieces() -> AsyncIterator[bytes]:
    for piece in PIECES:
        yield piece
