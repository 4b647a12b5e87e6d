"""The socket of a synchronous connection, with what urllib3-future uses of a socket, and cures for how it uses it.

Reading says what broke, and a reset is no end of a response. Sending has a limit of its own, for each piece. A server
that stops reading, or is gone, may have answered before: then the answer is read, which is what urllib3-future does at
a BrokenPipeError. Another thread can cut the connection.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable
from typing import Any

from clientele_niquests.breaks import ReadBroken, ReadTimedOut, WriteTimedOut
from clientele_niquests.library import SSLTransport, wait_for_read

PIECE = 64 * 1024


class Socket:
    """A TCP connection, on which TLS may be started, more than once."""

    type = socket.SOCK_STREAM

    def __init__(self, plain: socket.socket, limit: float | None) -> None:
        with contextlib.suppress(OSError):  # It may be gone already, which reading will tell.
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._plain = plain
        self._socket: Any = plain
        self._limit = limit
        self._applied: float | None = -1.0
        self.send_limit: float | None = limit
        """In seconds, for each piece that is sent; None is no limit. `settimeout` sets the one for receiving."""
        self.is_sending = False
        """Whether a request is on its way, so that what is received is about sending it: HTTP/2 has credit for it."""
        self.is_broken = False
        """Whether something could not be sent: there is nothing more to send on this connection."""
        self.is_multiplexed = False
        """Whether it is HTTP/2, where no message ends with the connection; older urllib3-futures have bodies end so."""
        self.before_reading: Callable[[], None] = _nothing
        """May raise what keeps the connection from being read."""

    def start_tls(self, context: ssl.SSLContext, hostname: str) -> None:
        """Shake hands; `context` is only read."""
        self._apply(self._limit)
        if isinstance(self._plain, ssl.SSLSocket):
            self._socket = SSLTransport(self._plain, context, hostname)
            return
        self._plain = self._socket = context.wrap_socket(
            self._plain, server_hostname=hostname, do_handshake_on_connect=False
        )
        self._plain.do_handshake()

    def recv(self, size: int) -> bytes:
        """At most `size` bytes; none at the end.

        Raises:
            ReadTimedOut, WriteTimedOut: nothing came in time.
            ReadBroken: the connection is gone, or HTTP/2 has come to its end.
        """
        self.before_reading()
        self._apply(self.send_limit if self.is_sending else self._limit)
        try:
            received: bytes = self._socket.recv(size)
        except TimeoutError as error:
            raise (WriteTimedOut if self.is_sending else ReadTimedOut)("the server has fallen silent") from error
        except OSError as error:
            raise ReadBroken("the connection broke") from error
        if not received and self.is_multiplexed:
            raise ReadBroken("the connection has ended")
        return received

    def sendall(self, data: bytes) -> None:
        """Send `data` piece by piece.

        Raises:
            BrokenPipeError: it can't be sent; there may be an answer all the same.
            WriteTimedOut: the server doesn't take it, and doesn't answer either.
            ReadBroken: it is not of a request, and can't be sent; over HTTP/2 there is no more to it than that.
        """
        self._apply(self.send_limit)
        view = memoryview(data)
        try:
            for start in range(0, len(view), PIECE):
                self._socket.sendall(view[start : start + PIECE])
        except TimeoutError as error:
            self.is_broken = True
            if not self.is_readable():
                raise WriteTimedOut("the server has stopped taking the request") from error
            raise BrokenPipeError("the server answers before it has read the request") from error
        except OSError as error:
            self.is_broken = True
            if self.is_sending or not self.is_multiplexed:
                raise (BrokenPipeError if self.is_sending else ReadBroken)("the connection broke") from error

    def has_input(self) -> bool:
        """Whether there is something to read, or the end. What only TLS itself has to say doesn't count."""
        if not isinstance(self._plain, ssl.SSLSocket):
            return wait_for_read(self._plain, timeout=0)
        self._apply(0)
        try:
            self._socket.recv(1)
        except (ssl.SSLWantReadError, BlockingIOError):
            return False
        except OSError:
            return True
        return True

    def is_readable(self) -> bool:
        """Whether there is something to read, without reading it: over TLS it may be about TLS only."""
        return wait_for_read(self._plain, timeout=0)

    def cut(self) -> None:
        """Shut down both halves beneath TLS, so that a blocked read or write of another thread returns."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._plain, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close it, whoever uses it."""
        self.cut()
        self._plain.close()

    def settimeout(self, seconds: float | None) -> None:
        """Limit how long `recv` waits."""
        self._limit = seconds

    def gettimeout(self) -> float | None:
        """The limit of `recv`."""
        return self._limit

    def __getattr__(self, name: str) -> Any:
        """All else that a socket has."""
        return getattr(self._socket, name)

    def _apply(self, limit: float | None) -> None:
        if limit != self._applied:
            self._socket.settimeout(limit)
            self._applied = limit


def _nothing() -> None:
    """Nothing keeps a new connection from being read."""
