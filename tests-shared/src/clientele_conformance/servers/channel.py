"""TLS over a socket that stays in our hands, so that a server can end the one without the other."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable
from typing import TypeVar

from clientele_conformance.servers.incoming import Incoming

_BLOCK = 1 << 16

_T = TypeVar("_T")


class TLSChannel:
    """The server's side of TLS on `sock`, with the two methods of a socket that a conversation needs."""

    def __init__(self, sock: Incoming, context: ssl.SSLContext) -> None:
        self._socket = sock
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    def handshake(self) -> None:
        """Agree with the client, or raise OSError."""
        self._exchange(self._tls.do_handshake)

    def recv(self, size: int) -> bytes:
        """At most `size` bytes of content; none after close_notify, OSError after an end without it."""
        try:
            return self._exchange(lambda: self._tls.read(size))
        except ssl.SSLZeroReturnError:
            return b""

    def sendall(self, data: bytes) -> None:
        """Send `data`, all its records at once."""
        self._exchange(lambda: self._tls.write(data))

    def say_goodbye(self) -> None:
        """Send close_notify, and don't wait for the peer's."""
        with contextlib.suppress(OSError):
            self._tls.unwrap()
        with contextlib.suppress(OSError):
            self._flush()

    def _exchange(self, operation: Callable[[], _T]) -> _T:
        """The operation's result, with what the network has to carry for it."""
        while True:
            try:
                result = operation()
            except ssl.SSLWantReadError:
                self._flush()
                self._receive()
            except ssl.SSLError:
                self._flush()  # The alert that tells the peer why.
                raise
            else:
                self._flush()
                return result

    def _receive(self) -> None:
        data = self._socket.recv(_BLOCK)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._socket.sendall(self._outgoing.read())
