"""One accepted connection, down to how it ends: FIN, FIN without a TLS goodbye, or RST."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import sys
import threading
import time

from clientele_conformance.journal import journal, place
from clientele_conformance.servers.channel import TLSChannel
from clientele_conformance.servers.conversation import Conversation, PeerGone
from clientele_conformance.servers.incoming import Incoming

_RECEIVE_SIZE = 1 << 16
_ONLY_A_CLOSE_WAKES = sys.platform == "win32"
"""Whether a thread that waits for a socket goes on waiting when another one shuts it down."""

LINGER_ZERO = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""For SO_LINGER: on, 0 seconds. close() then sends RST instead of FIN."""


class Connection(Conversation):
    """A conversation over a socket, which can end in every way."""

    def __init__(self, sock: socket.socket, number: int, stopping: threading.Event, port: int) -> None:
        super().__init__(number, stopping)
        self._name = place(port, number)
        self._socket = sock
        self._incoming = Incoming(sock)
        self._channel: Incoming | TLSChannel = self._incoming
        self._attached: list[socket.socket] = []
        self._ending = threading.Lock()
        with contextlib.suppress(OSError):  # On some systems it fails if the peer has already gone.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def closed(self) -> bool:
        """Whether this side has closed the connection."""
        return self._socket.fileno() < 0

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Go on with TLS. Raises OSError if the handshake fails."""
        self._channel = TLSChannel(self._incoming, context)
        self._channel.handshake()

    # Receiving

    def receive(self) -> bytes:
        """The bytes that arrived next; PeerGone at the end."""
        try:
            data = self._channel.recv(_RECEIVE_SIZE)
        except OSError as error:
            raise PeerGone from error
        if not data:
            raise PeerGone
        return data

    def drain(self, seconds: float) -> None:
        """Read and forget what still comes, until the peer closes or the time is up."""
        self._buffer.clear()
        deadline = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            while (left := deadline - time.monotonic()) > 0:
                self._socket.settimeout(left)
                if not self._socket.recv(_RECEIVE_SIZE):  # Below TLS: the data is discarded.
                    break

    # Sending and waiting

    def send(self, data: bytes) -> None:
        """Hand `data` to the network in one piece."""
        if self.closed:
            self._stop_if_asked()
            raise RuntimeError("the script sends after it has closed the connection")
        journal.note("came back", data, self._name)
        try:
            self._channel.sendall(data)
        except OSError as error:
            raise PeerGone from error

    def _is_over(self, within_ms: int | None) -> bool:
        return self._incoming.has_ended(within_ms)

    # Ending

    def half_close(self) -> None:
        """Send FIN (over TLS close_notify first) and stay ready to receive."""
        self._say_goodbye()
        _shut(self._socket, socket.SHUT_WR)

    def close(self, *, notify: bool = True) -> None:
        """Send FIN and forget the connection; `notify=False` leaves out TLS's close_notify."""
        if notify and not self.closed:
            self._say_goodbye()
        with self._ending:
            self._socket.close()

    def reset(self) -> None:
        """Forget the connection so that the peer gets RST."""
        with self._ending:
            if not self.closed:
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
                self._socket.close()

    def attach(self, sock: socket.socket) -> None:
        """Have `sock`, for instance the other end of a tunnel, interrupted together with this connection."""
        self._attached.append(sock)
        self._stop_if_asked()

    def interrupt(self) -> None:
        """Wake the thread that waits for this connection, from another thread."""
        with self._ending:
            for sock in (self._socket, *self._attached):
                _shut(sock, socket.SHUT_RDWR)
                if _ONLY_A_CLOSE_WAKES:
                    sock.close()

    def _say_goodbye(self) -> None:
        if isinstance(self._channel, TLSChannel):
            self._channel.say_goodbye()


def _shut(sock: socket.socket, how: int) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(how)
