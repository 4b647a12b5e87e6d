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

import httpcore
import httpx

from clientele_httpx.pools import pools_of

# Smaller pieces fit into the buffers on the way, and never wait for the server.
_MAY_WAIT = 32 * 1024
_READ_SIZE = 64 * 1024


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
    """A connection that keeps what arrives while a large piece is being written, for the next read."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._early = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - as above
        if self._early:
            early, self._early = self._early[:max_bytes], self._early[max_bytes:]
            return early
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as above
        if len(buffer) < _MAY_WAIT or self._is_http2():
            await self._inner.write(buffer, timeout)
        elif not self._early:
            await self._write_and_read(buffer, timeout)
        if _is_final(self._early):
            # httpcore goes on to read the response, and then closes the connection.
            raise httpcore.WriteError("the server answered before it had read the whole request")

    async def _write_and_read(self, buffer: bytes, limit: float | None) -> None:
        writing = asyncio.ensure_future(self._inner.write(buffer, limit))
        reading = asyncio.ensure_future(self._inner.read(_READ_SIZE, None))
        try:
            await asyncio.wait({writing, reading}, return_when=asyncio.FIRST_COMPLETED)
            if reading.done() and not _is_final(_result(reading)):
                await asyncio.wait({writing})
        finally:
            reading.cancel()
            if not writing.done():
                writing.cancel()
            await asyncio.wait({writing, reading})
            self._early = _result(reading)
        if not _is_final(self._early):
            writing.result()

    def _is_http2(self) -> bool:
        tls = self._inner.get_extra_info("ssl_object")
        return tls is not None and tls.selected_alpn_protocol() == "h2"

    async def aclose(self) -> None:
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
        return self._inner.get_extra_info(info)


def _result(reading: asyncio.Future[bytes]) -> bytes:
    """What was read; nothing if there was nothing, or the connection broke: the next read will say so again."""
    return b"" if reading.cancelled() or reading.exception() is not None else reading.result()


def _is_final(early: bytes) -> bool:
    """Whether an answer has begun that is not an interim one: 1xx ones belong to an upload that goes on."""
    return bool(early) and not early.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1"))
