"""Broken in which connection they take for the next request: the one they have, whatever has come of it.

What is correct is left out of the game here: requests go over connections of the class's own, which are never closed
before the backend is.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any, ClassVar, TypeAlias

from clientele.http import errors
from clientele.http.message.headers import Pairs
from clientele.http.transport import FaultTable, TransportBackend
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest, WireResponse
from clientele_conformance.broken.wires import OnTheWire, value_of

_Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_END = b"\r\n\r\n"


class _AnyConnection(TransportBackend[Any, Any]):
    """Sends requests without a body and with one of bytes, and reads bodies of known length."""

    faults: ClassVar[FaultTable] = ((TimeoutError, errors.ReadTimeout), (OSError, errors.ReadError))

    _socket: socket.socket | None = None
    _rest: bytes = b""
    _idle: tuple[_Streams, ...] = ()

    def exchange(self, client: Any, request: WireRequest) -> SyncWireResponse:
        """Go on with what is left of the bytes that have come so far."""
        del client
        if self._socket is None:
            self._socket = socket.create_connection((request.url.host, request.url.port))
        self._socket.settimeout(request.timeout.read)
        self._socket.sendall(_written(request))
        while _END not in self._rest:
            self._rest += self._received(self._socket)
        head, _, self._rest = self._rest.partition(_END)
        status, headers, length = _head(head)
        while len(self._rest) < length:
            self._rest += self._received(self._socket)
        body, self._rest = self._rest[:length], self._rest[length:]
        return WireResponse(status, headers, "1.1", _piece(body), _nothing, None)

    async def async_exchange(self, client: Any, request: WireRequest) -> AsyncWireResponse:
        """`exchange`, asynchronously."""
        del client
        if self._idle:
            reader, writer = self._idle[0]
            self._idle = self._idle[1:]
        else:
            reader, writer = await asyncio.open_connection(request.url.host, request.url.port)
        try:
            async with asyncio.timeout(request.timeout.read):
                writer.write(_written(request))
                status, headers, length = _head(await reader.readuntil(_END))
                body = await reader.readexactly(length)
        finally:
            self._idle = (*self._idle, (reader, writer))
        return WireResponse(status, headers, "1.1", _apiece(body), _anothing, None)

    def close(self) -> None:
        """Close the connection of synchronous calls."""
        if self._socket is not None:
            self._socket.close()

    async def aclose(self) -> None:
        """Close the connections of asynchronous calls."""
        for _, writer in self._idle:
            writer.close()
        self._idle = ()

    @staticmethod
    def _received(connection: socket.socket) -> bytes:
        data = connection.recv(65536)
        if not data:
            raise ConnectionResetError("closed")
        return data


class TakesSurplusForAnAnswer(_AnyConnection):
    """As code that reads from one buffer for as long as a connection lives."""


class TakesIdleBytesForAnAnswer(_AnyConnection):
    """As requests and http.client do: they don't check idle connections."""


class KeepsTimedOutConnections(_AnyConnection):
    """As a backend does that closes connections when they fail, and doesn't take running out of time for failing."""


class KeepsCancelledConnections(_AnyConnection):
    """As one does that closes them in `except Exception`, which CancelledError is none of."""


class SaysClose(OnTheWire):
    """As an adapter does that trusts no connection."""

    def sent(self, request: WireRequest) -> WireRequest:
        """Have the connection closed."""
        return replace(request, headers=(*request.headers, ("Connection", "close")))


def _written(request: WireRequest) -> bytes:
    fields = (("Host", request.url.authority), *request.headers)
    lines = [f"{request.method} {request.url.target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields)]
    body = request.body if isinstance(request.body, bytes) else b""
    return "\r\n".join(lines).encode() + _END + body


def _head(head: bytes) -> tuple[int, Pairs, int]:
    status, *fields = head.decode("latin-1").strip().split("\r\n")
    headers = tuple((name, value.strip()) for name, _, value in (field.partition(":") for field in fields))
    return int(status.split()[1]), headers, int(value_of(headers, "content-length") or 0)


def _piece(body: bytes) -> Iterator[bytes]:
    yield body


async def _apiece(body: bytes) -> AsyncIterator[bytes]:
    yield body


def _nothing() -> None:
    pass


async def _anothing() -> None:
    pass
