"""A connection of urllib3-future that is connected by us, for asynchronous calls; see `connections` for the reasons.

`_connect_timings` is private, as what is named there.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from clientele.http.timeouts import Timeout
from clientele_niquests.breaks import Break, ConnectFailed, ConnectTimedOut
from clientele_niquests.connections import DELAYS, FAILURES, UNREADABLE
from clientele_niquests.library import AsyncHTTPConnection, AsyncHTTPResponse, HttpVersion, exceptions
from clientele_niquests.machines import Machine, choose
from clientele_niquests.messages import Outgoing
from clientele_niquests.pieces import pieces
from clientele_niquests.routes import Route
from clientele_niquests.sockets import PIECE
from clientele_niquests.streams import AsyncSocket


class AsyncConnection(AsyncHTTPConnection):
    """An asynchronous connection.

    Args:
        route: what to connect to.
    """

    sock: Any

    def __init__(self, route: Route) -> None:
        super().__init__(route.host, route.port, blocksize=PIECE, disabled_svn={HttpVersion.h3})
        self.scheme = route.scheme  # type: ignore[misc]
        self._route = route
        self._machine: Machine
        self._stream: AsyncSocket | None = None

    async def open(self, limits: Timeout) -> None:
        """Connect.

        Raises:
            ConnectTimedOut, ConnectFailed: it can't.
        """
        self.timeout = None
        try:
            async with asyncio.timeout(limits.connect):
                await self.connect()
        except DELAYS as error:
            raise ConnectTimedOut("connecting took too long") from error
        except FAILURES as error:
            raise ConnectFailed(str(error)) from error

    async def connect(self) -> None:
        """Connect, open the tunnel if there is one, and shake hands."""
        route = self._route
        if route.tunnel is not None:
            self.set_tunnel(*route.tunnel)
        self.sock = self._stream = await AsyncSocket.connect(route.host, route.port, route.source)
        self._connect_timings = timedelta(), timedelta(), datetime.now(UTC)
        if route.proxy_tls is not None:
            await self.sock.start_tls(route.proxy_tls, route.host)
        if route.tunnel is not None:
            await self._post_conn()
            await self._tunnel()
            self._tunnel_host = None
        if route.tls is not None:
            await self.sock.start_tls(route.tls, route.server_name)
        choose(self, self.sock.selected_alpn_protocol() if route.tls else None)
        await self._post_conn()
        self._machine = Machine(self)
        self.sock.before_reading = self._machine.refuse_more
        self.sock.is_multiplexed = self._machine.is_multiplexed

    async def exchange(self, request: Outgoing, limits: Timeout) -> AsyncHTTPResponse:
        """Send `request` and return its response, the body unread."""
        sock = self.sock
        self.timeout, sock.send_limit, sock.is_sending = limits.read, limits.write, True
        body = pieces(request.body, self.max_frame_size)
        try:
            promise = await self.request(
                request.method,
                request.target,
                body,
                request.headers,
                preload_content=False,
                decode_content=False,
            )
        except BrokenPipeError as error:
            promise = error.promise  # type: ignore[attr-defined]
        sock.is_sending = False
        try:
            response = await self.getresponse(promise=promise)
        except UNREADABLE as error:
            raise exceptions.ProtocolError("the head of the response is no head") from error
        self._machine.complete(response)
        return response

    def is_reusable(self) -> bool:
        """Whether the last exchange has left it as it was."""
        return self.sock is not None and not self.sock.is_broken and self._machine.is_at_rest()

    async def is_ready(self) -> bool:
        """Whether it still is while nobody has used it."""
        if not await self.sock.has_input():
            return True
        if not self._machine.is_multiplexed:
            return False
        try:
            await self.peek_and_react()
        except Break:
            return False
        return self.is_reusable()

    def kill(self) -> None:
        """Close its socket, whoever uses it."""
        if self._stream is not None:
            self._stream.close()

    async def wait_for_close(self) -> None:
        """Wait until the socket is closed."""
        if self._stream is not None:
            await self._stream.wait_for_close()

    async def close(self) -> None:  # type: ignore[override]
        """Forget the socket, too, as urllib3-future does when a connection has come to an end."""
        self.kill()
        self.sock = None
        await super().close()

    async def _upgrade(self) -> None:  # type: ignore[override]
        """Nowhere: Alt-Svc would lead to another port, and to other protocols."""
