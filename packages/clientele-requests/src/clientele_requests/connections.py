"""Connections of urllib3 that another thread can cut off, and that refuse what http.client lets pass."""

from __future__ import annotations

import contextlib
import functools
import http.client
import re
import socket
import ssl
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.poolmanager import PoolManager

from clientele.http.headers import Pairs
from clientele.http.logs import hide_queries
from clientele.http.wire import WireRequest

hide_queries("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry")

_FOLD = re.compile(r"[ \t]*\r?\n[ \t]+")
# Where niquests is installed, `urllib3` is urllib3-future. It takes what comes behind a response for part of the next
# one, and nothing tells: its connections are used once.
IS_FUTURE = not issubclass(HTTPConnection, http.client.HTTPConnection)


@dataclass(eq=False)
class Exchange:
    """A request and its response; `pairs` are its fields in order, if a connection of ours has read them."""

    request: WireRequest
    pairs: Pairs = ()
    is_complete: bool = False
    is_cut: bool = False
    connection_cut: Callable[[], None] = lambda: None

    def watch(self, connection_cut: Callable[[], None]) -> None:
        """Have `connection_cut` called when the time is up, or the session is closed."""
        self.connection_cut = connection_cut
        if self.request.deadline is not None:
            self.request.deadline.watch(self.cut)

    def cut(self) -> None:
        """Have the thread that waits for its connection go on."""
        self.is_cut = True
        self.connection_cut()


current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)
"""The exchange that this thread is at."""


class _Connection(HTTPConnection):
    _exchange: Exchange | None = None
    _is_reusable = True

    def connect(self) -> None:
        """Connect, TLS and proxy included; whatever it raises, nothing was sent."""
        context = getattr(self, "ssl_context", None)
        if context is not None and not context.check_hostname:
            self.assert_hostname = False  # urllib3 would check the name where the context says not to.
        self._watch()
        try:
            super().connect()
        except TimeoutError as error:
            raise ConnectTimeoutError(self, str(error)) from error
        except OSError as error:
            raise error if isinstance(error, ssl.SSLError) else NewConnectionError(self, str(error)) from error
        self._watch()

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> Any:
        """Send a request, with a limit for writing. If the pipe breaks, urllib3 reads what the server says to that."""
        if self.sock is None:
            self.connect()
        exchange = self._watch()
        if exchange is not None:
            self.timeout = exchange.request.timeout.write
        self._is_reusable = False
        try:
            sent: Any = super().request(method, url, body, headers, **options)
        except (ssl.SSLError, ConnectionResetError) as error:  # urllib3 would take one of TLS for one of the handshake.
            raise (ConnectionError if IS_FUTURE else BrokenPipeError)(str(error)) from error
        self._is_reusable = not IS_FUTURE and (headers or {}).get("Connection", "").lower() != "close"
        return sent

    def getresponse(self, **kwargs: Any) -> Any:
        """The response, its body unread."""
        try:
            return super().getresponse(**kwargs)
        except ssl.SSLError as error:
            raise ConnectionError(str(error)) from error

    @property
    def is_connected(self) -> bool:
        """Whether it can be used again: the last request is complete, and nothing has come after its response."""
        tls = getattr(self.sock, "sslobj", self.sock)  # No poll shows what TLS has read, or TLS in TLS.
        has_more = getattr(tls, "pending", int)() or getattr(getattr(self.sock, "incoming", None), "pending", 0)
        return self._is_reusable and super().is_connected and not has_more

    @property
    def is_saturated(self) -> bool:
        """Asked by urllib3-future, which would wait for ever for a connection with a surplus response."""
        return bool(super().is_saturated and not self.is_idle)

    def _watch(self) -> Exchange | None:
        self._exchange = exchange = current.get()
        if exchange is not None:
            exchange.watch(functools.partial(self._cut, exchange))
        return exchange

    def _cut(self, exchange: Exchange) -> None:
        if self._exchange is exchange and self.sock is not None:
            with contextlib.suppress(OSError):  # `SSLSocket.shutdown` would take its TLS away first.
                socket.socket.shutdown(getattr(self.sock, "socket", self.sock), socket.SHUT_RDWR)


class _Response(http.client.HTTPResponse):
    def read(self, amt: int | None = None) -> bytes:
        """What there is, at most `amt` bytes, or all that is left: before version 2.2, urllib3 has no `read1`."""
        return super().read() if amt is None else self.read1(amt)


class _Beneath(http.client.HTTPConnection):
    response_class = _Response

    def getresponse(self) -> http.client.HTTPResponse:
        """The head of the response: http.client takes an interim, broken or incomplete one for the answer's."""
        response = super().getresponse()
        message, fields = response.msg, response.msg.items()
        if response.status < 200 or message.defects or any("\0" in value for _, value in fields):
            response.close()
            self.close()
            if (rest := str(message.get_payload())) and not rest.endswith("\n"):
                raise ConnectionError("the head of the response is cut off")
            raise http.client.HTTPException("the head of the response is malformed, or an interim one")
        if (exchange := current.get()) is not None:  # urllib3 puts the fields in another order.
            exchange.pairs = tuple((name, _FOLD.sub(" ", value)) for name, value in fields)
        return response


class _Pool(HTTPConnectionPool):
    @property
    def ConnectionCls(self) -> Any:  # type: ignore[override]  # noqa: N802 - urllib3's name
        """Ours, unless a tool has put its own in the place of urllib3's."""
        theirs: Any = super().ConnectionCls
        return ours(theirs) if theirs.__module__.startswith("urllib3") else theirs


class _Manager(PoolManager):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pool_classes_by_scheme = {scheme: ours(pool) for scheme, pool in self.pool_classes_by_scheme.items()}


@functools.cache
def ours(theirs: Any) -> Any:
    """The class of urllib3 for connections, pools or their managers, with what is here."""
    for mixin, base in ((_Manager, PoolManager), (_Pool, HTTPConnectionPool)):
        if issubclass(theirs, base):
            return type(theirs.__name__, (mixin, theirs), {})
    return type(theirs.__name__, (_Connection, theirs) if IS_FUTURE else (_Connection, theirs, _Beneath), {})
