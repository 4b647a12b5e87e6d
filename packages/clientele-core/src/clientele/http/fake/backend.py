"""The fake backend: passes an encoded request to its routes, and returns their response."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any, Unpack

from clientele.__about__ import __version__
from clientele.http.backends.option_signatures import with_option_signature
from clientele.http.backends.options import BACKEND_DEFAULTS, BackendOptions
from clientele.http.errors import TransportError
from clientele.http.fake.matching import ANYTHING, pattern
from clientele.http.fake.replies import Pieces, Reply, as_reply, with_request, written
from clientele.http.fake.requests import FakeRequest, asked
from clientele.http.fake.routes import Route, Router
from clientele.http.message.headers import HeadersInput
from clientele.http.message.name_values import Given
from clientele.http.message.query import Params
from clientele.http.runtime.forks import OwnLock
from clientele.http.transport.call_state import CallState
from clientele.http.transport.memory import MemoryBackend, apause, aread_body, each, pause, read_body
from clientele.http.transport.stream_state import StreamOptions, StreamState
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest, WireResponse


class FakeHTTPBackend(MemoryBackend[Router, Router]):
    """Responds to every call without a network; requests are encoded and checked, and responses decoded, as with a real
    backend.

    The response is the first match of: the responses queued with `queue_response`, the routes added with `on`, and,
    unless the fake is strict, the default.

    Args:
        default_status: the status of the default response; default 200.
        default_content: the content of the default response; see `Reply`. Default None, an empty body.
        strict: raise UnmatchedRequest instead of the default response; the message shows the closest routes. Default
            False.
        options: see `clientele.http.backends.BackendOptions`.

    Raises:
        ConfigurationError, TypeError: as for every backend.
    """

    name = "fake"
    library = f"fake/{__version__}"

    requests: list[dict[str, Any]]
    """The calls, oldest first: each has `method`, `url` and its options as `kwargs`."""

    @with_option_signature(BackendOptions, BACKEND_DEFAULTS)
    def __init__(
        self,
        default_status: int = 200,
        default_content: Any = None,
        *,
        strict: bool = False,
        **options: Unpack[BackendOptions],
    ) -> None:
        super().__init__(**options)
        self._router = Router(Reply(default_status, default_content), strict=strict)
        self._own = OwnLock()
        self.requests = []

    def queue_response(
        self,
        *,
        status: int = 200,
        content: Any = None,
        headers: Given[str] = (),
        path: str | None = None,
        method: str | None = None,
    ) -> None:
        """Queue a response for one request; each request takes the oldest queued response that matches it.

        Args:
            status: the three-digit status; default 200.
            content: see `Reply`; default None, an empty body.
            headers: the response headers, a mapping or pairs; default none.
            path: only for requests with this path, a template as for `on`; default None, any path.
            method: only for requests with this method; default None, any method.

        Raises:
            ConfigurationError: `status` is not a final status, or `path` is not a path.
        """
        self._router.queue(pattern(method, path), Reply(status, content, headers))

    def on(
        self,
        method: str | None,
        path: str | None,
        *,
        query: Params | None = None,
        headers: HeadersInput = (),
        json: Any = ANYTHING,
    ) -> Route:
        """Add a route for matching requests; if several match, the first one responds.

        Args:
            method: the method; None for any.
            path: the whole path, including that of the base URL, with placeholders for segments in braces:
                `/users/{id}`. With scheme and host, only for that origin. None for any.
            query: the whole query, as the `params` of a call; default None, any query.
            headers: a subset of the headers; values are compared as a whole. Default none.
            json: a subset of the JSON body: objects may have more members, at any depth. By default, any body matches.

        Raises:
            ConfigurationError, TypeError: no request can match.
        """
        return self._router.add(Route(pattern(method, path, query, headers, json)))

    def assert_all_called(self) -> None:
        """Raise AssertionError if a route was never called, a queued response never used, or a request unmatched."""
        self._router.check(unused=True)

    def assert_all_matched(self) -> None:
        """Raise AssertionError if a strict fake received an unmatched request, even if the error was caught."""
        self._router.check(unused=False)

    def reset(self) -> None:
        """Remove the calls, the queued responses and the routes; the default response is kept."""
        self._router.clear()
        with self._own.lock:
            self.requests.clear()

    def build_client(self, proxy: str | None = None) -> Router:  # noqa: ARG002
        """The routes."""
        return self._router

    def build_async_client(self, proxy: str | None = None) -> Router:  # noqa: ARG002
        """The routes."""
        return self._router

    @staticmethod
    def close_client(client: Router) -> None:
        """Nothing is open."""

    @staticmethod
    async def aclose_client(client: Router) -> None:
        """Nothing is open."""

    def exchange(self, client: Router, request: WireRequest) -> SyncWireResponse:
        """Read the body of the request, and respond according to the routes."""
        answer, seen = client.answer(asked(request, read_body(request)))
        made = answer(seen) if callable(answer) else answer
        if inspect.isawaitable(made):
            _refuse(made, seen)
        reply = as_reply(made, seen, self.name)
        pause(reply.delay, request)
        headers, body = written(reply, method=request.method, streaming=request.streaming)
        source = body.take()
        if not isinstance(source, Iterable):
            raise TypeError(
                f"{type(body).__name__}: an asynchronous iterable can't be the response to a synchronous call"
            )
        chunks = self._chunks(body, source, seen, request)
        return WireResponse(reply.status, headers, "1.1", chunks, getattr(source, "close", _nothing), reply)

    async def async_exchange(self, client: Router, request: WireRequest) -> AsyncWireResponse:
        """`exchange`, asynchronously."""
        answer, seen = client.answer(asked(request, await aread_body(request)))
        made = answer(seen) if callable(answer) else answer
        reply = as_reply(await made if inspect.isawaitable(made) else made, seen, self.name)
        await apause(reply.delay, request)
        headers, body = written(reply, method=request.method, streaming=request.streaming)
        source = body.take()
        chunks = self._async_chunks(body, source, seen, request)
        return WireResponse(reply.status, headers, "1.1", chunks, getattr(source, "aclose", _anothing), reply)

    def _chunks(self, body: Pieces, source: Iterable[Any], seen: FakeRequest, request: WireRequest) -> Iterator[bytes]:
        for piece in source:
            pause(body.delay, request)
            if chunk := self._encoded(body, piece, seen):
                yield chunk

    async def _async_chunks(
        self, body: Pieces, source: Iterable[Any] | AsyncIterable[Any], seen: FakeRequest, request: WireRequest
    ) -> AsyncIterator[bytes]:
        async for piece in each(source):
            await apause(body.delay, request)
            if chunk := self._encoded(body, piece, seen):
                yield chunk

    def _encoded(self, body: Pieces, piece: Any, seen: FakeRequest) -> bytes:
        if isinstance(piece, TransportError):
            raise with_request(piece, seen, self.name)
        return body.encoded(piece)

    def _begin(self, own: Any, method: str, url: str, kwargs: dict[str, Any]) -> CallState:
        call = super()._begin(own, method, url, kwargs)
        self._keep(method, url, kwargs)
        return call

    def _begin_stream(
        self, own: Any, method: str, url: str, kwargs: dict[str, Any], stream: StreamOptions
    ) -> StreamState:
        call = super()._begin_stream(own, method, url, kwargs, stream)
        self._keep(method, url, kwargs)
        return call

    def _keep(self, method: str, url: str, kwargs: dict[str, Any]) -> None:
        with self._own.lock:
            self.requests.append({"method": method, "url": url, "kwargs": kwargs})


def _refuse(made: Any, request: FakeRequest) -> None:
    if inspect.iscoroutine(made):
        made.close()
    raise TypeError(f"the reply to {request.method} {request.path} is a coroutine; a synchronous call can't await it")


def _nothing() -> None:
    return None


async def _anothing() -> None:
    return None
