"""A SOCKS5 proxy (RFC 1928), which may ask for a user and a password (RFC 1929)."""

from __future__ import annotations

import socket

from clientele_conformance.servers.connection import Connection
from clientele_conformance.servers.conversation import Conversation
from clientele_conformance.servers.listener import Listener
from clientele_conformance.servers.tunnel import tunnel

_CONNECT_SECONDS = 5.0
_VERSION = 5
_NO_CREDENTIALS, _CREDENTIALS, _NONE_ACCEPTABLE = 0, 2, 0xFF
_CONNECT = 1
_IPV4, _NAME = 1, 3
_DONE, _REFUSED, _UNKNOWN_COMMAND = 0, 5, 7


class SocksProxy(Listener):
    """A proxy that tells which hosts and ports it was asked for, and knows nothing of HTTP.

    - `credentials`: user and password that have to come; without them a client is refused.
    - `upstream`: where all connections go, whatever host the client names; by default to the named host.
    """

    def __init__(self, *, credentials: tuple[str, str] | None = None, upstream: tuple[str, int] | None = None) -> None:
        super().__init__()
        self._credentials = credentials
        self._upstream = upstream
        self._targets: list[tuple[str, int]] = []

    @property
    def targets(self) -> list[tuple[str, int]]:
        """The hosts and ports that were asked for: a name where the client leaves resolving it to the proxy."""
        return list(self._targets)

    def converse(self, connection: Conversation) -> None:
        """Serve one tunnel."""
        if not isinstance(connection, Connection):
            raise TypeError("a proxy needs a socket")
        if not self._let_in(connection):
            return
        _, command, _, kind = connection.read_exactly(4)
        target = _host(connection, kind), int.from_bytes(connection.read_exactly(2), "big")
        self._targets.append(target)
        if command != _CONNECT:
            connection.send(_reply(_UNKNOWN_COMMAND))
            return
        self._connect(connection, target)

    def _let_in(self, connection: Connection) -> bool:
        _, count = connection.read_exactly(2)
        offered = connection.read_exactly(count)
        wanted = _NO_CREDENTIALS if self._credentials is None else _CREDENTIALS
        if wanted not in offered:
            connection.send(bytes([_VERSION, _NONE_ACCEPTABLE]))
            return False
        connection.send(bytes([_VERSION, wanted]))
        if self._credentials is None:
            return True
        connection.read_exactly(1)
        given = _text(connection), _text(connection)
        connection.send(bytes([1, given != self._credentials]))
        return given == self._credentials

    def _connect(self, connection: Connection, target: tuple[str, int]) -> None:
        try:
            upstream = socket.create_connection(self._upstream or target, _CONNECT_SECONDS)
        except OSError:
            connection.send(_reply(_REFUSED))
            return
        with upstream:
            upstream.settimeout(None)
            upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.attach(upstream)
            connection.send(_reply(_DONE))
            tunnel(connection, upstream)


def _host(connection: Connection, kind: int) -> str:
    if kind == _NAME:
        return _text(connection)
    family, length = (socket.AF_INET, 4) if kind == _IPV4 else (socket.AF_INET6, 16)
    return socket.inet_ntop(family, connection.read_exactly(length))


def _text(connection: Connection) -> str:
    """What follows the byte that has its length."""
    return connection.read_exactly(connection.read_exactly(1)[0]).decode()


def _reply(status: int) -> bytes:
    """The status, and an address that no client looks at: 0.0.0.0:0."""
    return bytes([_VERSION, status, 0, _IPV4]) + bytes(6)
