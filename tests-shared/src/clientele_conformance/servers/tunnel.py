"""Bytes that a proxy carries both ways, until both sides have ended."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

from clientele_conformance.servers.connection import Connection
from clientele_conformance.servers.conversation import PeerGone

_BLOCK = 1 << 16


def tunnel(connection: Connection, upstream: socket.socket) -> None:
    """Carry bytes both ways until both sides have ended."""

    def end_upstream() -> None:
        with contextlib.suppress(OSError):
            upstream.shutdown(socket.SHUT_WR)

    back = threading.Thread(
        target=_carry, args=(lambda: upstream.recv(_BLOCK), connection.send, connection.half_close), daemon=True
    )
    back.start()
    _carry(lambda: connection.read_some(_BLOCK), upstream.sendall, end_upstream)
    back.join()


def _carry(receive: Callable[[], bytes], send: Callable[[bytes], None], end: Callable[[], None]) -> None:
    with contextlib.suppress(OSError, PeerGone):
        while data := receive():
            send(data)
    end()
