"""A backend without a network: it answers as it was told to, and keeps what it was asked."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Unpack

from pydantic_core import to_json

from clientele.__about__ import __version__
from clientele.http.backends import Capability
from clientele.http.call import Call, Stream
from clientele.http.errors import ConfigurationError
from clientele.http.headers import Pairs
from clientele.http.options import BackendOptions
from clientele.http.response import Response
from clientele.http.transport import TransportBackend
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest, WireResponse


@dataclass(frozen=True, slots=True)
class Answer:
    """What the fake answers.

    Attributes:
        status: the three-digit status.
        content: None for an empty body; bytes and str are the body as it is; any other value is written as JSON, and
            a list answers a stream with a line for each of its items, str as they are.
    """

    status: int
    content: Any


class Script:
    """The answers still to be given. It is the fake's native client, shared by all threads and loops."""

    def __init__(self, default: Answer) -> None:
        self._default = default
        self._queue: deque[Answer] = deque()

    def add(self, answer: Answer) -> None:
        """Give `answer` after those already waiting."""
        self._queue.append(answer)

    def next(self) -> Answer:
        """The answer that has waited longest, or the default."""
        try:
            return self._queue.popleft()
        except IndexError:
            return self._default

    def clear(self) -> None:
        """Forget the answers that were not given."""
        self._queue.clear()


class FakeHTTPBackend(TransportBackend[Script, Script]):
    """Answers every call without a network; the encoding, decoding and checking around it is the real one.

    Args:
        default_status: the status when no answer is queued.
        default_content: the content when no answer is queued; see `queue_response`.
        options: see `clientele.http.options.BackendOptions`. Without a base URL, paths are taken as they are.

    Raises:
        ConfigurationError, TypeError: as for every backend.
    """

    name = "fake"
    library = f"fake/{__version__}"
    # Its uploads never wait.
    capabilities = frozenset({Capability.SYNC, Capability.ASYNC, Capability.WRITE_TIMEOUT, Capability.POOL_TIMEOUT})
    faults = ()
    proxy_schemes = frozenset({"http", "https"})  # It needs none, and minds none.
    fallback_base_url = "http://fake.invalid"  # A host that can't be anybody's (RFC 2606, section 2).

    requests: list[dict[str, Any]]
    """Every call, oldest first: its `method`, its `url` and its options as `kwargs`."""

    def __init__(
        self,
        default_status: int = 200,
        default_content: Any = None,
        **options: Unpack[BackendOptions],
    ) -> None:
        super().__init__(**options)
        self._script = Script(_checked(default_status, default_content))
        self._lock = threading.Lock()
        self.requests = []

    def queue_response(self, *, status: int = 200, content: Any = None) -> None:
        """Answer a call to come; calls take the queued answers in order, then the default again.

        Args:
            status: the three-digit status.
            content: None for an empty body; bytes and str are the body as it is; any other value is written as JSON.
                A list answers a stream with a line for each of its items, str as they are.

        Raises:
            ConfigurationError: `status` can't be a final one.
        """
        self._script.add(_checked(status, content))

    def reset(self) -> None:
        """Forget the calls so far and the queued answers; the default stays."""
        self._script.clear()
        with self._lock:
            self.requests.clear()

    def build_client(self, proxy: str | None = None) -> Script:  # noqa: ARG002
        """The answers still to be given."""
        return self._script

    def build_async_client(self, proxy: str | None = None) -> Script:  # noqa: ARG002
        """The answers still to be given."""
        return self._script

    @staticmethod
    def close_client(client: Script) -> None:
        """Nothing is open."""

    @staticmethod
    async def aclose_client(client: Script) -> None:
        """Nothing is open."""

    def exchange(self, client: Script, request: WireRequest) -> SyncWireResponse:
        """Read the body of the request and take the next answer."""
        if isinstance(request.body, Iterator):
            deque(request.body, maxlen=0)
        headers, body, answer = _written(client.next(), request)
        return WireResponse(answer.status, headers, "1.1", _sync_chunks(body), lambda: None, answer)

    async def async_exchange(self, client: Script, request: WireRequest) -> AsyncWireResponse:
        """Read the body of the request and take the next answer."""
        if isinstance(request.body, AsyncIterator):
            async for _ in request.body:
                pass
        headers, body, answer = _written(client.next(), request)
        return WireResponse(answer.status, headers, "1.1", _async_chunks(body), _nothing_to_close, answer)

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        """The Response itself: the fake has no other."""
        if not isinstance(native_response, Response):
            raise TypeError(f"the fake's native response is a Response, not {type(native_response).__name__}")
        return native_response

    def _begin(self, own: Any, method: str, url: str, kwargs: dict[str, Any], stream: Stream | None = None) -> Call:
        call = super()._begin(own, method, url, kwargs, stream)
        with self._lock:
            self.requests.append({"method": method, "url": url, "kwargs": kwargs})
        return call


def _checked(status: int, content: Any) -> Answer:
    if not 200 <= status <= 599:
        raise ConfigurationError(f"status: {status!r} is no final status; use 200 to 599")
    return Answer(status, content)


def _written(answer: Answer, request: WireRequest) -> tuple[Pairs, bytes, Answer]:
    content_type, body = _encoded(answer.content, streaming=request.streaming)
    headers = (("content-length", str(len(body))),)
    if request.method == "HEAD":
        body = b""
    return ((("content-type", content_type), *headers) if content_type else headers), body, answer


def _encoded(content: Any, *, streaming: bool) -> tuple[str | None, bytes]:
    if content is None:
        return None, b""
    if isinstance(content, bytes):
        return "application/octet-stream", content
    if isinstance(content, str):
        return "text/plain; charset=utf-8", content.encode()
    if streaming and isinstance(content, list):
        return "application/x-ndjson", b"".join(_line(item) + b"\n" for item in content)
    return "application/json", to_json(content)


def _line(item: Any) -> bytes:
    return item.encode() if isinstance(item, str) else to_json(item)


def _sync_chunks(body: bytes) -> Iterator[bytes]:
    yield body


async def _async_chunks(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def _nothing_to_close() -> None:
    return None
