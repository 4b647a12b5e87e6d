"""Core's asynchronous connections for httpcore's pools (https://www.encode.io/httpcore/network-backends/)."""

from __future__ import annotations

import ssl
from typing import Any

import httpcore

from clientele.http.transport.connections.connection import Connection, Connections, raising
from clientele_httpx.turned_away import is_beginning

_INFO = {"client_addr": "sockname", "server_addr": "peername"}


class AsyncNetwork(httpcore.AsyncNetworkBackend):
    """Connects by `connections`."""

    def __init__(self) -> None:
        self.connections = Connections()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        *_: Any,
        **__: Any,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to `host`."""
        with raising(httpcore.ConnectTimeout, httpcore.ConnectError):
            return _Stream(await self.connections.connect(host, port, timeout), self.connections)


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, connection: Connection, connections: Connections) -> None:
        self._connection, self._connections = connection, connections

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - as above
        with raising(httpcore.ReadTimeout, httpcore.ReadError):
            return await self._connection.receive(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as above
        """Over HTTP/2, a request uses another connection if this one has ended.

        Other writes are then ignored: the server may have responded before the end.
        """
        if self._connection.is_http2 and self._connection.ended:
            if is_beginning.get():
                raise httpcore.ConnectionNotAvailable
        elif buffer:
            with raising(httpcore.WriteTimeout, httpcore.WriteError):
                await self._connection.send(buffer, timeout)

    async def aclose(self) -> None:
        """Don't wait: the pool would then close connections that were taken in the meantime."""
        self._connection.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as above
    ) -> httpcore.AsyncNetworkStream:
        connections = self._connections
        with raising(httpcore.ConnectTimeout, httpcore.ConnectError):
            secured = await connections.secure(self._connection, ssl_context, server_hostname, timeout)
        return _Stream(secured, connections)

    def get_extra_info(self, info: str) -> Any:
        """Used by the pool to check `is_readable` before it reuses a connection."""
        if info == "is_readable":
            return bool(self._connection.unread) or self._connection.ended
        return self._connection.transport.get_extra_info(_INFO.get(info, info))
