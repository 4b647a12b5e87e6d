"""A connection of urllib3-future that is connected by us, for synchronous calls.

Its own way there writes into a TLS context that it is given, has no limit for a handshake on asyncio, and takes
whatever goes wrong for the same. Everything else is as it is: a tunnel, the request, the response. `_post_conn`,
`_tunnel`, `_tunnel_host` and `_upgrade` are private, and tested with the lowest and the newest version.
"""

from __future__ import annotations

import socket
from typing import Any

from clientele.http.deadline import Deadline
from clientele.http.timeouts import Timeout
from clientele_niquests.breaks import Break, ConnectFailed, ConnectTimedOut, ReadBroken, ReadTimedOut, WriteTimedOut
from clientele_niquests.library import HTTPConnection, HTTPResponse, HttpVersion, exceptions
from clientele_niquests.machines import Machine, choose
from clientele_niquests.messages import Outgoing
from clientele_niquests.pieces import pieces
from clientele_niquests.routes import Route
from clientele_niquests.sockets import PIECE, Socket

FAILURES = (OSError, ValueError, exceptions.HTTPError, ReadBroken)
"""What connecting raises: of the operating system, of TLS, of a host name that none can have, of a proxy's answer."""

DELAYS = (TimeoutError, ReadTimedOut, WriteTimedOut)
"""What connecting raises when it takes too long."""

NEWS = 16
"""So often an idle connection with HTTP/2 is read before it is used again, at most: each time, TLS gives one record."""

UNREADABLE = (ValueError, RecursionError)
"""What a head raises that the state machine has let through: a number that is none, interim responses without end."""


class Connection(HTTPConnection):
    """A synchronous connection.

    Args:
        route: what to connect to.
    """

    sock: Any

    def __init__(self, route: Route) -> None:
        super().__init__(route.host, route.port, blocksize=PIECE, disabled_svn={HttpVersion.h3})
        self.scheme = route.scheme  # type: ignore[misc]
        self._route = route
        self._machine: Machine
        self._deadline: Deadline | None = None

    def open(self, limits: Timeout, deadline: Deadline | None) -> None:
        """Connect.

        Raises:
            ConnectTimedOut, ConnectFailed: it can't.
        """
        self.timeout, self._deadline = limits.connect, deadline
        try:
            self.connect()
        except DELAYS as error:
            raise ConnectTimedOut("connecting took too long") from error
        except FAILURES as error:
            raise ConnectFailed(str(error)) from error

    def connect(self) -> None:
        """Connect, open the tunnel if there is one, and shake hands."""
        route = self._route
        if route.tunnel is not None:
            self.set_tunnel(*route.tunnel)
        plain = socket.create_connection((route.host, route.port), self.timeout, route.source)
        self.sock = Socket(plain, self.timeout)
        if self._deadline is not None:
            self._deadline.watch(self.sock.cut)
        if route.proxy_tls is not None:
            self.sock.start_tls(route.proxy_tls, route.host)
        if route.tunnel is not None:
            self._post_conn()
            self._tunnel()
            self._tunnel_host = None
        if route.tls is not None:
            self.sock.start_tls(route.tls, route.server_name)
        choose(self, self.sock.selected_alpn_protocol() if route.tls else None)
        self._post_conn()
        self._machine = Machine(self)
        self.sock.before_reading = self._machine.refuse_more
        self.sock.is_multiplexed = self._machine.is_multiplexed

    def exchange(self, request: Outgoing, limits: Timeout) -> HTTPResponse:
        """Send `request` and return its response, the body unread."""
        sock = self.sock
        self.timeout, sock.send_limit, sock.is_sending = limits.read, limits.write, True
        body = pieces(request.body, self.max_frame_size)
        try:
            promise = self.request(
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
            response = self.getresponse(promise=promise)
        except UNREADABLE as error:
            raise exceptions.ProtocolError("the head of the response is no head") from error
        self._machine.complete(response)
        return response

    def is_reusable(self) -> bool:
        """Whether the last exchange has left it as it was."""
        return self.sock is not None and not self.sock.is_broken and self._machine.is_at_rest()

    def is_ready(self) -> bool:
        """Whether it still is while nobody has used it."""
        if not self._machine.is_multiplexed:
            return not self.sock.has_input()
        try:
            for _ in range(NEWS):
                self.peek_and_react()
                if self.sock is None or not self.sock.is_readable():
                    break
        except ReadTimedOut:
            pass  # There was something to read, but it was about TLS only.
        except Break:
            return False
        return self.is_reusable()

    def cut(self) -> None:
        """End what another thread does with its socket."""
        sock = self.sock
        if sock is not None:
            sock.cut()

    def kill(self) -> None:
        """Close its socket, whoever uses it."""
        sock = self.sock
        if sock is not None:
            sock.close()

    def close(self) -> None:
        """Forget the socket, too, as urllib3-future does when a connection has come to an end."""
        self.kill()
        self.sock = None
        super().close()

    def _upgrade(self) -> None:
        """Nowhere: Alt-Svc would lead to another port, and to other protocols."""
