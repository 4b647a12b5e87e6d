"""Sessions of requests: that of a backend, with one context for TLS and one proxy, and one of the user's own."""

from __future__ import annotations

import ssl
import urllib.parse
import weakref
from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from typing import Any, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from requests.cookies import get_cookie_header
from requests.structures import CaseInsensitiveDict
from requests.utils import default_headers, get_auth_from_url, get_netrc_auth, urldefragauth
from urllib3.util import SKIP_HEADER

from clientele.http.bodies import Chunks
from clientele.http.wire import ClientDefaults, WireRequest
from clientele_requests.connections import Exchange, ours

_BLOCK = 64 * 1024
_UNASKED = {"Accept-Encoding": SKIP_HEADER, "User-Agent": SKIP_HEADER}
"""urllib3 would add its own in the place of what the caller has left out."""


class Outgoing(requests.PreparedRequest):
    """A request as core has prepared it: requests would change the URL and more."""

    def __init__(self, wire: WireRequest) -> None:
        super().__init__()
        self.method, self.url, self.body = wire.method, str(wire.url), cast(Any, _in_blocks(wire.body))
        self.headers = CaseInsensitiveDict(_UNASKED | {"Host": wire.url.authority} | dict(wire.headers))


class Session(requests.Session):
    """A session that keeps no cookies and reads nothing of the environment."""

    def __init__(self, context: ssl.SSLContext, proxy: str | None, max_connections: int) -> None:
        super().__init__()
        self.exchanges: weakref.WeakSet[Exchange] = weakref.WeakSet()
        """Those whose response is being received."""
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _Adapter(context, proxy, max_connections)
        for prefix in ("https://", "http://"):
            self.mount(prefix, adapter)

    def close(self) -> None:
        """Close all connections, also those that are in use."""
        super().close()
        for exchange in list(self.exchanges):
            exchange.cut()


class _Adapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext, proxy: str | None, max_connections: int) -> None:
        self._context, self._proxy = context, proxy or ""
        super().__init__(pool_connections=max_connections, pool_maxsize=max_connections)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002
        """With the proxy, which requests knows for each request only."""
        manager, route = self._route()
        options |= {"num_pools": connections, "maxsize": maxsize, "block": block, "ssl_context": self._context, **route}
        if versions := getattr(urllib3, "HttpVersion", None):  # urllib3-future would speak HTTP/2 and HTTP/3.
            options["disabled_svn"] = {versions.h2, versions.h3}
        self.poolmanager = ours(manager)(**options)

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The context says all about TLS."""
        return super().build_connection_pool_key_attributes(*args, **kwargs)[0], {}

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Requests would load public CAs into the context."""

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:  # noqa: ARG002
        """All of it for a proxy that opens no tunnel."""
        url = str(request.url)
        is_forwarded = self._proxy.startswith("http") and url.startswith("http:")
        return str(urldefragauth(url)) if is_forwarded else request.path_url

    def close(self) -> None:
        """Close the pools, too: their manager leaves that to the garbage collector."""
        pools: Any = self.poolmanager.pools
        for key in getattr(pools, "keys", tuple)():
            pools[key].close()
        super().close()

    def _route(self) -> tuple[Any, dict[str, Any]]:
        proxy, context = self._proxy, self._context
        if proxy.startswith("socks"):
            from urllib3.contrib.socks import SOCKSProxyManager  # noqa: PLC0415 - needs the add-on

            username, password = get_auth_from_url(proxy)
            return SOCKSProxyManager, {"proxy_url": proxy, "username": username, "password": password}
        trust = {"proxy_ssl_context": context, "proxy_assert_hostname": None if context.check_hostname else False}
        route = {"proxy_url": proxy, "proxy_headers": self.proxy_headers(proxy), **trust}
        return (urllib3.ProxyManager, route) if proxy else (urllib3.PoolManager, {})


def defaults_of(session: requests.Session) -> ClientDefaults:
    """The headers that the user has set on `session`, and its parameters, which come in many forms."""
    headers, usual = session.headers.items(), default_headers()
    texts = ((name, value.decode("latin-1") if isinstance(value, bytes) else value) for name, value in headers)
    prepared = requests.PreparedRequest()
    prepared.prepare_url("http://localhost/", session.params)
    params = urllib.parse.parse_qsl(urllib.parse.urlsplit(str(prepared.url)).query, keep_blank_values=True)
    own = ((name, value) for name, value in texts if value is not None and usual.get(name) != value)
    return ClientDefaults(tuple(own), tuple(params))


def settings_of(session: requests.Session, request: Outgoing, *, with_credentials: bool) -> dict[str, Any]:
    """What `session` says of proxies and TLS; its hooks, and its cookies and auth, go into `request`."""
    request.hooks["response"].extend(session.hooks["response"])
    if with_credentials and "Cookie" not in request.headers and (cookie := get_cookie_header(session.cookies, request)):
        request.headers["Cookie"] = cookie
    if with_credentials and "Authorization" not in request.headers:
        auth = session.auth or (get_netrc_auth(str(request.url)) if session.trust_env else None)
        auth = HTTPBasicAuth(*auth) if isinstance(auth, tuple) else auth
        if auth is not None:
            vars(request).update(vars(auth(request)))  # It may return another one, as requests allows.
    return session.merge_environment_settings(str(request.url), {}, True, None, None)


def _in_blocks(body: Chunks) -> Chunks:
    """The limit for writing is for each piece."""
    if body is None or (isinstance(body, bytes) and len(body) <= _BLOCK):
        return body
    pieces = cast(Iterator[bytes], [body] if isinstance(body, bytes) else body)
    return (piece[start : start + _BLOCK] for piece in pieces for start in range(0, len(piece), _BLOCK))
