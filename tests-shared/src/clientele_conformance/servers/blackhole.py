"""Addresses that no connection gets through to: one that is silent and one that refuses."""

from __future__ import annotations

import contextlib
import select
import socket
from collections.abc import Iterator

_HOST = "127.0.0.1"
_FILLERS = 16
_PATIENCE = 0.3


@contextlib.contextmanager
def blackhole() -> Iterator[tuple[str, int]]:
    """The address of a port that answers no SYN: connecting goes on until the client gives up.

    The backlog of a listening socket that never accepts is filled until connections stay pending.
    """
    with contextlib.ExitStack() as open_sockets:
        listening = open_sockets.enter_context(socket.socket())
        listening.bind((_HOST, 0))
        listening.listen(0)
        address: tuple[str, int] = listening.getsockname()
        for _ in range(_FILLERS):
            if not _connects(open_sockets.enter_context(socket.socket()), address):
                break
        else:
            raise RuntimeError(f"{_FILLERS} connections did not fill the backlog")
        yield address


def _connects(sock: socket.socket, address: tuple[str, int]) -> bool:
    sock.setblocking(False)
    sock.connect_ex(address)
    return bool(select.select([], [sock], [], _PATIENCE)[1])


@contextlib.contextmanager
def refusing() -> Iterator[tuple[str, int]]:
    """The address of a port that refuses connections: it is bound, so that no other program gets it, but without a
    listener.
    """
    with socket.socket() as taken:
        taken.bind((_HOST, 0))
        yield taken.getsockname()
