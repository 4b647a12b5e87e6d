"""Connections as urllib3 makes them: TCP, TLS, and through proxies.

`_new_conn` is private: urllib3's own connections through SOCKS override it too. It is tested with the lowest and the
newest version, and with urllib3-future.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import ssl
from typing import Literal, TypeAlias

import requests
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from clientele.http.deadline import Deadline
from clientele.http.headers import Pairs
from clientele.http.urls import URL, Credentials, Origin, parse_url
from clientele_requests.faults import Unconnected
from clientele_requests.future import only_http_1, tls_to_proxy

Native: TypeAlias = HTTPConnection | HTTPSConnection


class Route:
    """How a session gets to the servers.

    Args:
        proxy: the URL of the proxy that all requests go through, or None.
        context: whom to trust, also of proxies.
    """

    def __init__(self, proxy: str | None, context: ssl.SSLContext) -> None:
        self._context = context
        self._proxy: URL | None = None
        self._credentials: Pairs = ()
        if proxy is not None:
            self._proxy, credentials = parse_url(proxy, "proxy")
            self._credentials = _proxy_authorization(credentials)

    def is_forwarded(self, url: URL) -> bool:
        """Whether a proxy is asked for `url`, rather than for a tunnel to its host, or nobody."""
        return self._proxy is not None and url.scheme == "http"

    def proxy_headers(self, url: URL) -> Pairs:
        """What a request to `url` says to the proxy: one that goes through a tunnel says nothing."""
        return self._credentials if self.is_forwarded(url) else ()

    def origin(self, url: URL) -> Origin:
        """Which requests may share a connection with the one to `url`."""
        return self._proxy.origin if self._proxy is not None and self.is_forwarded(url) else url.origin

    def connect(self, url: URL, seconds: float | None, deadline: Deadline | None) -> Native:
        """A connection on which to ask for `url`.

        Args:
            url: what is asked for.
            seconds: the longest that each step may take; None for no limit.
            deadline: cuts what is not done in time.

        Raises:
            requests.RequestException: there is none.
        """
        connection = self._connection(url, seconds)
        connection.deadline = deadline
        with contextlib.ExitStack() as undone:
            undone.callback(connection.close)
            try:
                connection.connect()
            except (OSError, ValueError, urllib3.exceptions.HTTPError, http.client.HTTPException) as error:
                raise self._translated(error, through_proxy=connection.has_connected_to_proxy) from error
            undone.pop_all()
        return connection

    def _connection(self, url: URL, seconds: float | None) -> _PlainConnection | _TLSConnection:
        proxy = self._proxy
        end = url if proxy is None else proxy
        if (url if proxy is None or url.scheme == "https" else proxy).scheme == "http":
            return _PlainConnection(end.host, end.port, timeout=seconds, **only_http_1())
        # urllib3 would check the name in a certificate even where the context says not to.
        assert_hostname: Literal[False] | None = None if self._context.check_hostname else False
        connection = _TLSConnection(
            end.host,
            end.port,
            timeout=seconds,
            ssl_context=self._context,
            assert_hostname=assert_hostname,
            proxy_config=tls_to_proxy(self._context, assert_hostname),
            **only_http_1(),
        )
        if proxy is not None and url.scheme == "https":
            connection.set_tunnel(url.host, url.port, dict(self._credentials), scheme=proxy.scheme)
        return connection

    def _translated(self, error: Exception, *, through_proxy: bool) -> requests.RequestException:
        is_new = isinstance(error, urllib3.exceptions.NewConnectionError)
        if isinstance(error, (TimeoutError, urllib3.exceptions.ConnectTimeoutError)) and not is_new:
            return requests.ConnectTimeout(error)
        if self._proxy is not None and not (through_proxy and isinstance(error, ssl.SSLError)):
            return requests.exceptions.ProxyError(error)
        return Unconnected(error)


class _Told:
    """A connection that tells a deadline how it can be cut, as soon as there is something to cut."""

    deadline: Deadline | None = None

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        if self.deadline is not None:
            self.deadline.watch(lambda: shut_down(sock))
        return sock


class _PlainConnection(_Told, HTTPConnection):
    pass


class _TLSConnection(_Told, HTTPSConnection):
    pass


def shut_down(sock: socket.socket) -> None:
    """Shut both halves down beneath TLS, so that a blocked read or write of another thread returns."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _proxy_authorization(credentials: Credentials | None) -> Pairs:
    if credentials is None:
        return ()
    pair = f"{credentials.username}:{credentials.password}".encode()
    return (("Proxy-Authorization", f"Basic {base64.b64encode(pair).decode()}"),)
