"""Closes connections that a library would wait for, or leak."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from typing import Any


def shut_down(sock: Any) -> None:
    """Shut down a connection, which wakes up a thread that waits for it."""
    with contextlib.suppress(OSError, AttributeError), socket.fromfd(sock.fileno(), sock.family, sock.type) as same:
        same.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def dropped(sock: Any) -> Iterator[None]:
    """Within the block, a library closes `sock`, an asyncio connection; its unsent data is dropped first.

    Afterwards the descriptor is closed, even if the library lost it.
    """
    descriptor, same = sock.fileno(), None
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            same = stack.enter_context(socket.fromfd(descriptor, sock.family, sock.type))
            same.shutdown(socket.SHUT_WR)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                if same is not None and os.path.sameopenfile(descriptor, same.fileno()):
                    os.close(descriptor)
