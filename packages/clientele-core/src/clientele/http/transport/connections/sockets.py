"""Checks whether an idle connection has received data or was closed."""

from __future__ import annotations

import asyncio
import contextlib
import select
import socket
import sys
from collections.abc import Callable
from typing import Any

_TURNS = 3
"""The iterations of an event loop until it has read the data of the operating system."""
_INTERIM = (b"HTTP/1.1 1", b"HTTP/1.0 1")


def news_of(connection: Any) -> Callable[[], bool]:
    """A function that returns whether `connection` has data to read, or has been closed."""
    if sys.platform == "win32" or not hasattr(select, "poll"):
        return lambda: connection.fileno() < 0 or bool(select.select([connection], [], [], 0)[0])
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return lambda: connection.fileno() < 0 or bool(poll.poll(0))


async def take_in(has_news: Callable[[], bool]) -> None:
    """Let the event loop read the data that `has_news`, a function of `news_of`, reports.

    When a write fails, asyncio drops unread data, such as an early response.
    """
    for _ in range(_TURNS):
        if not has_news():
            break
        await asyncio.sleep(0)


def is_answered(received: bytes | bytearray) -> bool:
    """Whether a final response has begun in the received HTTP/1.1 data while a body is sent.

    Interim responses don't count (RFC 9110, section 15.2): the upload continues.
    """
    while received.startswith(_INTERIM):
        received = received.partition(b"\r\n\r\n")[2]
    return bool(received)


def cut(connection: Any) -> None:
    """Shut down both directions of a socket, below TLS, so that a read or write of another thread returns."""
    with contextlib.suppress(OSError):  # It is already closed.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
