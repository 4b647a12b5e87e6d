"""Connections for httpcore's pools (https://www.encode.io/httpcore/network-backends/), on asyncio's own transports.

What a server has sent is kept here until it is asked for. So bytes behind a response are noticed, as in `sockets`; an
answer that comes before the end of its request is not lost; and a call that is cancelled takes nothing with it that
others have written on the same connection.
"""

from __future__ import annotations

import asyncio
import ssl
import weakref
from collections.abc import Awaitable, Iterable
from typing import Any

import httpcore

from clientele.http.connection import Connection
from clientele.http.sockets import is_answered, news_of, take_in
from clientele_httpx.turned_away import is_beginning

_NO_LIMIT = 1e6
"""Seconds: where asyncio takes None for a limit of its own."""
_INFO = {"client_addr": "sockname", "server_addr": "peername"}


class AsyncNetwork(httpcore.AsyncNetworkBackend):
    """Connects as asyncio does."""

    def __init__(self) -> None:
        self._open = weakref.WeakSet[Connection]()

    async def aclose(self) -> None:
        """Close all connections: a pool forgets one when the call that opens it is cancelled and others wait for it."""
        for connection in list(self._open):
            await connection.abort()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,  # noqa: ARG002 - as above; no option of ours leads here
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """A connection to `host`; its addresses are tried one after the other."""
        connecting = asyncio.get_running_loop().create_connection(Connection, host, port)
        return AsyncStream((await _connected(connecting, timeout))[1], self._open)


class AsyncStream(httpcore.AsyncNetworkStream):
    """A connection that on HTTP/1.1 holds back the last byte of what has come; see `clientele_httpx.sockets.Stream`."""

    def __init__(self, connection: Connection, opened: weakref.WeakSet[Connection]) -> None:
        self._connection = connection
        self._opened = opened
        opened.add(connection)
        tls = connection.transport.get_extra_info("ssl_object")
        self._is_http2 = tls is not None and tls.selected_alpn_protocol() == "h2"
        self._has_news = news_of(connection.transport.get_extra_info("socket"))
        self._is_asking = False
        """A request has begun, and nothing of its answer was read."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - as above
        """What has come, or the end."""
        connection = self._connection
        try:
            await connection.until(lambda: connection.unread or connection.ended, timeout)
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        self._is_asking = False
        if connection.unread:
            return connection.take(min(max_bytes, max(1, len(connection.unread) - (not self._is_http2))))
        if connection.fault is not None:
            raise httpcore.ReadError(str(connection.fault)) from connection.fault
        return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as above
        """Send `buffer`, unless the server has answered the request whose body this is: httpcore then reads the answer.

        Raises:
            WriteError: it has, or the connection is gone.
            ConnectionNotAvailable: so it is on HTTP/2, and a request begins: httpcore takes another one. What else is
                written there is lost; the server may have answered before the end.
        """
        if not buffer:
            return
        connection = self._connection
        if not self._is_http2:
            await self._look_before()
        elif connection.ended:
            if is_beginning.get():
                raise httpcore.ConnectionNotAvailable
            return
        if not connection.transport.is_closing():
            connection.transport.write(buffer)
            try:
                await connection.until(self._is_sent, timeout)
            except TimeoutError as error:
                raise httpcore.WriteTimeout from error
        if connection.transport.is_closing():
            raise httpcore.WriteError(str(connection.fault or "the connection is closed")) from connection.fault

    async def _look_before(self) -> None:
        if not self._is_asking:
            if self._connection.unread:
                raise httpcore.ReadError("the server sent something before it was asked")
            self._is_asking = True
            return
        await asyncio.sleep(0)  # A body that is always taken at once would let nothing else have its turn.
        await take_in(self._has_news)
        if is_answered(self._connection.unread):
            raise httpcore.WriteError("the server answered before it had read the whole request")

    def _is_sent(self) -> bool:
        connection = self._connection
        is_early = not self._is_http2 and is_answered(connection.unread)
        return not connection.is_full or connection.lost or is_early

    async def aclose(self) -> None:
        """Close the connection, at once: a pool that waited here would close another one that was taken meanwhile."""
        self._connection.transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as above
    ) -> httpcore.AsyncNetworkStream:
        """The same connection with TLS; what came before belongs to nothing."""
        plain, secured = self._connection.transport, Connection()
        starting = asyncio.get_running_loop().start_tls(
            *(plain, secured, ssl_context), server_hostname=server_hostname, ssl_handshake_timeout=_NO_LIMIT
        )
        try:
            secured.connection_made(await _connected(starting, timeout))
        except BaseException:
            plain.abort()
            raise
        return AsyncStream(secured, self._opened)

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks of idle connections is whether they are `is_readable`."""
        if info == "is_readable":
            return bool(self._connection.unread) or self._connection.ended
        return self._connection.transport.get_extra_info(_INFO.get(info, info))


async def _connected(connecting: Awaitable[Any], seconds: float | None) -> Any:
    try:
        async with asyncio.timeout(seconds):
            return await connecting
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(str(error)) from error
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
