"""The session of a backend: requests' own, with our connections, its TLS contexts, and one proxy."""

from __future__ import annotations

import importlib
import ssl
import weakref
from http.cookiejar import DefaultCookiePolicy
from typing import Any, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import get_auth_from_url, urldefragauth

from clientele.http.transport.request_headers import proxy_headers
from clientele_requests.connections import Outgoing, ours


class Session(requests.Session):
    """A session that stores no cookies and doesn't read the environment; `unread` are connections in use."""

    def __init__(self, context: ssl.SSLContext, to_proxy: ssl.SSLContext, proxy: str | None, limit: int) -> None:
        super().__init__()
        self.unread: weakref.WeakSet[Outgoing] = weakref.WeakSet()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _Adapter(context, to_proxy, proxy, limit)
        for prefix in ("https://", "http://"):
            self.mount(prefix, adapter)

    def close(self) -> None:
        """Close all connections, including those in use."""
        super().close()
        for request in list(self.unread):
            request.cut()


class _Adapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext, to_proxy: ssl.SSLContext, proxy: str | None, limit: int) -> None:
        self._context, self._to_proxy, self._proxy = context, to_proxy, proxy or ""
        super().__init__(pool_connections=limit, pool_maxsize=limit)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002
        """With the proxy, which requests only supports per request."""
        manager, route = self._route()
        options |= {"num_pools": connections, "maxsize": maxsize, "block": block, "ssl_context": self._context, **route}
        if versions := getattr(urllib3, "HttpVersion", None):  # urllib3-future would speak HTTP/2 and HTTP/3.
            options["disabled_svn"] = {versions.h2, versions.h3}
        self.poolmanager = ours(manager)(**options)

    def get_connection_with_tls_context(self, request: Any, *_: Any, **__: Any) -> Any:
        """The context defines TLS, the manager has the proxy, and core has parsed the URL."""
        url = request.wire.url if isinstance(request, Outgoing) else cast(Any, urllib3).util.parse_url(request.url)
        return self.poolmanager.connection_from_host(url.host, url.port, url.scheme)

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Requests would load public CAs into the context."""

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:  # noqa: ARG002
        """The whole URL for a proxy without a tunnel."""
        is_forwarded = self._proxy.startswith("http") and str(request.url).startswith("http:")
        return str(urldefragauth(str(request.url))) if is_forwarded else request.path_url

    def close(self) -> None:
        """Also close the pools, which their manager leaves to the garbage collector."""
        for key in getattr(pools := cast(Any, self.poolmanager.pools), "keys", tuple)():
            pools[key].close()
        super().close()

    def _route(self) -> tuple[Any, dict[str, Any]]:
        proxy = self._proxy
        if proxy.startswith("socks"):
            username, password = get_auth_from_url(proxy)
            manager = importlib.import_module("urllib3.contrib.socks").SOCKSProxyManager
            return manager, {"proxy_url": proxy, "username": username, "password": password}
        trust = {"proxy_ssl_context": self._to_proxy, "proxy_assert_hostname": self._to_proxy.check_hostname and None}
        route = {"proxy_url": proxy, "proxy_headers": proxy_headers(proxy), **trust}
        return (urllib3.ProxyManager, route) if proxy else (urllib3.PoolManager, {})
