"""Closes resources completely, also when the closing is cancelled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any

from clientele.http.runtime.lazy import asyncio


class Undisturbed:
    """Awaited, it closes to the end, even if the caller is cancelled meanwhile.

    No library shields its closing from the cancelling of asyncio: a response whose call is cancelled while it closes
    would keep its place in a pool for ever. A task of its own would be safe, too, but takes the event loop two more
    turns for each call.

    Args:
        close: what is to be awaited.
    """

    def __init__(self, close: Callable[[], Awaitable[None]]) -> None:
        self._close = close

    def __await__(self) -> Generator[Any, Any, None]:
        cancelled = None
        for waited in self._close().__await__():
            # None is only an offer to let others have their turn.
            while waited is not None and not waited.done():
                try:
                    yield from asyncio.wait({waited}).__await__()
                except asyncio.CancelledError as error:
                    cancelled = error
        if cancelled is not None:
            raise cancelled
