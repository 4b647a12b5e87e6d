"""The transport adapters of our sessions: niquests' own way to say how requests are sent.

They send a request exactly as it is, once, over connections of their own; see `connections` and `pool` for what these
cure. What a session says of proxies, certificates and retries is settled when the adapter is made, and ignored here.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import niquests
from niquests.adapters import AsyncBaseAdapter, BaseAdapter

from clientele.http.deadline import Deadline
from clientele.http.timeouts import Timeout
from clientele_niquests.async_connections import AsyncConnection
from clientele_niquests.connections import Connection
from clientele_niquests.messages import native_response, outgoing
from clientele_niquests.pool import Pool
from clientele_niquests.routes import Place, Routes, place_of

_SECONDS_TO_CLOSE = 1.0


class Adapter(BaseAdapter):
    """Sends the requests of a session.

    Args:
        routes: the ways of its requests.
        limit: how many connections are kept.
    """

    def __init__(self, routes: Routes, limit: int) -> None:
        super().__init__()
        self._routes = routes
        self._pool = Pool[Connection](limit)

    def send(self, request: niquests.PreparedRequest, **options: Any) -> niquests.Response:  # type: ignore[override]
        """As niquests asks for it."""
        return self.exchange(request, _limits(options.get("timeout")))

    def exchange(
        self, request: niquests.PreparedRequest, limits: Timeout, deadline: Deadline | None = None
    ) -> niquests.Response:
        """Send `request` and return its response, the body unread; closing it gives its connection back."""
        place = place_of(str(request.url))
        connection = self._ready(place) or self._opened(place, limits, deadline)
        if deadline is not None:
            deadline.watch(connection.cut)
        try:
            raw = connection.exchange(outgoing(request, place, self._routes), limits)
        except BaseException:
            self._pool.discard(connection)
            raise
        response = niquests.Response()
        native_response(response, request, raw, partial(self._give_back, connection, deadline))
        return response

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()

    def _ready(self, place: Place) -> Connection | None:
        while (connection := self._pool.take(place.origin)) is not None:
            if connection.is_ready():
                return connection
            self._pool.discard(connection)
        return None

    def _opened(self, place: Place, limits: Timeout, deadline: Deadline | None) -> Connection:
        connection = Connection(self._routes.route_to(place))
        self._pool.admit(connection, place.origin)
        try:
            connection.open(limits, deadline)
        except BaseException:
            self._pool.discard(connection)
            raise
        return connection

    def _give_back(self, connection: Connection, deadline: Deadline | None) -> None:
        if deadline is not None:
            deadline.watch(_nothing)
        self._pool.give_back(connection)


class AsyncAdapter(AsyncBaseAdapter):
    """`Adapter`, for an asynchronous session."""

    def __init__(self, routes: Routes, limit: int) -> None:
        super().__init__()
        self._routes = routes
        self._pool = Pool[AsyncConnection](limit)

    async def send(  # type: ignore[override]
        self, request: niquests.PreparedRequest, **options: Any
    ) -> niquests.AsyncResponse:
        """As niquests asks for it."""
        return await self.exchange(request, _limits(options.get("timeout")))

    async def exchange(self, request: niquests.PreparedRequest, limits: Timeout) -> niquests.AsyncResponse:
        """Send `request` and return its response, the body unread; closing it gives its connection back."""
        place = place_of(str(request.url))
        connection = await self._ready(place) or await self._opened(place, limits)
        try:
            raw = await connection.exchange(outgoing(request, place, self._routes), limits)
        except BaseException:
            self._pool.discard(connection)
            raise
        response = niquests.AsyncResponse()
        native_response(response, request, raw, partial(self._pool.give_back, connection))
        return response

    async def close(self) -> None:
        """Close all connections."""
        closing = [asyncio.ensure_future(connection.wait_for_close()) for connection in self._pool.clear()]
        if closing:
            await asyncio.wait(closing, timeout=_SECONDS_TO_CLOSE)

    async def _ready(self, place: Place) -> AsyncConnection | None:
        while (connection := self._pool.take(place.origin)) is not None:
            try:
                is_ready = await connection.is_ready()
            except BaseException:
                self._pool.discard(connection)
                raise
            if is_ready:
                return connection
            self._pool.discard(connection)
        return None

    async def _opened(self, place: Place, limits: Timeout) -> AsyncConnection:
        connection = AsyncConnection(self._routes.route_to(place))
        self._pool.admit(connection, place.origin)
        try:
            await connection.open(limits)
        except BaseException:
            self._pool.discard(connection)
            raise
        return connection


def _nothing() -> None:
    """What is left to cut of a connection that has been given back."""


def _limits(timeout: Any) -> Timeout:
    """What a session says: seconds, or a pair of them for connecting and reading."""
    connect, read = timeout[:2] if isinstance(timeout, tuple) else (timeout, timeout)
    return Timeout(connect, read, read)
