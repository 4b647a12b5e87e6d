"""The interface between the core and an adapter: one encoded request and one response."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from clientele.http.message.body.bodies import Chunks
from clientele.http.message.headers import Pairs
from clientele.http.message.redaction import redacted_url
from clientele.http.message.urls import URL
from clientele.http.runtime.deadline import Deadline, DeadlinePassed
from clientele.http.timeouts import Timeout

__all__ = [
    "NOTHING",
    "AsyncWireResponse",
    "ClientDefaults",
    "Deadline",
    "DeadlinePassed",
    "Pairs",
    "SyncWireResponse",
    "WholeResponse",
    "WireRequest",
    "WireResponse",
]

ChunksT = TypeVar("ChunksT", Iterator[bytes], AsyncIterator[bytes])
ClosedT = TypeVar("ClosedT", None, Awaitable[None])


def _nothing() -> None:
    pass


@dataclass(slots=True, repr=False)
class WireRequest:
    """A request that an adapter sends as it is. Must not be modified.

    Attributes:
        method: a token in upper case.
        url: in normal form; its `target` goes on the request line.
        headers: all of them, Content-Length included, but Host and, for a body of unknown length on HTTP/1.1,
            `Transfer-Encoding: chunked`: those two the library adds.
        body: bytes, or an iterator of bytes of the driver's kind, or None.
        timeout: the limits to hand to the library.
        proxy: the URL of the proxy to go through, for which the client was built.
        deadline: the end of the whole exchange; an adapter passes it a function that cuts the connection.
        streaming: the caller takes the body piece by piece, each as soon as it is there.
        client_credentials: the client is the user's own, and the request goes to the origin that the call is for: the
            client's auth and cookies are added, unless `headers` has an Authorization or a Cookie.
        signed: the names, in lower case, of the headers that signers have set.
        at_home: the request goes to the origin that all that is configured is for. Where it doesn't, the client is one
            without `cert`.
        max_response_bytes: the largest decoded body that the caller takes, in bytes; None for no limit. Core counts,
            and reads no further. Only an adapter of a library that buffers a body before it hands out the first piece
            needs it: to have the library stop there, too.
        sent: an adapter that knows when the whole request is out calls it then, if `limits_async_reads` is False.
    """

    method: str
    url: URL
    headers: Pairs
    body: Chunks
    timeout: Timeout
    proxy: str | None = None
    deadline: Deadline | None = None
    streaming: bool = False
    client_credentials: bool = False
    max_response_bytes: int | None = None
    sent: Callable[[], None] = _nothing
    at_home: bool = True
    signed: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"<WireRequest {self.method} {redacted_url(str(self.url))}>"


class ClientDefaults(NamedTuple):
    """What the user's own client adds to each request, as far as the core can add it.

    Attributes:
        headers: those that the user has set on it, without the library's own defaults.
        params: appended to the query.
        home: the base URL that the client has of its own: calls to other origins go without what it adds.
    """

    headers: Pairs = ()
    params: Pairs = ()
    home: str = ""

    def __repr__(self) -> str:
        return "<ClientDefaults>"


NOTHING = ClientDefaults()
"""What a client that a backend has built adds."""


@dataclass(slots=True, repr=False)
class WireResponse(Generic[ChunksT, ClosedT]):
    """The head of a response, and its body still to be read.

    Attributes:
        status: the three-digit status.
        headers: the fields as they came, in order, repeated ones apart.
        http_version: `"1.0"`, `"1.1"` or `"2"`.
        chunks: the body as it arrives, without its framing and with its content coding.
        close: gives the connection back if the body was read, else closes it. It may be called twice.
        native: the library's own response.
    """

    status: int
    headers: Pairs
    http_version: str
    chunks: ChunksT
    close: Callable[[], ClosedT]
    native: Any


SyncWireResponse = WireResponse[Iterator[bytes], None]
"""What `exchange` returns."""
AsyncWireResponse = WireResponse[AsyncIterator[bytes], Awaitable[None]]
"""What `async_exchange` returns."""


class WholeResponse(NamedTuple):
    """A response that was read to its end: what `exchange_at_once` returns.

    Attributes:
        status: the three-digit status.
        headers: the fields as they came, in order, repeated ones apart.
        http_version: `"1.0"`, `"1.1"` or `"2"`.
        content: the body, without its framing and with its content coding.
        native: the library's own response.
    """

    status: int
    headers: Pairs
    http_version: str
    content: bytes
    native: Any
