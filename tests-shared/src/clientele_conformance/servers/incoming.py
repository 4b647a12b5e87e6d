"""What comes in on a socket, and whether its peer has ended, without losing what a script waits for."""

from __future__ import annotations

import select
import socket
import sys
import time

READS_AHEAD = sys.platform == "win32"
"""Whether the end of the peer, after its data, is only visible by reading: there is no `select.poll`."""

AHEAD = 1 << 16
"""So many bytes are read ahead at most: a peer that sends more than all buffers take still has to wait."""

_STEP = 0.05


class Incoming:
    """A socket, beneath TLS, with the two methods that a conversation needs."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._ahead = bytearray()

    def recv(self, size: int) -> bytes:
        """At most `size` bytes, those first that were read ahead."""
        if not self._ahead:
            return self._socket.recv(size)
        taken = bytes(self._ahead[:size])
        del self._ahead[:size]
        return taken

    def sendall(self, data: bytes) -> None:
        """Send `data`."""
        self._socket.sendall(data)

    def has_ended(self, within_ms: int | None) -> bool:
        """Whether the peer ends its side within that time; None waits for it. What is unread can still be received."""
        if not READS_AHEAD:
            return self._is_told(within_ms)
        deadline = None if within_ms is None else time.monotonic() + within_ms / 1000
        while not self._is_seen(0 if within_ms == 0 else _STEP):
            if deadline is not None and time.monotonic() >= deadline:
                return False
        return True

    def _is_told(self, within_ms: int | None) -> bool:
        if sys.platform == "win32":
            raise NotImplementedError("Windows has no poll")
        poller = select.poll()
        poller.register(self._socket, getattr(select, "POLLRDHUP", select.POLLHUP))  # The first is Linux's.
        return bool(poller.poll(within_ms))

    def _is_seen(self, seconds: float) -> bool:
        room = AHEAD - len(self._ahead)
        try:
            if not room:
                time.sleep(seconds)
            elif select.select([self._socket], [], [], seconds)[0]:
                data = self._socket.recv(room)
                self._ahead += data
                return not data
        except (OSError, ValueError):  # The peer has reset it, or another thread has closed it.
            return True
        return self._socket.fileno() < 0
