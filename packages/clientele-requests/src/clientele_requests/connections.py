"""Connections of urllib3 that another thread can cut, and that refuse responses that http.client accepts."""

from __future__ import annotations

import functools
import http.client
import ssl
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.poolmanager import PoolManager
from urllib3.util import SKIP_HEADER

from clientele.http.transport.connections.checked_responses import CheckedResponse
from clientele.http.transport.connections.connecting import ConnectsInTime
from clientele.http.transport.connections.descriptors import shut_down
from clientele.http.transport.connections.requests_like import in_blocks
from clientele.http.wire import WireRequest

# With niquests, `urllib3` is urllib3-future: it hides bytes after a response, so connections are used once.
IS_FUTURE = not issubclass(HTTPConnection, http.client.HTTPConnection)
_UNASKED = {"Accept-Encoding": SKIP_HEADER, "User-Agent": SKIP_HEADER}  # urllib3 would add its own headers.


class Outgoing(requests.PreparedRequest):
    """A request of core, which requests would modify, and the function that cuts its connection."""

    def __init__(self, wire: WireRequest) -> None:
        super().__init__()
        self.method, self.url, self.body = wire.method, str(wire.url), in_blocks(wire.body)
        self.headers = CaseInsensitiveDict(_UNASKED | {"Host": wire.url.authority} | dict(wire.headers))
        self.wire = wire
        self.cut: Callable[[], None] = lambda: None
        """Wakes up the thread that waits for the connection."""

    def watch(self, cut: Callable[[], None]) -> None:
        """Call `cut` at the deadline, or when the session is closed."""
        self.cut = cut
        if self.wire.deadline is not None:
            self.wire.deadline.watch(cut)


current: ContextVar[Outgoing | None] = ContextVar("current", default=None)
"""The request that this thread sends."""


class _Connection(ConnectsInTime, HTTPConnection):
    _sends: Outgoing | None = None
    _is_reusable = True

    def connect(self) -> None:
        """Connect, including TLS and proxy; if it raises, nothing was sent."""
        context = getattr(self, "ssl_context", None)
        if context is not None and not context.check_hostname:
            self.assert_hostname = False  # urllib3 would check the host name even if the context doesn't.
        self._watched()
        try:
            super().connect()
        except TimeoutError as error:
            raise ConnectTimeoutError(self, str(error)) from error
        except ssl.SSLError:
            raise
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> Any:
        """Send a request, with the write limit. If the pipe breaks, urllib3 reads the response."""
        if self.sock is None:
            self.connect()
        if (outgoing := self._watched()) is not None:
            self.timeout = outgoing.wire.timeout.write
        self._is_reusable = False
        try:
            sent: Any = super().request(method, url, body, headers, **options)
        except (ssl.SSLError, ConnectionResetError) as error:  # urllib3 would treat TLS's as one of the handshake.
            raise (ConnectionError if IS_FUTURE else BrokenPipeError)(str(error)) from error
        self._is_reusable = not IS_FUTURE and (headers or {}).get("Connection", "").lower() != "close"
        return sent

    def getresponse(self, **kwargs: Any) -> Any:
        """The response, with its body unread."""
        sock, outgoing = self.sock, self._sends
        try:
            response = super().getresponse(**kwargs)
        except ssl.SSLError as error:
            raise ConnectionError(str(error)) from error
        if outgoing is not None and self.sock is None:  # http.client leaves it to a body that ends with the connection.
            outgoing.watch(lambda: shut_down(sock))
        return response

    @property
    def is_connected(self) -> bool:
        """Whether it can be reused: the last request is complete, and no bytes have arrived after its response."""
        tls = getattr(self.sock, "sslobj", self.sock)  # A poll doesn't show data inside of TLS, or TLS in TLS.
        has_more = getattr(tls, "pending", int)() or getattr(getattr(self.sock, "incoming", None), "pending", 0)
        return self._is_reusable and super().is_connected and not has_more

    @property
    def is_saturated(self) -> bool:
        """For urllib3-future, which would wait forever for a connection with a surplus response."""
        return bool(super().is_saturated and not self.is_idle)

    def _watched(self) -> Outgoing | None:
        self._sends = outgoing = current.get()
        if outgoing is not None:
            outgoing.watch(lambda: shut_down(self.sock if self._sends is outgoing else None))
        return outgoing


class _Response(CheckedResponse):
    def read(self, amt: int | None = None) -> bytes:
        """The available bytes, at most `amt`, or the rest: before version 2.2, urllib3 has no `read1`."""
        return super().read() if amt is None else self.read1(amt)


class _Beneath(http.client.HTTPConnection):
    response_class = _Response

    def getresponse(self) -> http.client.HTTPResponse:
        """The head of the response: http.client also accepts a 101, and malformed or incomplete heads."""
        message = (response := super().getresponse()).msg
        if response.status < 200 or message.defects:
            response.close()
            self.close()
            if (rest := str(message.get_payload())) and not rest.endswith("\n"):
                raise ConnectionError("the head of the response is cut off")
            raise http.client.HTTPException("the head of the response is malformed, or an interim one")
        return response


class _Pool(HTTPConnectionPool):
    @property
    def ConnectionCls(self) -> Any:  # type: ignore[override]  # noqa: N802 - urllib3's name
        """Our class, unless a tool has replaced that of urllib3."""
        theirs: Any = super().ConnectionCls
        return ours(theirs) if theirs.__module__.startswith("urllib3") else theirs


class _Manager(PoolManager):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pool_classes_by_scheme = {scheme: ours(pool) for scheme, pool in self.pool_classes_by_scheme.items()}


@functools.cache
def ours(theirs: Any) -> Any:
    """The class of urllib3 for connections, pools or managers, extended."""
    for mixin, base in ((_Manager, PoolManager), (_Pool, HTTPConnectionPool)):
        if issubclass(theirs, base):
            return type(theirs.__name__, (mixin, theirs), {})
    return type(theirs.__name__, (_Connection, theirs) if IS_FUTURE else (_Connection, theirs, _Beneath), {})
