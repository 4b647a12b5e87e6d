"""TLS over a socket that stays in our hands, so that a server can end the one without the other."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from clientele_conformance.servers.incoming import Incoming

_BLOCK = 1 << 16

_T = TypeVar("_T")


class TLSChannel:
    """The server's side of TLS on `sock`, with the two methods of a socket that a conversation needs.

    One thread may receive while another one sends, as the two directions of a tunnel do. OpenSSL bears one at a time
    (https://docs.openssl.org/3.0/man7/openssl-threads/), and records have to leave in the order they were made in.
    """

    def __init__(self, sock: Incoming, context: ssl.SSLContext) -> None:
        self._socket = sock
        self._using = threading.Lock()
        self._sending = threading.Lock()
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
        with self._sending:
            with self._using:
                self._tls.write(data)
                records = self._outgoing.read()
            self._socket.sendall(records)

    def say_goodbye(self) -> None:
        """Send close_notify, and don't wait for the peer's."""
        with contextlib.suppress(OSError), self._turn():
            self._tls.unwrap()

    def _exchange(self, operation: Callable[[], _T]) -> _T:
        """The operation's result, once the network has carried what it needs."""
        while True:
            try:
                with self._turn():
                    return operation()
            except ssl.SSLWantReadError:
                self._receive()

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """TLS for this thread alone; what it leaves to be sent, if only an alert that tells the peer why, is sent."""
        pending = 0
        try:
            with self._using:
                try:
                    yield
                finally:
                    pending = self._outgoing.pending
        finally:
            if pending:
                self._flush()

    def _receive(self) -> None:
        data = self._socket.recv(_BLOCK)
        with self._using:
            if data:
                self._incoming.write(data)
            else:
                self._incoming.write_eof()

    def _flush(self) -> None:
        with self._sending:
            with self._using:
                records = self._outgoing.read()
            self._socket.sendall(records)
