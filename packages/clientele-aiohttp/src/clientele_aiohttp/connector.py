"""Our sessions, their connections, and requests on them."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import socket
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import aiohttp
from aiohttp import hdrs
from aiohttp.connector import Connection
from yarl import URL

from clientele.http.message.headers import Pairs
from clientele.http.message.urls import parse_url
from clientele.http.transport.connections.sockets import news_of
from clientele.http.wire import WireRequest
from clientele_aiohttp.exchange import once, send

LARGEST = 1 << 17
"""In bytes: enough for a head of 64 KiB in a single field."""
_used: ContextVar[list[asyncio.Transport]] = ContextVar("_used")
"""The connection of the task's current request: aiohttp doesn't pass the request to a connector."""


def build_session(**options: Any) -> aiohttp.ClientSession:
    """A session that stores no cookies and doesn't read the environment; `options` are those of its `Connector`."""
    return aiohttp.ClientSession(
        connector=Connector(**options),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        max_field_size=LARGEST,
        max_line_size=LARGEST,
    )


async def send_once(session: aiohttp.ClientSession, request: WireRequest) -> aiohttp.ClientResponse:
    """`send` on our own session."""
    headers, options = request.headers, dict[str, Any](middlewares=(once,))
    if request.proxy is not None:
        options["proxy"], credentials = _proxy_of(request.proxy)
        if request.url.scheme == "https":
            options["proxy_headers"] = credentials
        else:
            headers = (*headers, *credentials)
    used: list[asyncio.Transport] = []
    token = _used.set(used)
    try:
        return await send(session, request, headers, options)
    except BaseException:
        for transport in used:
            # aiohttp would wait until all data is sent, and for the TLS shutdown of the server.
            transport.abort()
        raise
    finally:
        _used.reset(token)


class Connector(aiohttp.TCPConnector):
    """Provides only usable connections, and has closed its sockets when `close` returns."""

    def __init__(self, *, socket_factory: Callable[[Any], socket.socket] | None = None, **options: Any) -> None:
        made = self.made = weakref.WeakSet[socket.socket]()
        self.has_news = weakref.WeakKeyDictionary[asyncio.BaseTransport, Callable[[], bool]]()

        def make(address: Any) -> socket.socket:
            new = socket.socket(*address[:3]) if socket_factory is None else socket_factory(address)
            made.add(new)
            return new

        super().__init__(limit=0, socket_factory=make, **options)

    async def connect(self, req: aiohttp.ClientRequest, *args: Any, **options: Any) -> Connection:
        """A connection without data after its last response, and without `Connection: close` in a request, which
        aiohttp ignores. aiohttp sees new data, such as the end, only after the event loop has read it.
        """
        while True:
            connection = await super().connect(req, *args, **options)
            transport = connection.transport
            has_news = None if transport is None else self.has_news.get(transport)
            # The protocol knows about read data, but this is undocumented: without it, no connection is reused.
            protocol = getattr(connection, "protocol", None)
            if has_news is None or not (has_news() or getattr(protocol, "should_close", True)):
                break
            connection.close()
        if transport is not None:
            if "close" in req.headers.get(hdrs.CONNECTION, "").lower():
                self.has_news[transport] = lambda: True
            elif has_news is None:
                self.has_news[transport] = news_of(transport.get_extra_info("socket"))
            _used.get([]).append(transport)
        return connection

    async def close(self, **options: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Close all connections. aiohttp leaves closing ones to the event loop, where a server may delay it."""
        await super().close(**options)
        await asyncio.sleep(0)
        for each in self.made:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for _ in range(10):  # The event loop needs some iterations to notice that a socket is shut down.
            if all(each.fileno() < 0 for each in self.made):
                break
            await asyncio.sleep(0)


@functools.lru_cache(maxsize=16)
def _proxy_of(proxy: str) -> tuple[URL, Pairs]:
    """The proxy without credentials, which aiohttp would show in errors, and the header with them (RFC 7617)."""
    url, credentials = parse_url(proxy, "proxy")
    if credentials is None:
        return URL(str(url), encoded=True), ()
    pair = f"{credentials.username}:{credentials.password}".encode()
    return URL(str(url), encoded=True), (("Proxy-Authorization", f"Basic {base64.b64encode(pair).decode()}"),)
