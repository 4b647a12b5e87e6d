"""The socket of an asynchronous connection, with what urllib3-future uses of its own, and cures as in `sockets`.

Its own one loses what had arrived before a connection broke, takes a reset for the end of a response, has no limit for
a TLS handshake, and waits for a second to close. This one is a protocol of asyncio's, in public.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import Any, Self, cast

from clientele.http.sockets import is_answered, news_of, take_in
from clientele_niquests.breaks import ReadBroken, ReadTimedOut, WriteTimedOut

_ENOUGH = 256 * 1024
"""Bytes that are received before somebody asks for them, at most, but for what comes along with the last of them."""

_PIECE = 64 * 1024
_NO_LIMIT = 1_000_000.0


class AsyncSocket(asyncio.Protocol):
    """A TCP connection, on which TLS may be started, more than once."""

    type = socket.SOCK_STREAM

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._has_news: Callable[[], bool]
        self._received = bytearray()
        self._has_ended = False
        self._is_lost = False
        self._error: Exception | None = None
        self._is_paused = False
        self._waiting: set[asyncio.Future[None]] = set()
        self._limit: float | None = None
        self._since_turn = 0
        self.send_limit: float | None = None
        """In seconds, for each piece that is sent; None is no limit. `settimeout` sets the one for receiving."""
        self.is_sending = False
        """Whether a request is on its way, so that what is received is about sending it: HTTP/2 has credit for it."""
        self.is_multiplexed = False
        """Whether it is HTTP/2: what comes while a request is being sent need not be its answer, and no message ends
        with the connection; older urllib3-futures have bodies end so."""
        self.is_broken = False
        """Whether something could not be sent: there is nothing more to send on this connection."""
        self.before_reading: Callable[[], None] = _nothing
        """May raise what keeps the connection from being read."""

    @classmethod
    async def connect(cls, host: str, port: int, source: tuple[str, int] | None) -> Self:
        """Connect to `host`."""
        loop = asyncio.get_running_loop()
        _, connected = await loop.create_connection(cls, host, port, local_addr=source)
        return connected

    async def start_tls(self, context: ssl.SSLContext, hostname: str) -> None:
        """Shake hands; `context` is only read."""
        transport = await self._loop.start_tls(
            self._transport, self, context, server_hostname=hostname, ssl_handshake_timeout=_NO_LIMIT
        )
        self._transport = cast(asyncio.Transport, transport)

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._transport = cast(asyncio.Transport, transport)
        self._has_news = news_of(transport.get_extra_info("socket"))

    def data_received(self, data: bytes) -> None:
        """Keep it until somebody asks for it."""
        self._received += data
        if len(self._received) >= _ENOUGH:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """The server sends no more, but may still read; over TLS it can't."""
        self._has_ended = True
        self._wake()
        return self._transport.get_extra_info("ssl_object") is None

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed, by whomever."""
        self._is_lost, self._error = True, exc
        self._wake()

    def pause_writing(self) -> None:
        """The server is slower than we are."""
        self._is_paused = True

    def resume_writing(self) -> None:
        """The server has taken enough."""
        self._is_paused = False
        self._wake()

    # What urllib3-future uses

    async def recv(self, size: int) -> bytes:
        """At most `size` bytes; none at the end.

        Raises:
            ReadTimedOut, WriteTimedOut: nothing came in time.
            ReadBroken: the connection is gone, or HTTP/2 has come to its end.
        """
        self.before_reading()
        while not self.read_ready():
            if self.is_sending:
                await self._change(self.send_limit, WriteTimedOut)
            else:
                await self._change(self._limit, ReadTimedOut)
        if self._received:
            return self._taken(size)
        if not self._has_ended or self.is_multiplexed:
            raise ReadBroken("the connection broke") from self._error
        return b""

    async def sendall(self, data: bytes) -> None:
        """Send `data` piece by piece, and wait while there is too much on its way.

        Raises:
            BrokenPipeError: it can't be sent; there may be an answer all the same.
            WriteTimedOut: the server doesn't take it, and doesn't answer either.
            ReadBroken: it is not of a request, and can't be sent; over HTTP/2 there is no more to it than that.
        """
        view = memoryview(data)
        for start in range(0, len(view), _PIECE):
            await take_in(self._has_news)
            if not self._transport.is_closing():
                self._transport.write(view[start : start + _PIECE])
                await self._turn(len(view))
            while self._is_paused and not self._transport.is_closing() and not self._is_answered():
                await self._change(self.send_limit, WriteTimedOut)
            if self._is_paused or self._transport.is_closing():
                self.is_broken = True
                if self.is_multiplexed and not self.is_sending:
                    return
                broken = BrokenPipeError if self.is_sending else ReadBroken
                raise broken("the connection broke, or the server answers first") from self._error

    def read_ready(self) -> bool:
        """Whether there is something to read, or the end."""
        return bool(self._received) or self._has_ended or self._is_lost

    async def has_input(self) -> bool:
        """`read_ready`, after the event loop has taken in what the operating system has."""
        await take_in(lambda: not self.read_ready() and self._has_news())
        return self.read_ready()

    def close(self) -> None:
        """Close it at once: what is on its way is dropped."""
        self._transport.abort()

    async def wait_for_close(self) -> None:
        """Wait until it is closed."""
        while not self._is_lost:
            await self._change(None, ReadTimedOut)

    def settimeout(self, seconds: float | None) -> None:
        """Limit how long `recv` waits."""
        self._limit = seconds

    def gettimeout(self) -> float | None:
        """The limit of `recv`."""
        return self._limit

    def selected_alpn_protocol(self) -> str | None:
        """What was agreed upon in the handshake, if there was one."""
        tls = self._transport.get_extra_info("ssl_object")
        return None if tls is None else tls.selected_alpn_protocol()

    def __getattr__(self, name: str) -> Any:
        """All else that a socket has; `sslobj` is for certificates, and missing without TLS."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name != "sslobj":
            return getattr(self._transport.get_extra_info("socket"), name)
        tls = self._transport.get_extra_info("ssl_object")
        if tls is None:
            raise AttributeError(name)
        return tls

    def _is_answered(self) -> bool:
        """Whether an answer has begun; over HTTP/2 only urllib3-future knows."""
        return not self.is_multiplexed and is_answered(self._received)

    def _taken(self, size: int) -> bytes:
        taken = bytes(self._received[:size])
        del self._received[:size]
        if len(self._received) < _ENOUGH:
            self._transport.resume_reading()
        return taken

    async def _turn(self, size: int) -> None:
        """Now and then, let the event loop do something else: it may have to end an upload that never has to wait."""
        self._since_turn += max(size, _PIECE // 64)
        if self._since_turn >= _PIECE:
            self._since_turn = 0
            await asyncio.sleep(0)

    async def _change(self, seconds: float | None, late: Callable[[str], Exception]) -> None:
        """Wait for something to happen; it is `late` after `seconds`."""
        waiting = self._loop.create_future()
        self._waiting.add(waiting)
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError as error:
            raise late("the server has fallen silent") from error
        finally:
            self._waiting.discard(waiting)

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)


def _nothing() -> None:
    """Nothing keeps a new connection from being read."""
