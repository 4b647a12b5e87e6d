"""Synchronous connections for httpcore's pools (https://www.encode.io/httpcore/network-backends/), watched."""

from __future__ import annotations

import weakref
from functools import partial
from typing import Any

import httpcore

from clientele.http.connection import begins_http
from clientele.http.deadline import watch_next
from clientele.http.sockets import cut


class Network(httpcore.SyncBackend):
    """Connects as httpcore does."""

    def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        """A connection that a deadline can cut."""
        return Stream(super().connect_tcp(*args, **kwargs))


class Stream(httpcore.NetworkStream):
    """Holds back the last byte of what has come, on HTTP/1.1, as `clientele.http.connection.Connection` does."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        tls = inner.get_extra_info("ssl_object")
        self._is_http2 = tls is not None and tls.selected_alpn_protocol() == "h2"
        self._held, self._writes = b"", 0
        self._is_http = self.in_use = False  # In use until whoever has read a response says no.
        self._end = weakref.finalize(self, inner.close)  # httpcore forgets a connection that its SOCKS proxy refuses.

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, or the end."""
        held, self._held = self._held, b""
        data = held or self._inner.read(max_bytes, timeout)
        if len(data) < 2 or self._is_http2 or not self._is_http:
            return data
        self._held = data[-1:]
        return data[:-1]

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send `buffer`, unless the deadline cuts the connection."""
        self.in_use = True
        self._writes += 1
        self._is_http = self._is_http or (begins_http(buffer) and self._end.detach() is not None)
        self._watch()
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(self, ssl_context: Any, server_hostname: Any = None, timeout: Any = None) -> httpcore.NetworkStream:
        """The same connection with TLS; the name is told as certificates have it, with no dot at its end."""
        self._watch()
        name = server_hostname and server_hostname.removesuffix(".")
        secured = Stream(self._inner.start_tls(ssl_context, name, timeout))
        self._end.detach()
        return secured

    def get_extra_info(self, info: str) -> Any:
        """A pool asks whether a connection that it takes for idle `is_readable`; another thread may have it by then."""
        writes, found = self._writes, self._inner.get_extra_info(info)
        if info == "is_readable":
            return (found or bool(self._held)) and not self.in_use and writes == self._writes
        return found

    def _watch(self) -> None:
        watch_next(partial(cut, self._inner.get_extra_info("socket")))
