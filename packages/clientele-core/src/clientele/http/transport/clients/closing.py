"""Closes resources completely, also when the closing is cancelled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any

from clientele.http.runtime.lazy import asyncio


class Undisturbed:
    """Awaits closing to its end, even if the caller is cancelled in the meantime.

    Libraries don't shield closing from cancellation: a response whose call is cancelled while it closes would keep its
    place in a pool forever. A separate task would be safe too, but needs two more iterations of the event loop for each
    call.

    Args:
        close: the awaitable that closes.
    """

    def __init__(self, close: Callable[[], Awaitable[None]]) -> None:
        self._close = close

    def __await__(self) -> Generator[Any, Any, None]:
        cancelled = None
        for waited in self._close().__await__():
            # None only yields to other tasks.
            while waited is not None and not waited.done():
                try:
                    yield from asyncio.wait({waited}).__await__()
                except asyncio.CancelledError as error:
                    cancelled = error
        if cancelled is not None:
            raise cancelled
