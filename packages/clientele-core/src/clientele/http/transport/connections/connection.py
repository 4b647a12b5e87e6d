"""Connections on asyncio transports, for libraries with a replaceable network backend."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import weakref
from collections.abc import Callable, Iterator
from typing import Any, cast

from clientele.http.transport.connections.interims import Interims, begins_http
from clientele.http.transport.connections.sockets import is_answered, news_of, take_in

_MOST_UNREAD = 256 * 1024
"""The maximum number of buffered bytes, except for those that arrive in the same read."""
_NUMERIC = socket.AI_NUMERICHOST
_NO_LIMIT = 1e6
"""In seconds, because asyncio interprets None as its own limit."""


@contextlib.contextmanager
def raising(late: type[Exception], broken: type[Exception]) -> Iterator[None]:
    """Raise `late` for a TimeoutError, and `broken` for another OSError."""
    try:
        yield
    except TimeoutError as error:
        raise late(str(error)) from error
    except OSError as error:
        raise broken(str(error)) from error


class Unasked(Exception):
    """The server sent data before a request: the connection must not be used."""


class Connections:
    """Opens connections, and closes the open ones."""

    def __init__(self) -> None:
        self._open = weakref.WeakSet[Connection]()

    async def connect(self, host: str, port: int, seconds: float | None) -> Connection:
        """A connection to the first address of `host` that responds; each gets an equal share of the remaining time.

        Raises:
            TimeoutError: no address responded within `seconds`.
            OSError: the host doesn't exist, or the last address refused.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(seconds) as limit:
            *others, last = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            for left, address in zip(range(len(others) + 1, 1, -1), others, strict=True):
                share = None if (due := limit.when()) is None else (due - loop.time()) / left
                with contextlib.suppress(OSError):
                    return await self._opened(address, share)
            return await self._opened(last, None)

    async def _opened(self, found: Any, seconds: float | None) -> Connection:
        family, _, proto, _, (address, port, *_) = found
        create = asyncio.get_running_loop().create_connection
        async with asyncio.timeout(seconds):
            _, connection = await create(Connection, address, port, family=family, proto=proto, flags=_NUMERIC)
        self._open.add(connection)
        return connection

    async def secure(
        self, connection: Connection, context: ssl.SSLContext, host: str | None, seconds: float | None
    ) -> Connection:
        """`connection` with TLS; earlier bytes are discarded. The server name has no trailing dot."""
        name = None if host is None else host.removesuffix(".")
        secured, plain = Connection(), connection.transport
        try:
            async with asyncio.timeout(seconds):
                transport = await asyncio.get_running_loop().start_tls(
                    plain, secured, context, server_hostname=name, ssl_handshake_timeout=_NO_LIMIT
                )
        except BaseException:
            plain.abort()
            raise
        secured.connection_made(cast(asyncio.BaseTransport, transport))
        self._open.add(secured)
        return secured

    async def close(self) -> None:
        """Close open connections, and wait until they are closed."""
        for connection in list(self._open):
            await connection.close()


class Connection(asyncio.Protocol):
    """Received bytes that haven't been read, and their waiters.

    Bytes received before a connection breaks can still be read. Written data isn't lost if the writer is cancelled.
    Over HTTP/1.1, the last received byte is held back: the library requests it if its response is incomplete without
    it. Otherwise it is surplus, and `unread` is True.

    Attributes:
        transport: the transport to write to.
        unread: the received bytes.
        ended: whether no more bytes will arrive.
        lost: whether nothing can be sent either.
        is_http2: whether TLS negotiated HTTP/2.
    """

    def __init__(self) -> None:
        self.transport: Any = None
        self.unread = bytearray()
        self.ended = self.lost = self.is_http2 = False
        self._fault: Exception | None = None
        self._is_full = self._is_paused = self._is_asking = self._is_http = False
        self._waiting: list[asyncio.Future[None]] = []
        self._interims = Interims()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self.transport = transport
        tls = transport.get_extra_info("ssl_object")
        self.is_http2 = tls is not None and tls.selected_alpn_protocol() == "h2"
        self._has_news = news_of(transport.get_extra_info("socket"))

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self.unread += data
        if len(self.unread) > _MOST_UNREAD and not self._is_paused:
            self._is_paused = True
            self.transport.pause_reading()
        self._changed()

    def eof_received(self) -> None:
        """See `asyncio.Protocol`."""
        self.ended = True
        self._changed()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self.ended = self.lost = True
        self._fault = exc
        self._changed()

    def pause_writing(self) -> None:
        """See `asyncio.Protocol`."""
        self._is_full = True

    def resume_writing(self) -> None:
        """See `asyncio.Protocol`."""
        self._is_full = False
        self._changed()

    async def receive(self, most: int, seconds: float | None) -> bytes:
        """The received bytes, at most `most`; empty at the end.

        Raises:
            TimeoutError: nothing arrives within `seconds`.
            ConnectionError: the connection broke.
            TooManyInterims: there are too many interim responses.
        """
        await self.until(lambda: self.unread or self.ended, seconds)
        self._is_asking = False
        if not self.unread and self._fault is not None:
            raise ConnectionError(str(self._fault)) from self._fault
        count = min(most, max(1, len(self.unread) - (self._is_http and not self.is_http2)))
        received = bytes(self.unread[:count])
        del self.unread[:count]
        if self._is_http and not self.is_http2:
            self._interims.take(received)
        if self._is_paused and not self.lost and len(self.unread) <= _MOST_UNREAD // 2:
            self._is_paused = False
            self.transport.resume_reading()
        return received

    async def send(self, data: bytes, seconds: float | None) -> None:
        """Send `data`.

        Raises:
            TimeoutError: the server doesn't accept it within `seconds`.
            ConnectionError: the connection broke, or the server has responded before the end of the body.
            Unasked: it would begin a request after surplus data.
        """
        self._is_http = self._is_http or begins_http(data)
        if self._is_http and not self.is_http2:
            await self._look_before()
        if not self.transport.is_closing():
            self.transport.write(data)
            await self.until(lambda: not self._is_full or self.lost or self._is_early(), seconds)
        if self.transport.is_closing():
            raise ConnectionError(str(self._fault or "the connection is closed")) from self._fault

    async def _look_before(self) -> None:
        if not self._is_asking:
            if self.unread:
                raise Unasked("the server sent something before it was asked")
            self._is_asking = True
            self._interims.begin()
            return
        await asyncio.sleep(0)  # If the server accepts everything immediately, other tasks would never run.
        await take_in(self._has_news)
        if self._is_early():
            raise ConnectionError("the server answered before it had read the whole request")

    def _is_early(self) -> bool:
        return not self.is_http2 and is_answered(self.unread)

    async def until(self, holds: Callable[[], Any], seconds: float | None = None) -> None:
        """Wait until `holds` does.

        Raises:
            TimeoutError: it does not within `seconds`.
        """
        if holds():
            return
        async with asyncio.timeout(seconds):
            while not holds():
                waiting = asyncio.get_running_loop().create_future()
                self._waiting.append(waiting)
                await waiting

    async def close(self) -> None:
        """Close immediately, and wait until it is closed; after TLS has begun, this is done by the TLS connection."""
        self.abort()
        if self.transport.get_protocol() is self:
            await self.until(lambda: self.lost)

    def abort(self) -> None:
        """Close immediately; asyncio can't do so if the connection was lost after the last buffered bytes."""
        if not self.lost:
            self.transport.abort()

    def _changed(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)
