"""Sessions of niquests: that of a backend, with one context for TLS and one proxy, and one of the user's own."""

from __future__ import annotations

import importlib
import ssl
import weakref
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import niquests.packages
import wassima
from niquests.adapters import AsyncHTTPAdapter, HTTPAdapter
from niquests.auth import BearerTokenAuth, HTTPBasicAuth
from niquests.cookies import get_cookie_header
from niquests.structures import CaseInsensitiveDict
from niquests.utils import default_headers, get_auth_from_url, get_netrc_auth, urldefragauth

from clientele.http.options import BackendSettings
from clientele.http.tls import client_context, lent
from clientele.http.wire import ClientDefaults, WireRequest
from clientele_niquests.connections import cut, manager_of
from clientele_niquests.faults import Resent

_Base: Any = object
_urllib3: Any = niquests.packages.urllib3

_UNASKED = {"Accept-Encoding": _urllib3.util.SKIP_HEADER, "User-Agent": _urllib3.util.SKIP_HEADER}
"""urllib3-future would add its own in the place of what the caller has left out."""


class Outgoing(niquests.PreparedRequest):
    """A request as core has prepared it: niquests would change the URL and more."""

    def __init__(self, wire: WireRequest) -> None:
        super().__init__()
        body: Any = wire.body
        self.method, self.url, self.body = wire.method, str(wire.url), body
        # As bytes, because a host with its port would be taken for a name that is to be encoded.
        headers: Any = _UNASKED | {"Host": wire.url.authority.encode()} | dict(wire.headers)
        self.headers = CaseInsensitiveDict(headers)
        self.location: str | None = None
        self.hooks: Any = {"response": [self.hide_location]}

    def hide_location(self, response: Any, **_: Any) -> None:
        """Keep niquests from preparing the request of a redirect: it does so unasked, and reads the body for it."""
        self.location = response.headers.pop("Location", None)

    def put_back(self, response: Any) -> Any:
        """`response` as it was."""
        if self.location is not None:
            response.headers["Location"] = self.location
        return response


class _Adapter(_Base):  # type: ignore[misc]
    """Trusts and offers what `context` says, and goes through `proxy`."""

    prefix = ""

    def __init__(self, context: ssl.SSLContext, proxy: str | None, **options: Any) -> None:
        self.context, self.proxy = context, proxy or ""
        self.unread: weakref.WeakSet[Any] = weakref.WeakSet()
        super().__init__(max_retries=0, disable_http3=True, **options)

    def init_poolmanager(self, connections: int, maxsize: int, quic_cache_layer: Any = None, **options: Any) -> None:  # noqa: ARG002
        """With the proxy, which niquests knows for each request only."""
        manager, route = self.route()
        options |= {"num_pools": connections, "maxsize": maxsize, "ssl_context": self.context, **route}
        self.poolmanager = manager_of(manager)(background_watch_delay=None, **options)

    def route(self) -> tuple[Any, dict[str, Any]]:
        """The kind of pools, and what they have to know of the proxy."""
        if self.proxy.startswith("socks"):
            socks = importlib.import_module(f"{_urllib3.__name__}.contrib.socks")
            username, password = get_auth_from_url(self.proxy)
            route = {"proxy_url": self.proxy, "username": username, "password": password}
            return getattr(socks, f"{self.prefix}SOCKSProxyManager"), route
        if not self.proxy:
            return getattr(_urllib3, f"{self.prefix}PoolManager"), {}
        trust = {"proxy_ssl_context": self.context, "proxy_headers": self.proxy_headers(self.proxy)}
        return getattr(_urllib3, f"{self.prefix}ProxyManager"), {"proxy_url": self.proxy, **trust}

    def cert_verify(self, *_: Any) -> None:
        """Niquests would load public CAs into the context."""

    def request_url(self, request: Any, proxies: Any) -> str:  # noqa: ARG002
        """All of it for a proxy that opens no tunnel."""
        is_forwarded = self.proxy.startswith("http") and request.url.startswith("http:")
        return str(urldefragauth(request.url) if is_forwarded else request.path_url)

    def open_connections(self) -> list[Any]:
        """Those of responses that are being read."""
        connections = [getattr(response.raw, "connection", None) for response in list(self.unread)]
        return [connection for connection in connections if connection is not None]


