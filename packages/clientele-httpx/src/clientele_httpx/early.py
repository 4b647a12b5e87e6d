"""A server may answer before it has read the whole request, and close: 413 to an upload that is too large.

The synchronous client reads such an answer when it can't write on. On asyncio a connection that can't be written to is
gone, with whatever it had to say, so that the answer has to be read while the request is being written. The attributes
that lead to the network backend are private, as in `sockets`.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any

import anyio
import httpcore
import httpx

from clientele.http.sockets import is_answered, news_of
from clientele_httpx.pools import pools_of

_READ_SIZE = 64 * 1024
_ENOUGH = 256 * 1024
"""Bytes that are read before somebody asks for them, at most, but for what comes along with the last of them."""
_TURNS = 5
"""Of the event loop, until what the operating system has is there."""


def read_early_answers(client: httpx.AsyncClient) -> None:
    """Make the connections of `client` read while they write."""
    for pool in pools_of(client):
        pool._network_backend = _Backend(pool._network_backend)  # noqa: SLF001


class _Backend(httpcore.AsyncNetworkBackend):
    def __init__(self, inner: httpcore.AsyncNetworkBackend) -> None:
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return _Stream(await self._inner.connect_tcp(host, port, timeout, local_address, socket_options))

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - as above
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return _Stream(await self._inner.connect_unix_socket(path, timeout, socket_options))

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that is read from the first piece of a body on, for the next `read` to have."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._has_news = news_of(inner.get_extra_info("socket"))
        self._reading: asyncio.Future[Any] | None = None
        self._early = bytearray()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - as above
        if self._early:
            taken = bytes(self._early[:max_bytes])
            del self._early[:max_bytes]
            return taken
        reading = self._reading
        if reading is None:
            return await self._inner.read(max_bytes, timeout)
        await asyncio.wait({reading}, timeout=timeout)
        if not reading.done():
            raise httpcore.ReadTimeout
        self._reading = None
        early: bytes = reading.result()
        return early

    async def has_news(self) -> bool:
        """Whether something has come, or the end, for the next `read`; no socket tells what anyio keeps of it."""
        return bool(self._early) or (await self._read_ahead()).done()

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as above
        if not buffer or _is_head(buffer):
            await self._send(buffer, timeout)
            return
        await self._take_in()
        if self._is_http2():  # Only the connection knows what has come.
            await self._send(buffer, timeout)
            return
        if is_answered(self._early):
            # httpcore goes on to read the response, and then closes the connection.
            raise httpcore.WriteError("the server answered before it had read the whole request")
        writing: asyncio.Future[Any] = asyncio.ensure_future(self._send(buffer, timeout))
        try:
            while not (writing.done() or is_answered(self._early)):
                await self._sent_or_read(writing)
        finally:
            await _over(writing)
        # Cut short by an answer, and only then, it is cancelled: what has gone out may have been the last piece.
        if writing.cancelled():
            raise httpcore.WriteError("the server answered while it was sent the request")
        writing.result()

    async def aclose(self) -> None:
        if self._reading is not None:
            await _over(self._reading)
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as above
    ) -> httpcore.AsyncNetworkStream:
        try:
            return _Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout))
        except asyncio.CancelledError:
            # httpcore closes a connection whose handshake failed, but not one whose handshake was cancelled.
            await self._inner.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        # Asked several times for each call, of every connection; anyio takes long to find the socket.
        if info == "is_readable":
            return bool(self._early) or self._has_news()
        return self._inner.get_extra_info(info)

    async def _take_in(self) -> None:
        while len(self._early) < _ENOUGH and self._has_news():
            if not self._keep(await self._read_ahead()):
                break

    async def _sent_or_read(self, writing: asyncio.Future[Any]) -> None:
        reading = self._begin_to_read()
        await asyncio.wait({writing, reading}, return_when=asyncio.FIRST_COMPLETED)
        if reading.done() and not (self._keep(reading) and len(self._early) < _ENOUGH):
            await asyncio.wait({writing})

    async def _read_ahead(self) -> asyncio.Future[Any]:
        reading = self._begin_to_read()
        for _ in range(_TURNS):
            if reading.done():
                break
            await asyncio.sleep(0)
        return reading

    def _begin_to_read(self) -> asyncio.Future[Any]:
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._inner.read(_READ_SIZE, None))
        return self._reading

    def _keep(self, reading: asyncio.Future[Any]) -> bool:
        """Keep what it has read; at the end, and if it failed, the next `read` is told."""
        if not reading.done() or reading.cancelled() or reading.exception() is not None or not reading.result():
            return False
        self._early += reading.result()
        self._reading = None
        return True

    async def _send(self, buffer: bytes, timeout: float | None) -> None:  # noqa: ASYNC109 - as above
        try:
            await self._inner.write(buffer, timeout)
        except anyio.EndOfStream as error:  # Over TLS; httpcore expects it of reading only.
            raise httpcore.WriteError("the server has ended the connection") from error

    def _is_http2(self) -> bool:
        tls = self._inner.get_extra_info("ssl_object")
        return tls is not None and tls.selected_alpn_protocol() == "h2"


def _is_head(buffer: bytes) -> bool:
    """Whether a request begins here, rather than goes on with its body."""
    return buffer.partition(b"\r\n")[0].endswith(b" HTTP/1.1")


async def _over(work: asyncio.Future[Any]) -> None:
    """See to it that nothing is left of `work`, not even an exception that nobody has looked at."""
    work.cancel()
    await asyncio.wait({work})
    if not work.cancelled():
        work.exception()
