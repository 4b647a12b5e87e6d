"""Whether an idle connection has something to say."""

from __future__ import annotations

import select
import sys
from collections.abc import Callable
from typing import Any


def news_of(socket: Any) -> Callable[[], bool]:
    """A function that tells whether `socket` has something to read, or has been closed, by whomever."""
    if sys.platform == "win32" or not hasattr(select, "poll"):
        return lambda: socket.fileno() < 0 or bool(select.select([socket], [], [], 0)[0])
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return lambda: socket.fileno() < 0 or bool(poll.poll(0))
