"""A way to the socket of an exchange, which httpx hands out only with the response: too late for a deadline.

It also knows whether an answer is due, which the pool of httpcore can't tell when other threads use it.

The network backend of httpcore (https://www.encode.io/httpcore/network-backends/) is public; that a pool has it in
`_network_backend` is not, and is tested with the lowest and the newest version.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from clientele.http.deadline import Deadline
from clientele_httpx.pools import pools_of

_exchange = threading.local()


@contextlib.contextmanager
def watched_by(deadline: Deadline | None) -> Iterator[None]:
    """Let `deadline` cut the connection on which this thread sends next."""
    _exchange.deadline = deadline
    try:
        yield
    finally:
        _exchange.deadline = None


def watch_sockets(client: httpx.Client) -> None:
    """Make the connections of `client` ones that a deadline can cut."""
    for pool in pools_of(client):
        pool._network_backend = _Backend(pool._network_backend)  # noqa: SLF001


def no_longer_in_use(stream: httpcore.NetworkStream) -> None:
    """The answer has been read: what comes over `stream` from now on nobody has asked for."""
    if isinstance(stream, _Stream):
        stream.in_use = False


class _Backend(httpcore.NetworkBackend):
    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.connect_tcp(host, port, timeout, local_address, socket_options))

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.connect_unix_socket(path, timeout, socket_options))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    """A connection that tells the deadline of the exchange that uses it how it can be cut."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self.in_use = False
        """Whether an answer is due: from the first byte of a request on, until whoever uses the connection says no."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.in_use = True
        self._tell()
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._tell()
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        found = self._inner.get_extra_info(info)
        # httpcore asks this of idle connections, to close those that have been closed. Between its looking and its
        # asking another thread may have sent a request, whose answer would be taken for the end.
        return found and not self.in_use if info == "is_readable" else found

    def _tell(self) -> None:
        deadline: Deadline | None = getattr(_exchange, "deadline", None)
        if deadline is not None:
            deadline.watch(self._cut)

    def _cut(self) -> None:
        """Both halves are shut down beneath TLS, so that a blocked read or write of another thread returns."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._inner.get_extra_info("socket"), socket.SHUT_RDWR)
