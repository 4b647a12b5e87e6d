"""One accepted connection, down to how it ends: FIN, FIN without a TLS goodbye, or RST."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import threading
import time

from clientele_conformance.journal import journal, place
from clientele_conformance.servers.channel import TLSChannel
from clientele_conformance.servers.recorded import Malformed, RecordedRequest

_RECEIVE_SIZE = 1 << 16
_PEER_SENT_FIN = getattr(select, "POLLRDHUP", select.POLLHUP)  # Linux only; elsewhere a FIN is seen by reading.
_LINGER_ZERO = struct.pack("ii", 1, 0)  # on, 0 seconds: close() then sends RST instead of FIN.
_WAIT_STEP = 0.02


class PeerGone(Exception):
    """The peer left, or the server is being stopped: the conversation is over."""


class Connection:
    """A connection as the server sees it: it buffers what came in and isn't used yet, and it can end in every way."""

    def __init__(self, sock: socket.socket, number: int, stopping: threading.Event, port: int) -> None:
        self.number = number
        self.request: RecordedRequest | None = None
        self._name = place(port, number)
        self._socket = sock
        self._channel: socket.socket | TLSChannel = sock
        self._stopping = stopping
        self._buffer = bytearray()
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
        self._channel = TLSChannel(self._socket, context)
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

    def read_until(self, mark: bytes, limit: int) -> bytes:
        """Everything up to and with `mark`, which has to come within `limit` bytes."""
        searched = 0
        while (found := self._buffer.find(mark, searched)) < 0:
            if len(self._buffer) > limit:
                raise Malformed(f"no {mark!r} in {limit} bytes")
            searched = max(0, len(self._buffer) - len(mark) + 1)
            self._buffer += self.receive()
        return self._take(found + len(mark))

    def read_exactly(self, size: int) -> bytes:
        """The next `size` bytes."""
        while len(self._buffer) < size:
            self._buffer += self.receive()
        return self._take(size)

    def read_some(self, limit: int) -> bytes:
        """At least one byte and at most `limit`, without waiting for more than there is."""
        if not self._buffer:
            self._buffer += self.receive()
        return self._take(limit)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def drain(self, seconds: float) -> None:
        """Read and forget what still comes, until the peer closes or the time is up."""
        self._buffer.clear()
        deadline = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            while (left := deadline - time.monotonic()) > 0:
                self._socket.settimeout(left)
                if not self._socket.recv(_RECEIVE_SIZE):  # Below TLS: nobody reads this.
                    break

    # Sending and waiting

    def send(self, data: bytes) -> None:
        """Hand `data` to the network in one piece."""
        if self.closed:
            raise RuntimeError("the script sends after it has closed the connection")
        journal.note("came back", data, self._name)
        try:
            self._channel.sendall(data)
        except OSError as error:
            raise PeerGone from error

    def pause(self, seconds: float) -> None:
        """Do nothing for a while."""
        self._stopping.wait(seconds)
        self._stop_if_asked()

    def wait_for(self, event: threading.Event, seconds: float) -> None:
        """Wait until the test sets `event`; PeerGone if the peer doesn't wait for it any more."""
        deadline = time.monotonic() + seconds
        while not event.wait(_WAIT_STEP):
            self._stop_if_asked()
            if not self.closed and self._is_over(within_ms=0):
                raise PeerGone
            if time.monotonic() > deadline:
                raise RuntimeError(f"no signal in {seconds} seconds")

    def wait_until_gone(self) -> None:
        """Neither read nor send until the peer closes or the server is stopped."""
        self._stop_if_asked()
        self._is_over(within_ms=None)

    def _is_over(self, within_ms: int | None) -> bool:
        poller = select.poll()
        poller.register(self._socket, _PEER_SENT_FIN)
        return bool(poller.poll(within_ms))

    def _stop_if_asked(self) -> None:
        if self._stopping.is_set():
            raise PeerGone

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
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
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

    def _say_goodbye(self) -> None:
        if isinstance(self._channel, TLSChannel):
            self._channel.say_goodbye()


def _shut(sock: socket.socket, how: int) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(how)
