"""Connections for httpcore's pools (https://www.encode.io/httpcore/network-backends/): httpcore's own, watched.

A deadline can cut them, bytes behind a response are noticed, and a thread never takes another's answer for such bytes.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore

from clientele.http.deadline import Deadline

_exchange = threading.local()


@contextlib.contextmanager
def watched_by(deadline: Deadline | None) -> Iterator[None]:
    """Let `deadline` cut the connection on which this thread sends next."""
    _exchange.deadline = deadline
    try:
        yield
    finally:
        _exchange.deadline = None


class Network(httpcore.NetworkBackend):
    """Connects as httpcore does."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to `host`."""
        return Stream(self._inner.connect_tcp(host, port, timeout, local_address, socket_options))


class Stream(httpcore.NetworkStream):
    """A connection that on HTTP/1.1 holds back the last byte of what has come.

    A response that is not complete without that byte makes httpcore ask for it. If it is complete, the byte is one that
    nobody has asked for: then `is_readable` holds, and httpcore closes the connection before its next request.
    """

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        tls = inner.get_extra_info("ssl_object")
        self._is_http2 = tls is not None and tls.selected_alpn_protocol() == "h2"
        self._held = b""
        self.in_use = False
        """From the first byte of a request on, until whoever has read its response says no."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, or the end."""
        held, self._held = self._held, b""
        data = held or self._inner.read(max_bytes, timeout)
        if len(data) < 2 or self._is_http2:
            return data
        self._held = data[-1:]
        return data[:-1]

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send `buffer`, for as long as the exchange has time."""
        self.in_use = True
        self._tell()
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection with TLS."""
        self._tell()
        return Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks of idle connections is whether they are `is_readable`.

        Between its looking and its asking another thread may have sent a request, whose answer would be taken for that.
        """
        if info == "is_readable":
            return not self.in_use and (bool(self._held) or self._inner.get_extra_info(info))
        return self._inner.get_extra_info(info)

    def _tell(self) -> None:
        deadline: Deadline | None = getattr(_exchange, "deadline", None)
        if deadline is not None:
            deadline.watch(self._cut)

    def _cut(self) -> None:
        """Both halves are shut down beneath TLS, so that a blocked read or write of another thread returns."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._inner.get_extra_info("socket"), socket.SHUT_RDWR)