class Adapter(_Adapter, HTTPAdapter):  # type: ignore[misc]
    """Sends the requests of a backend."""

    def send(self, *arguments: Any, **options: Any) -> Any:
        """Raise no TypeError, for which a session sends again."""
        try:
            response = super().send(*arguments, **options)
        except TypeError as error:
            raise Resent from error
        self.unread.add(response)
        return response

    def close(self) -> None:
        """Close all connections, also those in use."""
        for connection in self.open_connections():
            cut(connection.sock)
            connection.close()
        super().close()


class AsyncAdapter(_Adapter, AsyncHTTPAdapter):  # type: ignore[misc]
    """`Adapter`, for asynchronous calls."""

    prefix = "Async"

    async def send(self, *arguments: Any, **options: Any) -> Any:
        """Likewise."""
        try:
            response = await super().send(*arguments, **options)
        except TypeError as error:
            raise Resent from error
        self.unread.add(response)
        return response

    async def close(self) -> None:
        """Likewise."""
        for connection in self.open_connections():
            await connection.close()
        await super().close()


def secluded(session: Any, adapter: Callable[..., Any], settings: BackendSettings, proxy: str | None) -> Any:
    """`session` as one that keeps no cookies and reads nothing of the environment."""
    # A proxy over TLS is shaken hands with alike, and has to speak HTTP/1.1.
    http2 = settings.http2 and not (proxy or "").startswith("https:")
    most, source = settings.max_connections, settings.client_options.get("source_address")
    sizes = {"pool_connections": most, "pool_maxsize": most}
    ours = adapter(_context(settings, http2=http2), proxy, disable_http2=not http2, source_address=source, **sizes)
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, ours)
    return session


def _context(settings: BackendSettings, *, http2: bool) -> ssl.SSLContext:
    verify = settings.verify
    if verify is True:  # Whom niquests trusts: those that the operating system does.
        verify = ssl.create_default_context(cadata=wassima.generate_ca_bundle())
    context = client_context(verify, settings.cert)
    context.set_alpn_protocols(["h2", "http/1.1"] if http2 else ["http/1.1"])
    return lent(context)


def defaults_of(session: niquests.Session) -> ClientDefaults:
    """The headers that the user has set on `session`, and its parameters, which come in many forms."""
    headers, usual = session.headers.items(), default_headers()
    texts: Any = ((name, value.decode("latin-1") if isinstance(value, bytes) else value) for name, value in headers)
    own = ((name, str(value)) for name, value in texts if value is not None and usual.get(name) != value)
    prepared = niquests.PreparedRequest()
    prepared.prepare_url("http://localhost/", session.params)
    params = parse_qsl(urlsplit(str(prepared.url)).query, keep_blank_values=True)
    return ClientDefaults(tuple(own), tuple(params))


def authorized(session: Any, request: Outgoing, *, with_credentials: bool) -> Any:
    """Add the hooks of `session` to `request`, and its cookies and auth; what is returned may have to be awaited."""
    own = (session.hooks or {}).get("response") or []
    request.hooks["response"][:0] = [own] if callable(own) else own
    headers: Any = request.headers
    if with_credentials and "Cookie" not in headers and (cookie := get_cookie_header(session.cookies, request)):
        headers["Cookie"] = cookie
    if not with_credentials or "Authorization" in headers:
        return None
    auth: Any = session.auth or (get_netrc_auth(request.url) if session.trust_env else None)
    if isinstance(auth, (tuple, str)):
        auth = HTTPBasicAuth(*auth) if isinstance(auth, tuple) else BearerTokenAuth(auth)
    return auth(request) if auth else None
