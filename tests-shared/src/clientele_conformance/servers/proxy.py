"""A forwarding proxy: tunnels for CONNECT, and plain requests whose target is a whole URL."""

from __future__ import annotations

import base64
import socket
import ssl
from urllib.parse import urlsplit

from clientele_conformance.servers.connection import Connection
from clientele_conformance.servers.conversation import Conversation, PeerGone
from clientele_conformance.servers.listener import Listener
from clientele_conformance.servers.messages import head, response
from clientele_conformance.servers.reading import read_body, read_head
from clientele_conformance.servers.recorded import Malformed, RecordedRequest
from clientele_conformance.servers.tunnel import tunnel

_CONNECT_SECONDS = 5.0
_BLOCK = 1 << 16
_MAX_HEAD = 1 << 20
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "proxy-authorization", "proxy-connection"})


class Proxy(Listener):
    """A proxy that records the requests it gets, as an origin does, those inside tunnels excepted.

    - `credentials`: user and password that have to come as Basic; without them the answer is 407.
    - `refuse`: a status with which it answers everything, and `reason` the phrase behind it.
    - `opened`: what it answers to a CONNECT.
    - `upstream`: where all connections go, whatever host the client names; by default to the named host.
    - `tls`: the context with which clients are spoken to.
    """

    def __init__(
        self,
        *,
        credentials: tuple[str, str] | None = None,
        refuse: int | None = None,
        reason: str | None = None,
        opened: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n",
        upstream: tuple[str, int] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(tls=tls)
        self._credentials = credentials
        self._refuse = refuse
        self._reason = reason
        self._opened = opened
        self._upstream = upstream

    @property
    def tunnels(self) -> list[str]:
        """The targets of the CONNECT requests, as `host:port`."""
        return [request.target for request in self.requests if request.method == "CONNECT"]

    def converse(self, connection: Conversation) -> None:
        """Serve one request: a tunnel, a forwarded request, or a refusal."""
        if not isinstance(connection, Connection):
            raise TypeError("a proxy needs a socket")
        try:
            request = read_head(connection)
            read_body(connection, request)
        except Malformed as error:
            self._malformed.append(str(error))
            connection.send(response(400, _CLOSE))
            return
        self._record(request)
        refusal = self._refusal(request)
        if refusal is not None:
            connection.send(refusal)
            return
        self._forward(connection, request)

    def _refusal(self, request: RecordedRequest) -> bytes | None:
        if self._refuse is not None:
            return head(self._refuse, [*_CLOSE, ("Content-Length", "0")], reason=self._reason)
        if self._credentials is not None and request.header("proxy-authorization") != _basic(*self._credentials):
            return response(407, [("Proxy-Authenticate", 'Basic realm="proxy"'), *_CLOSE])
        if request.method != "CONNECT" and not request.target.startswith("http://"):
            return response(400, _CLOSE)
        return None

    def _forward(self, connection: Connection, request: RecordedRequest) -> None:
        try:
            upstream = socket.create_connection(self._upstream or _named(request), _CONNECT_SECONDS)
        except OSError:
            connection.send(response(502, _CLOSE))
            return
        with upstream:
            upstream.settimeout(None)
            upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.attach(upstream)
            if request.method == "CONNECT":
                connection.send(self._opened)
                tunnel(connection, upstream)
            else:
                _exchange(connection, upstream, _rewritten(request))


_CLOSE = [("Connection", "close")]


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _named(request: RecordedRequest) -> tuple[str, int]:
    url = request.target if request.method != "CONNECT" else f"//{request.target}"
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 80


def _rewritten(request: RecordedRequest) -> bytes:
    """The request as an origin gets it: a path for a target, and no fields that were for the proxy."""
    parts = urlsplit(request.target)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = [pair for pair in request.headers if pair[0].lower() not in _HOP_BY_HOP]
    lines = [f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in [*fields, *_CLOSE])]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + request.raw_body


def _exchange(connection: Connection, upstream: socket.socket, request: bytes) -> None:
    try:
        upstream.sendall(request)
        _hand_back(connection, upstream)
    except OSError as error:
        raise PeerGone from error


def _hand_back(connection: Connection, upstream: socket.socket) -> None:
    """The response as it comes, with a word that the connection ends with it."""
    received = b""
    while b"\r\n\r\n" not in received and len(received) < _MAX_HEAD:
        data = upstream.recv(_BLOCK)
        if not data:
            break
        received += data
    connection.send(received.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
    while data := upstream.recv(_BLOCK):
        connection.send(data)
