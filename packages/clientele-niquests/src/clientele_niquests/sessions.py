"""The sessions of a backend: niquests' own, with transport adapters that have one TLS context, and one proxy."""

from __future__ import annotations

import importlib
import ssl
import weakref
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import niquests.packages
import wassima
from niquests.adapters import AsyncHTTPAdapter, HTTPAdapter
from niquests.structures import CaseInsensitiveDict
from niquests.utils import get_auth_from_url, urldefragauth

from clientele.http.backends import BackendSettings
from clientele.http.backends.tls import Certificate, client_context, lent, public_context
from clientele.http.transport.request_headers import proxy_headers
from clientele.http.wire import WireRequest
from clientele_niquests.connections import guarded

_Base: Any = object
_urllib3: Any = niquests.packages.urllib3
_UNASKED = dict.fromkeys(("Accept-Encoding", "User-Agent"), _urllib3.util.SKIP_HEADER)  # Added by niquests.


class Outgoing(niquests.PreparedRequest):
    """A request of core, which niquests would modify."""

    def __init__(self, wire: WireRequest) -> None:
        super().__init__()
        body: Any = wire.body
        # The host as bytes, because a str with a port would be encoded as a name.
        headers: Any = _UNASKED | {"Host": wire.url.authority.encode()} | dict(wire.headers)
        self.method, self.url, self.headers, self.body = wire.method, str(wire.url), CaseInsensitiveDict(headers), body
        self.hooks: Any = {"response": []}


class _Adapter(_Base):  # type: ignore[misc]
    prefix = ""

    def __init__(self, context: ssl.SSLContext, to_proxy: ssl.SSLContext, proxy: str | None, **options: Any) -> None:
        self.context, self.to_proxy, self.proxy = context, to_proxy, proxy or ""
        self.connections: weakref.WeakSet[Any] = weakref.WeakSet()
        super().__init__(max_retries=0, disable_http3=True, **options)

    def init_poolmanager(self, connections: int, maxsize: int, quic_cache_layer: Any = None, **options: Any) -> None:  # noqa: ARG002
        """With the proxy, which niquests only supports per request."""
        manager, route = self.route()
        options |= {"num_pools": connections, "maxsize": maxsize, "ssl_context": self.context, **route}
        self.poolmanager = guarded(manager)(background_watch_delay=None, **options)

    def route(self) -> tuple[Any, dict[str, Any]]:
        """The class of pools, and their arguments for the proxy."""
        if not self.proxy:
            return getattr(_urllib3, f"{self.prefix}PoolManager"), {}
        if self.proxy.startswith("socks"):
            socks = importlib.import_module(f"{_urllib3.__name__}.contrib.socks")
            credentials = dict(zip(("username", "password"), get_auth_from_url(self.proxy), strict=True))
            return getattr(socks, f"{self.prefix}SOCKSProxyManager"), {"proxy_url": self.proxy, **credentials}
        trust = {"proxy_ssl_context": self.to_proxy, "proxy_headers": proxy_headers(self.proxy)}
        return getattr(_urllib3, f"{self.prefix}ProxyManager"), {"proxy_url": self.proxy, **trust}

    def noted(self, response: Any) -> Any:
        """With its connection, to be closed; a response of a tool has none."""
        if connection := getattr(response.raw, "connection", None):
            self.connections.add(connection)
        return response

    def cert_verify(self, *_: Any) -> None:
        """Niquests would load public CAs into the context."""

    def request_url(self, request: Any, proxies: Any) -> Any:  # noqa: ARG002
        """The whole URL for a proxy without a tunnel."""
        return urldefragauth(request.url) if self.proxy[:4] + request.url[:5] == "httphttp:" else request.path_url


class Adapter(_Adapter, HTTPAdapter):  # type: ignore[misc]
    """Sends the requests of a backend."""

    def send(self, *arguments: Any, **options: Any) -> Any:
        """Never raise TypeError, after which a session retries."""
        try:
            return self.noted(super().send(*arguments, **options))
        except TypeError as error:
            raise _urllib3.exceptions.HTTPError(str(error)) from error

    def close(self) -> None:
        """Close all connections, including those in use."""
        for connection in list(self.connections):
            connection.close()
        super().close()


class AsyncAdapter(_Adapter, AsyncHTTPAdapter):  # type: ignore[misc]
    """`Adapter`, for asynchronous calls."""

    prefix = "Async"

    async def send(self, *arguments: Any, **options: Any) -> Any:
        """Likewise."""
        try:
            return self.noted(await super().send(*arguments, **options))
        except TypeError as error:
            raise _urllib3.exceptions.HTTPError(str(error)) from error

    async def close(self) -> None:
        """Likewise."""
        for connection in list(self.connections):
            await connection.end()
        await super().close()


def secluded(session: Any, adapter: Callable[..., Any], settings: BackendSettings, proxy: str | None) -> Any:
    """`session`, configured to store no cookies and not to read the environment."""
    http2, most = settings.http2, settings.max_connections
    context = _context(settings, settings.cert, http2=http2)
    to_proxy = _context(settings, None, http2=False) if (proxy or "").startswith("https:") else context
    sizes = {"pool_connections": most, "pool_maxsize": most, "disable_http2": not http2}
    ours = adapter(context, to_proxy, proxy, **sizes, **settings.client_options)
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, ours)
    return session


def _context(settings: BackendSettings, cert: Certificate | None, *, http2: bool) -> ssl.SSLContext:
    if settings.verify is True:  # The authorities of niquests: those of the operating system.
        context = public_context(settings.verify, cert, wassima.generate_ca_bundle(), kind=http2)
    else:
        context = client_context(settings.verify, cert)
    context.set_alpn_protocols(["h2", "http/1.1"] if http2 else ["http/1.1"])
    return lent(context)
