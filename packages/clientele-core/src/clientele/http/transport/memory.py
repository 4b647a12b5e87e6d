"""Shared by the backends without a network: the fake, and in-process applications."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from math import inf
from typing import Any, TypeVar

from clientele.__about__ import __version__
from clientele.http.backends.interface import Capability
from clientele.http.message.headers import Pairs
from clientele.http.response import Response
from clientele.http.transport.backend import TransportBackend
from clientele.http.transport.errors import ReadTimeout
from clientele.http.wire import DeadlinePassed, WireRequest

T = TypeVar("T")
ClientT = TypeVar("ClientT")
AsyncClientT = TypeVar("AsyncClientT")


class Silence(Exception):
    """Nothing arrived within the read limit; the driver converts this to ReadTimeout."""


class Clientless(TransportBackend[None, None]):
    """A backend without native clients; goes before `MemoryBackend` among base classes."""

    def build_client(self, proxy: str | None = None) -> None:
        """There is none."""

    def build_async_client(self, proxy: str | None = None) -> None:
        """There is none."""

    @staticmethod
    def close_client(client: None) -> None:
        """Nothing to close."""

    @staticmethod
    async def aclose_client(client: None) -> None:
        """Nothing to close."""


class MemoryBackend(TransportBackend[ClientT, AsyncClientT]):
    """A backend whose server is in this process; requests and responses are encoded, decoded and checked as usual."""

    library = f"memory/{__version__}"
    in_process = True
    # Uploads never wait, and there are no certificates to verify.
    capabilities = frozenset(
        {
            Capability.SYNC,
            Capability.ASYNC,
            Capability.CA_PATH,
            Capability.WRITE_TIMEOUT,
            Capability.POOL_TIMEOUT,
        }
    )
    faults = ((Silence, ReadTimeout),)
    proxy_schemes = frozenset({"http", "https"})  # It has no connections, so these options have no effect.
    fallback_base_url = "http://fake.invalid"  # A reserved host name (RFC 2606, section 2).

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        """The Response itself. Raises:
        TypeError: it is not a Response.
        """
        if not isinstance(native_response, Response):
            raise TypeError(f"the native response is a Response, not {type(native_response).__name__}")
        return native_response


def wire_headers(request: WireRequest, content: bytes | None) -> Pairs:
    """The fields of `request`, and those that a library adds."""
    names = {name.lower() for name, _ in request.headers}
    host = () if "host" in names else (("Host", request.url.authority),)
    chunked = () if content is None or "content-length" in names else (("Transfer-Encoding", "chunked"),)
    return (*host, *request.headers, *chunked)


def has_body(method: str, status: int) -> bool:
    """Whether a response may have a body (RFC 9112, section 6.3)."""
    return method != "HEAD" and status not in {204, 304}


def read_body(request: WireRequest) -> bytes | None:
    """The whole body of a synchronous call."""
    return b"".join(request.body) if isinstance(request.body, Iterator) else _plain(request)


async def aread_body(request: WireRequest) -> bytes | None:
    """The whole body of an asynchronous call."""
    if isinstance(request.body, AsyncIterator):
        return b"".join([chunk async for chunk in request.body])
    return _plain(request)


def _plain(request: WireRequest) -> bytes | None:
    return request.body if isinstance(request.body, bytes) else None


async def each(pieces: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    """`pieces`, iterable or asynchronous iterable, for `async for`."""
    if isinstance(pieces, AsyncIterable):
        async for piece in pieces:
            yield piece
    else:
        for piece in pieces:
            yield piece


def pause(seconds: float, request: WireRequest) -> None:
    """Wait for `seconds`. If a limit is shorter, raise immediately, because nothing can arrive earlier.

    Raises:
        Silence: the read limit is shorter.
        DeadlinePassed: the time left of the total limit is shorter.
    """
    time.sleep(_bearable(seconds, request))


async def apause(seconds: float, request: WireRequest) -> None:
    """`pause`, asynchronously."""
    await asyncio.sleep(_bearable(seconds, request))


def _bearable(seconds: float, request: WireRequest) -> float:
    read = _or_infinity(request.timeout.read)
    left = inf if request.deadline is None else request.deadline.limited(None)
    if seconds <= min(read, left):
        return seconds
    raise Silence(f"nothing came within {read:.3g} seconds") if read < left else DeadlinePassed


def patience(request: WireRequest) -> float:
    """The seconds that the caller waits for the next chunk; infinity if there is no limit."""
    read = request.timeout.read
    return _or_infinity(read) if request.deadline is None else request.deadline.limited(read)


def _or_infinity(limit: float | None) -> float:
    return inf if limit is None else limit
