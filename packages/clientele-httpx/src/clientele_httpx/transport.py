"""`httpx.HTTPTransport` and its asynchronous twin, with connections of ours.

The transports stay those of httpx, so that what patches or wraps their classes sees every call. They have no parameter
for the pool that they send through, and keep it in `_pool`, the only private name used here. A release of httpx without
it would go on with pools of its own, which then reuse no connection: what a server sends behind a response is lost with
the connection.
"""

from __future__ import annotations

import functools
import ssl
from typing import Any

import certifi
import httpcore
import httpx

from clientele.http.options import BackendSettings
from clientele.http.tls import client_context, unlent, with_certificate
from clientele_httpx.exclusive import ExclusivePools
from clientele_httpx.network import AsyncNetwork
from clientele_httpx.sockets import Network

_NEVER_REUSED = httpx.Limits(max_keepalive_connections=0)


class Transport(httpx.HTTPTransport):
    """For synchronous calls, each of which has a connection to itself."""

    def __init__(self, settings: BackendSettings, proxy: str | None) -> None:
        context = _context(settings)
        super().__init__(context, trust_env=False, limits=_NEVER_REUSED, proxy=proxy)
        if keeps_pool(self):
            kind: Any = ExclusivePools if settings.http2 else httpcore.ConnectionPool
            self._pool = kind(network_backend=Network(), **_pool_options(settings, proxy, context))


class AsyncTransport(httpx.AsyncHTTPTransport):
    """For asynchronous calls, which share connections over HTTP/2."""

    def __init__(self, settings: BackendSettings, proxy: str | None) -> None:
        context = _context(settings)
        super().__init__(context, trust_env=False, limits=_NEVER_REUSED, proxy=proxy)
        self._network = AsyncNetwork()
        if keeps_pool(self):
            options = _pool_options(settings, proxy, context)
            if settings.http2:
                # httpcore may take a connection for idle that has a call. So core counts, and lets it expire.
                options.update(max_keepalive_connections=None, keepalive_expiry=None)
            self._pool = httpcore.AsyncConnectionPool(network_backend=self._network, **options)

    async def aclose(self) -> None:
        """Close all connections."""
        await super().aclose()
        await self._network.aclose()


def keeps_pool(transport: httpx.HTTPTransport | httpx.AsyncHTTPTransport) -> bool:
    """Whether httpx still keeps the pool of `transport` where it can be replaced."""
    return hasattr(transport, "_pool")


def limits_of(settings: BackendSettings) -> httpx.Limits:
    """Core counts the exchanges. Where the user has other wishes, the pool counts connections, too."""
    kept = httpx.Limits(max_keepalive_connections=settings.max_connections)
    limits: httpx.Limits = settings.client_options.get("limits", kept)
    return limits


def _pool_options(settings: BackendSettings, proxy: str | None, context: ssl.SSLContext) -> dict[str, Any]:
    limits = limits_of(settings)
    return {
        "ssl_context": context,
        "proxy": None if proxy is None else _proxy(httpx.Proxy(proxy)),
        "max_connections": limits.max_connections,
        "max_keepalive_connections": limits.max_keepalive_connections,
        "keepalive_expiry": limits.keepalive_expiry,
        "http1": settings.client_options.get("http1", True),
        "http2": settings.http2,
    }


def _proxy(proxy: httpx.Proxy) -> httpcore.Proxy:
    url = proxy.url
    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    return httpcore.Proxy(target, auth=proxy.raw_auth, headers=proxy.headers.raw)


def _context(settings: BackendSettings) -> ssl.SSLContext:
    if settings.verify is not True:
        return unlent(client_context(settings.verify, settings.cert))
    if settings.cert is None:
        return _default_context(http2=settings.http2)
    return with_certificate(ssl.create_default_context(cafile=certifi.where()), settings.cert)


@functools.cache
def _default_context(*, http2: bool) -> ssl.SSLContext:  # noqa: ARG001 - httpcore writes what it offers into the context
    """One for all backends: reading the CAs takes longer than a hundred requests."""
    return ssl.create_default_context(cafile=certifi.where())
