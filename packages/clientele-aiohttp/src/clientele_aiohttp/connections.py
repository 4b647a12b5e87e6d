"""The connections of a session.

What is different about them, and why:

- Bytes that come beyond a response, at once or while the connection is idle, answer no request.
- Silence counts from the moment at which the request is out, or its answer begins. aiohttp lets an interim response
  start the clock in the middle of an upload, and stop it for good after one.
- One timer serves for all of it. aiohttp makes two for each exchange, and one for each piece of a body.
- Closing doesn't wait until the peer has taken what was still to be sent, or has said goodbye: a loop that ends
  meanwhile would leave the connection open.

`ResponseHandler` is private to aiohttp, and so are `_factory` and `_create_connection` of a connector and `_parser`,
`_tail` and all about timeouts of a handler. They are tested with the lowest and the newest version.
"""

from __future__ import annotations

import asyncio
import functools
import weakref
from collections.abc import Callable
from typing import Any, cast

import aiohttp
from aiohttp.client_proto import ResponseHandler

from clientele.http.sockets import news_of
from clientele_aiohttp.heads import MAX_HEAD
from clientele_aiohttp.messages import OneResponse

_OURS = {**dict.fromkeys(("max_line_size", "max_field_size", "max_headers"), MAX_HEAD), "read_timeout": None}


class Connector(aiohttp.TCPConnector):
    """Makes connections, and never waits for one to become free: how many are in use is settled before.

    Args:
        limit: how many connections there are at most, idle ones included.
        options: those of `aiohttp.TCPConnector`.
    """

    def __init__(self, limit: int, **options: Any) -> None:
        super().__init__(limit=0, **options)
        self._most = limit
        self._coming = 0
        self._made: weakref.WeakSet[_Connection] = weakref.WeakSet()
        self._factory = cast(Any, functools.partial(_Connection, self._loop, self._made))

    async def close(self, **options: Any) -> None:
        """Close all connections, and wait until their sockets are closed."""
        await super().close(**options)
        attached = [connection for connection in self._made if connection.is_attached]
        for connection in list(self._made):
            connection.close()
        await asyncio.gather(*filter(None, (each.closed for each in attached)), return_exceptions=True)

    async def _create_connection(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, *args: Any
    ) -> ResponseHandler:
        self._make_room()
        self._coming += 1
        try:
            return await super()._create_connection(*args)
        finally:
            self._coming -= 1

    def _make_room(self) -> None:
        """Close the connection that has been idle for the longest time, if there would be too many otherwise."""
        there = [connection for connection in self._made if connection.transport is not None]
        idle = [connection for connection in there if connection.is_idle]
        if idle and len(there) + self._coming >= self._most:
            min(idle, key=lambda connection: connection.used).close()


class _Connection(ResponseHandler):
    def __init__(self, loop: asyncio.AbstractEventLoop, made: weakref.WeakSet[_Connection]) -> None:
        super().__init__(loop)
        self._made = made
        self._response: OneResponse | None = None
        self._patience: float | None = None
        self._has_news: Callable[[], bool] = _never
        self._silent_from: float | None = None
        self._clock: asyncio.TimerHandle | None = None
        self.used = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether its last response has ended."""
        return self._response is not None and self._response.complete

    @property
    def is_attached(self) -> bool:
        """Whether it will be told when the socket is closed. Within a tunnel that is another one's task."""
        return self.transport is None or self.transport.get_protocol() is self

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """There is a socket to be closed. Within a tunnel there is none to look at."""
        super().connection_made(transport)
        socket = transport.get_extra_info("socket")
        self._has_news = _never if socket is None else news_of(socket)
        self._made.add(self)

    def set_response_params(self, *, read_timeout: float | None = None, **params: Any) -> None:
        """A request is about to be sent; what follows is its response."""
        self._patience = read_timeout
        self.used = self._loop.time()
        early, self._tail = self._tail, b""
        super().set_response_params(**{**params, **_OURS})
        self._response = OneResponse(self._parser, self)
        self._parser = cast(Any, self._response)
        if early:
            self.data_received(early)

    def start_timeout(self) -> None:
        """The request is out."""
        self.read_timeout = self._patience
        super().start_timeout()

    def answered(self) -> None:
        """The response has begun, maybe before the request was out."""
        if self.read_timeout is None:
            self.start_timeout()

    def _reschedule_timeout(self) -> None:
        """Silence begins now. One timer is enough for all of it: when it ends too early, it goes on."""
        patience = self.read_timeout
        self._silent_from = self._loop.time() if patience else None
        if patience and (self._clock is None or self._clock.when() > self._loop.time() + patience):
            self._stop_clock()
            self._clock = self._loop.call_later(patience, self._on_clock)

    def _drop_timeout(self) -> None:
        self._silent_from = None
        if self.transport is None:
            self._stop_clock()

    def _on_clock(self) -> None:
        self._clock = None
        if self._silent_from is None or not self.read_timeout:
            return
        left = self._silent_from + self.read_timeout - self._loop.time()
        if left > 0:
            self._clock = self._loop.call_later(left, self._on_clock)
        else:
            self._on_read_timeout()

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def connection_lost(self, exc: BaseException | None) -> None:
        """Where a body ends with its connection, aiohttp takes a connection that broke for one that ended."""
        if exc is not None and self._response is not None:
            self._response.fail(aiohttp.ClientPayloadError("the connection broke"), exc)
        self._stop_clock()
        super().connection_lost(exc)

    def is_connected(self) -> bool:
        """Whether the connection can be used. A loop that hasn't run may not know yet what has come meanwhile."""
        return super().is_connected() and not (self.is_idle and self._has_news())

    def close(self) -> None:
        """Close the connection, whatever is still to be sent."""
        transport = self.transport
        super().close()
        if transport is not None:
            transport.abort()


def _never() -> bool:
    return False
