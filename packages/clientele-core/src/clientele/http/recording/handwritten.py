"""Recording around a backend that is not a `TransportBackend`: its Responses are recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from clientele.__about__ import __version__
from clientele.http.backends.interface import Capability, HTTPBackend
from clientele.http.backends.kinds import as_response
from clientele.http.backends.options import REQUEST_OPTIONS
from clientele.http.errors import HTTPStatusError
from clientele.http.message.call import Call, address_of
from clientele.http.message.headers import Pairs
from clientele.http.recording.exchanging import taped
from clientele.http.recording.tape import Tape
from clientele.http.response import Response
from clientele.http.runtime.inside import Inside
from clientele.http.transport.memory import Clientless, aread_body, each, read_body
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest, WireResponse
from clientele.http.wrappers.wrapper import Wrapper

_OF_THE_CODED_BODY = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_BODIES = ("json", "data", "content", "files")


class TapedHTTPBackend(Wrapper):
    """Creates a transport for each call, which passes the call to `inner` unchanged.

    Args:
        inner: a backend that isn't a TransportBackend.
        tape: records and replays the exchanges.
    """

    def __init__(self, inner: HTTPBackend, tape: Tape) -> None:
        super().__init__(inner)
        self._tape = tape

    def inside(self, call: Call) -> tuple[HTTPBackend, dict[str, Any]]:
        """A transport for `call`, and its options. Redirects are followed by `inner`, if at all."""
        inner, options = super().inside(call)
        known = {name: value for name, value in options.items() if name in REQUEST_OPTIONS}
        transport = taped(_OneCall(inner, call.method, address_of(call), options), self._tape)
        return transport, {**known, "follow_redirects": False}


class _OneCall(Clientless):
    """One call of the backend, treated as one exchange."""

    name = "recorded"
    library = f"recorded/{__version__}"
    capabilities = frozenset(Capability)
    faults = ()
    proxy_schemes = frozenset({"http", "https"})
    # Only the backend knows its own base URL.
    fallback_base_url = "http://recorded.invalid"

    def __init__(self, inner: HTTPBackend, method: str, url: str, kwargs: dict[str, Any]) -> None:
        super().__init__(trust_env=False)
        self._inner = inner
        vars(self)["in_process"] = inner.in_process
        self._asked = method, url
        self._kwargs = kwargs
        self._head: Response | None = None

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        """Never called: every result is a Response."""
        raise TypeError(f"there are no native responses here, not {type(native_response).__name__}")

    def exchange(self, client: None, request: WireRequest) -> SyncWireResponse:  # noqa: ARG002
        """Make the call."""
        body = read_body(request) if isinstance(request.body, Iterator) else None
        kwargs = self._options(request, body)
        if not request.streaming:
            answer = as_response(self._inner, self._inner.send_sync_request(*self._asked, **kwargs))
            return _wire(answer, iter([answer.content]), lambda: None)
        items = self._inner.handle_sync_stream(*self._asked, bytes, None, **kwargs)
        try:
            first = next(items, b"")
        except HTTPStatusError as error:
            return _wire(error.response, iter([error.response.content]), items.close)
        return _wire(self._head or Response(status_code=200), _chained(first, items), items.close)

    async def async_exchange(self, client: None, request: WireRequest) -> AsyncWireResponse:  # noqa: ARG002
        """Make the call."""
        body = await aread_body(request) if isinstance(request.body, AsyncIterator) else None
        kwargs = self._options(request, body)
        if not request.streaming:
            answer = as_response(self._inner, await self._inner.send_async_request(*self._asked, **kwargs))
            return _wire(answer, each([answer.content]), _nothing_to_close)
        items = self._inner.handle_async_stream(*self._asked, bytes, None, **kwargs)
        try:
            first = await anext(Inside(items), b"")
        except HTTPStatusError as error:
            return _wire(error.response, each([error.response.content]), items.aclose)
        return _wire(self._head or Response(status_code=200), _achained(first, items), items.aclose)

    def _options(self, request: WireRequest, body: bytes | None) -> dict[str, Any]:
        """The options of the call, except for a body that was read to be recorded."""
        kwargs = dict(self._kwargs)
        if "on_head" in kwargs:
            kwargs["on_head"] = self._keep
        if body is None:
            return kwargs
        kept = {name: value for name, value in kwargs.items() if name not in _BODIES}
        headers = [(name, value) for name, value in request.headers if name.lower() != "content-length"]
        return {**kept, "headers": headers, "content": body}

    def _keep(self, head: Response) -> None:
        self._head = head


def _wire(answer: Response, chunks: Any, close: Callable[[], Any]) -> WireResponse[Any, Any]:
    headers: Pairs = tuple(pair for pair in answer.headers.pairs if pair[0].lower() not in _OF_THE_CODED_BODY)
    return WireResponse(answer.status_code, headers, answer.http_version, chunks, close, answer)


def _chained(first: bytes, items: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from items


async def _achained(first: bytes, items: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for item in items:
        yield item


async def _nothing_to_close() -> None:
    return None
