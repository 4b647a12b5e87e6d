"""A client that is only a socket: it reads exactly the bytes that a server sends."""

from __future__ import annotations

import socket
import ssl
from types import TracebackType
from typing import Self

from clientele_conformance.servers.messages import Headers

_BLOCK = 1 << 20


class PlainClient:
    """One connection to `address`, over TLS if there is a context. Everything ends within `seconds` or TimeoutError.

    Over TLS, an end without close_notify is ssl.SSLEOFError.
    """

    def __init__(
        self,
        address: tuple[str, int],
        *,
        tls: ssl.SSLContext | None = None,
        host: str | None = None,
        seconds: float = 5.0,
    ) -> None:
        self.socket = socket.create_connection(address, seconds)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname=host or address[0], suppress_ragged_eofs=False)

    def send(self, data: bytes) -> None:
        """Send `data` as it is."""
        self.socket.sendall(data)

    def ask(self, target: str = "/", *, method: str = "GET", headers: Headers = (), body: bytes = b"") -> None:
        """Send a request with just a Host and these fields."""
        lines = [f"{method} {target} HTTP/1.1", "Host: test", *(f"{name}: {value}" for name, value in headers)]
        self.send("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def receive(self) -> bytes:
        """What arrives next, in one piece; nothing at the end."""
        return self.socket.recv(_BLOCK)

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes, or those that came before the end."""
        data = b""
        while len(data) < size and (piece := self.socket.recv(size - len(data))):
            data += piece
        return data

    def read_to_end(self) -> bytes:
        """Everything up to FIN."""
        data = bytearray()
        while piece := self.receive():
            data += piece
        return bytes(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()
