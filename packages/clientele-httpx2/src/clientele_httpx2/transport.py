"""`httpx2.HTTPTransport` and its asynchronous twin, with connections of ours.

They stay httpx2's, so that what patches or wraps their classes sees every call. They take no pool as a parameter, and
keep theirs in `_pool`, the only private name used here. Without it httpx2 would use pools of its own, which reuse no
connection: what a server sends behind a response is lost with it.
"""

from __future__ import annotations

from typing import Any

import certifi
import httpcore2
import httpx2

from clientele.http.backends import BackendSettings
from clientele.http.backends.tls import public_context
from clientele_httpx2.network import AsyncNetwork
from clientele_httpx2.sockets import Network

_NEVER_REUSED = httpx2.Limits(max_keepalive_connections=0)


class Transport(httpx2.HTTPTransport):
    """For synchronous calls, each of which has a connection to itself."""

    def __init__(self, settings: BackendSettings, proxy: str | None) -> None:
        options = _pool_options(settings, proxy)
        super().__init__(options["ssl_context"], trust_env=False, limits=_NEVER_REUSED, proxy=proxy)
        if keeps_pool(self):
            self._pool = httpcore2.ConnectionPool(network_backend=Network(), **options)


class AsyncTransport(httpx2.AsyncHTTPTransport):
    """For asynchronous calls, which share connections over HTTP/2."""

    def __init__(self, settings: BackendSettings, proxy: str | None) -> None:
        options = _pool_options(settings, proxy)
        super().__init__(options["ssl_context"], trust_env=False, limits=_NEVER_REUSED, proxy=proxy)
        self._network = AsyncNetwork()
        if settings.http2:
            # httpcore2 may take a connection for idle that has a call. So core counts, and lets it expire.
            options.update(max_keepalive_connections=None, keepalive_expiry=None)
        if keeps_pool(self):
            self._pool = httpcore2.AsyncConnectionPool(network_backend=self._network, **options)

    async def aclose(self) -> None:
        """Close all connections, and those that a pool has lost: a call that opened them for others was cancelled."""
        await super().aclose()
        await self._network.connections.close()


def keeps_pool(transport: httpx2.HTTPTransport | httpx2.AsyncHTTPTransport) -> bool:
    """Whether httpx2 still keeps the pool of `transport` where it can be replaced."""
    return hasattr(transport, "_pool")


def limits_of(settings: BackendSettings) -> httpx2.Limits:
    """Core counts the exchanges. Where the user has other wishes, the pool counts connections, too."""
    kept = httpx2.Limits(max_keepalive_connections=settings.max_connections)
    limits: httpx2.Limits = settings.client_options.get("limits", kept)
    return limits


def _pool_options(settings: BackendSettings, proxy: str | None) -> dict[str, Any]:
    limits = limits_of(settings)
    return {
        "ssl_context": public_context(settings.verify, settings.cert, certifi.where(), kind=settings.http2),
        "proxy": None if proxy is None else _proxy(httpx2.Proxy(proxy)),
        "max_connections": limits.max_connections,
        "max_keepalive_connections": limits.max_keepalive_connections,
        "keepalive_expiry": limits.keepalive_expiry,
        "http1": settings.client_options.get("http1", True),
        "http2": settings.http2,
    }


def _proxy(proxy: httpx2.Proxy) -> httpcore2.Proxy:
    url = proxy.url
    target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    return httpcore2.Proxy(target, auth=proxy.raw_auth, headers=proxy.headers.raw)
