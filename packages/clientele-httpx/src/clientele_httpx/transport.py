"""`httpx.HTTPTransport` and `httpx.AsyncHTTPTransport` with our connections.

They are httpx's own classes, so tools that patch or wrap them see every call. They don't accept a pool as a parameter,
and have theirs in `_pool`, the only private name used here. Without it, httpx uses its own pools without keep-alive:
bytes after a response are then lost with the connection.
"""

from __future__ import annotations

from typing import Any

import certifi
import httpcore
import httpx

from clientele.http.backends import BackendSettings
from clientele.http.backends.tls import public_context
from clientele_httpx.network import AsyncNetwork
from clientele_httpx.sockets import Network

_NEVER_REUSED = httpx.Limits(max_keepalive_connections=0)


class Transport(httpx.HTTPTransport):
    """For synchronous calls, each of which has its own connection."""

    def __init__(self, settings: BackendSettings, proxy: str | None) -> None:
        options = _pool_options(settings, proxy)
        super().__init__(options["ssl_context"], trust_env=False, limits=_NEVER_REUSED, proxy=proxy)
        if keeps_pool(self):
            self._pool = httpcore.ConnectionPool(network_backend=Network(), **options)


class AsyncTransport(httpx.AsyncHTTPTransport):
    """For asynchronous calls, which share connections over HTTP/2."""

    def __init__(self, settings: BackendSettings, proxy: str | None) -> None:
        options = _pool_options(settings, proxy)
        super().__init__(options["ssl_context"], trust_env=False, limits=_NEVER_REUSED, proxy=proxy)
        self._network = AsyncNetwork()
        if settings.http2:
            # httpcore may treat a connection as idle although it has a call. So core counts calls, and expires it.
            options.update(max_keepalive_connections=None, keepalive_expiry=None)
        if keeps_pool(self):
            self._pool = httpcore.AsyncConnectionPool(network_backend=self._network, **options)

    async def aclose(self) -> None:
        """Close all connections, including those that a pool has lost because their call was cancelled."""
        await super().aclose()
        await self._network.connections.close()


def keeps_pool(transport: httpx.HTTPTransport | httpx.AsyncHTTPTransport) -> bool:
    """Whether the pool of `transport` can be replaced."""
    return hasattr(transport, "_pool")


def limits_of(settings: BackendSettings) -> httpx.Limits:
    """Core counts exchanges. If the user sets limits, the pool also counts connections."""
    kept = httpx.Limits(max_keepalive_connections=settings.max_connections)
    limits: httpx.Limits = settings.client_options.get("limits", kept)
    return limits


def _pool_options(settings: BackendSettings, proxy: str | None) -> dict[str, Any]:
    limits = limits_of(settings)
    return {
        "ssl_context": public_context(settings.verify, settings.cert, certifi.where(), kind=settings.http2),
        "proxy": None if proxy is None else _proxy(httpx.Proxy(proxy), settings),
        "max_connections": limits.max_connections,
        "max_keepalive_connections": limits.max_keepalive_connections,
        "keepalive_expiry": limits.keepalive_expiry,
        "http1": settings.client_options.get("http1", True),
        "http2": settings.http2,
    }


def _proxy(proxy: httpx.Proxy, settings: BackendSettings) -> httpcore.Proxy:
    is_tls = proxy.url.scheme == "https"
    context = public_context(settings.verify, None, certifi.where(), kind="proxy") if is_tls else None
    return httpcore.Proxy(str(proxy.url), proxy.raw_auth, proxy.headers.raw, context)
