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
"""Of an event loop, until it has read what the operating system has."""
_INTERIM = (b"HTTP/1.1 1", b"HTTP/1.0 1")


def news_of(connection: Any) -> Callable[[], bool]:
    """A function that returns whether `connection` has data to read, or has been closed."""
    if sys.platform == "win32" or not hasattr(select, "poll"):
        return lambda: connection.fileno() < 0 or bool(select.select([connection], [], [], 0)[0])
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return lambda: connection.fileno() < 0 or bool(poll.poll(0))


async def take_in(has_news: Callable[[], bool]) -> None:
    """Let the event loop read what has come, as `has_news` tells, a function of `news_of`.

    asyncio drops what it hasn't read when a write fails, such as an answer that came before the end of its request.
    """
    for _ in range(_TURNS):
        if not has_news():
            break
        await asyncio.sleep(0)


def is_answered(received: bytes | bytearray) -> bool:
    """Whether an answer has begun in what was received, HTTP/1.1 while a body is sent.

    Interim responses are none (RFC 9110, section 15.2): they belong to an upload that goes on.
    """
    while received.startswith(_INTERIM):
        received = received.partition(b"\r\n\r\n")[2]
    return bool(received)


def cut(connection: Any) -> None:
    """End both halves of a socket, beneath TLS, so that a read or write of another thread returns."""
    with contextlib.suppress(OSError):  # It is closed already.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
