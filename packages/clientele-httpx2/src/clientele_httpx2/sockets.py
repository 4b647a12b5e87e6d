"""Synchronous connections for httpcore2's pools (https://www.encode.io/httpcore/network-backends/), watched."""

from __future__ import annotations

import weakref
from functools import partial
from typing import Any

import httpcore2

from clientele.http.runtime.deadline import watch_next
from clientele.http.transport.connections.connecting import connected
from clientele.http.transport.connections.connection import raising
from clientele.http.transport.connections.interims import Withheld
from clientele.http.transport.connections.sockets import cut


class Network(httpcore2.SyncBackend):
    """Connects like httpcore2."""

    def connect_tcp(self, host: str, port: int, timeout: Any = None, *args: Any, **kwargs: Any) -> Any:
        """A connection that a deadline can cut; the limit includes DNS and all addresses."""

        def connect(seconds: float | None) -> httpcore2.NetworkStream:
            return super(Network, self).connect_tcp(host, port, seconds, *args, **kwargs)

        with raising(httpcore2.ConnectTimeout, httpcore2.ConnectError):
            return Stream(connected(host, port, timeout, connect, httpcore2.NetworkStream.close))


class Stream(httpcore2.NetworkStream):
    """A connection; over HTTP/1.1, the last received byte is held back, see `Withheld`."""

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner
        tls = inner.get_extra_info("ssl_object")
        is_http2 = tls is not None and tls.selected_alpn_protocol() == "h2"
        self._coming = None if is_http2 else Withheld()
        self.in_use = False  # In use until its response has been read.
        # httpcore2 doesn't close a connection that a SOCKS proxy refuses.
        self._end = weakref.finalize(self, inner.close)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The received bytes, or the end."""
        receive = partial(self._inner.read, max_bytes, timeout)
        return receive() if self._coming is None else self._coming.read(receive)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send `buffer`, unless the deadline cuts the connection."""
        self.in_use = True
        if self._coming is None or self._coming.sent(buffer):
            self._end.detach()
        self._watch()
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        """Close the connection, also while another thread waits for it."""
        cut(self._inner.get_extra_info("socket"))
        self._inner.close()

    def start_tls(self, ssl_context: Any, server_hostname: Any = None, timeout: Any = None) -> httpcore2.NetworkStream:
        """The same connection with TLS; the server name has no trailing dot, as in certificates."""
        self._watch()
        name = server_hostname and server_hostname.removesuffix(".")
        secured = Stream(self._inner.start_tls(ssl_context, name, timeout))
        self._end.detach()
        return secured

    def get_extra_info(self, info: str) -> Any:
        """Used by the pool to check `is_readable` of an idle connection; another thread may have taken it by then."""
        found = self._inner.get_extra_info(info)
        if info == "is_readable":
            return (found or bool(self._coming and self._coming.held)) and not self.in_use
        return found

    def _watch(self) -> None:
        watch_next(lambda: cut(self._inner.get_extra_info("socket")))
