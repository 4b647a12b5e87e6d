"""Whether a forked child can do something."""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from clientele.http import FakeHTTPBackend

Use = Callable[[], object]


BASE = "https://api.example"


def child_can(use: Use) -> bool:
    """Whether a forked child comes to the end of `use`, for which it has twenty seconds."""
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        try:
            use()
            os._exit(0)
        finally:
            traceback.print_exc()
            os._exit(1)
    return 0 == os.waitpid(child, 0)[1]


@contextmanager
def held_elsewhere(locks: list[Any]) -> Iterator[None]:
    """Another thread holds `locks`."""
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with ExitStack() as stack:
            for lock in locks:
                stack.enter_context(lock)
            held.set()
            over.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(20)
        yield
    finally:
        over.set()
        thread.join()


class Rejecting(FakeHTTPBackend):
    """Accepts no other token than the one that a refresh gets."""

    def __init__(self) -> None:
        super().__init__(401)
        self.on("GET", None, headers={"Authorization": "Bearer new"}).reply(200)
