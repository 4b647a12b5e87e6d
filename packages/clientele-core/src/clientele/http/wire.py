"""The interface between core and adapters: one encoded request and one response."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
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
    """A request that an adapter sends unchanged. Must not be modified.

    Attributes:
        method: a token in upper case.
        url: in normal form; its `target` is sent on the request line.
        headers: all headers, including Content-Length, except Host and, for a body of unknown length on HTTP/1.1,
            `Transfer-Encoding: chunked`, which the library adds.
        body: bytes, or an iterator of bytes (asynchronous in an asynchronous call), or None.
        timeout: the limits for the library.
        proxy: the URL of the proxy to go through, for which the client was built.
        deadline: the end of the whole exchange; adapters pass it a function that cuts the connection.
        streaming: whether the caller reads the body chunk by chunk, each as soon as it arrives.
        client_credentials: whether to add the auth and the cookies of the client, unless `headers` has an Authorization
            or a Cookie: the client is the user's own, and the request is sent to the origin of the call.
        signed: the names, in lower case, of the headers that signers have set.
        at_home: whether the request is sent to the origin that everything configured belongs to. If not, the client has
            no `cert`.
        max_response_bytes: the maximum size of the decoded body, in bytes; None for no limit. Core enforces it. Only
            adapters of libraries that buffer the body before they return the first chunk need it, to make the library
            stop too.
        sent: if `limits_async_reads` is False, an adapter calls it when the whole request has been sent.
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
    sent: Callable[[], None] = field(default=_nothing, kw_only=True)
    at_home: bool = True
    signed: frozenset[str] = field(default=frozenset(), kw_only=True)

    def __repr__(self) -> str:
        return f"<WireRequest {self.method} {redacted_url(str(self.url))}>"


class ClientDefaults(NamedTuple):
    """The headers and parameters of the user's own client, which core adds to each request.

    Attributes:
        headers: the headers that the user has set, without the library's defaults.
        params: appended to the query.
        home: the base URL of the client: the defaults are not added to calls to other origins.
    """

    headers: Pairs = ()
    params: Pairs = ()
    home: str = ""

    def __repr__(self) -> str:
        return "<ClientDefaults>"


NOTHING = ClientDefaults()
"""The defaults of a client that the backend built: none."""


@dataclass(slots=True, repr=False)
class WireResponse(Generic[ChunksT, ClosedT]):
    """The head of a response, and its unread body.

    Attributes:
        status: the three-digit status.
        headers: the fields as received, in order; repeated ones are separate.
        http_version: `"1.0"`, `"1.1"` or `"2"`.
        chunks: the body as it arrives, without framing, with its content coding.
        close: releases the connection if the body was read, else closes it. May be called twice.
        native: the library's own response.
        content: the whole body of an asynchronous response, if it arrived with the head, its connection has been
            released, and the request isn't `streaming`; `chunks` and `close` are then unused.
    """

    status: int
    headers: Pairs
    http_version: str
    chunks: ChunksT
    close: Callable[[], ClosedT]
    native: Any
    content: bytes | None = None


SyncWireResponse = WireResponse[Iterator[bytes], None]
"""The return type of `exchange`."""
AsyncWireResponse = WireResponse[AsyncIterator[bytes], Awaitable[None]]
"""The return type of `async_exchange`."""


class WholeResponse(NamedTuple):
    """A response that was read completely: the return type of `exchange_at_once`.

    Attributes:
        status: the three-digit status.
        headers: the fields as received, in order; repeated ones are separate.
        http_version: `"1.0"`, `"1.1"` or `"2"`.
        content: the body, without framing, with its content coding.
        native: the library's own response.
    """

    status: int
    headers: Pairs
    http_version: str
    content: bytes
    native: Any
