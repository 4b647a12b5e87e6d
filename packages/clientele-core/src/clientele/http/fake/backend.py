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
from clientele.http.fake.replies import Pieces, Reply, as_reply, told_of, written
from clientele.http.fake.requests import FakeRequest, asked
from clientele.http.fake.routes import Route, Router
from clientele.http.message.headers import HeadersInput
from clientele.http.message.name_values import Given
from clientele.http.message.query import Params
from clientele.http.runtime.forks import OwnLock
from clientele.http.transport.call_state import CallState, StreamOptions
from clientele.http.transport.memory import MemoryBackend, apause, aread_body, each, pause, read_body
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest, WireResponse


class FakeHTTPBackend(MemoryBackend[Router, Router]):
    """Answers every call without a network; the encoding, decoding and checking around it is the real one.

    A request is answered by the first of these that is for it: the answers queued with `queue_response`, the routes
    made with `on`, and, unless the fake is strict, the default.

    Args:
        default_status: the status when nothing else is for the request; default 200.
        default_content: the content when nothing else is for the request; see `Reply`. Default None, an empty body.
        strict: raise UnmatchedRequest in place of the default answer; the message shows the nearest routes. Default
            False.
        options: see `clientele.http.backends.BackendOptions`. Without a base URL, paths are taken as they are.

    Raises:
        ConfigurationError, TypeError: as for every backend.
    """

    name = "fake"
    library = f"fake/{__version__}"

    requests: list[dict[str, Any]]
    """Every call, oldest first: its `method`, its `url` and its options as `kwargs`."""

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
        """Answer one call to come; each request takes the oldest queued answer that is for it.

        Args:
            status: the three-digit status; default 200.
            content: see `Reply`; default None, an empty body.
            headers: those of the answer, a mapping or pairs; default none.
            path: only for requests of this path, a template as for `on`; default None, for any.
            method: only for requests of this method; default None, for any.

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
        """A route for the requests that are like this; of several, the one made first answers.

        Args:
            method: the method; None for any.
            path: the whole path, the base URL's included, with places in braces for one segment each: `/users/{id}`.
                With scheme and host, only at that origin. None for any.
            query: the whole query, in the values that a call's `params` would have; default None, whatever it is.
            headers: fields that the request has, among others; no value is compared in part. Default none.
            json: what the JSON body has; an object may have more members than are given here, at every depth. By
                default it doesn't matter.

        Raises:
            ConfigurationError, TypeError: no request can be like this.
        """
        return self._router.add(Route(pattern(method, path, query, headers, json)))

    def assert_all_called(self) -> None:
        """Raise AssertionError if a route was never called, a queued answer never taken, or a request unmatched."""
        self._router.check(unused=True)

    def assert_all_matched(self) -> None:
        """Raise AssertionError if a strict fake was asked something that no route is for, also if that was caught."""
        self._router.check(unused=False)

    def reset(self) -> None:
        """Forget the calls so far, the queued answers and the routes; the default stays."""
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
        """Read the body of the request, and answer as the routes say."""
        answer, seen = client.answer(asked(request, read_body(request)))
        made = answer(seen) if callable(answer) else answer
        if inspect.isawaitable(made):
            _refuse(made, seen)
        reply = as_reply(made, seen, self.name)
        pause(reply.delay, request)
        headers, body = written(reply, method=request.method, streaming=request.streaming)
        source = body.take()
        if not isinstance(source, Iterable):
            raise TypeError(f"{type(body).__name__}: an asynchronous iterable can't answer a synchronous call")
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
            raise told_of(piece, seen, self.name)
        return body.encoded(piece)

    def _begin(
        self, own: Any, method: str, url: str, kwargs: dict[str, Any], stream: StreamOptions | None = None
    ) -> CallState:
        call = super()._begin(own, method, url, kwargs, stream)
        with self._own.lock:
            self.requests.append({"method": method, "url": url, "kwargs": kwargs})
        return call


def _refuse(made: Any, request: FakeRequest) -> None:
    if inspect.iscoroutine(made):
        made.close()
    raise TypeError(f"the answer to {request.method} {request.path} is a coroutine; a synchronous call can't await it")


def _nothing() -> None:
    return None


async def _anothing() -> None:
    return None
