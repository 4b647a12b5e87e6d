"""Asynchronous generators inside of others."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Inside(Generic[T]):
    """An asynchronous generator that is iterated over, and closed, by another one.

    An event loop that ends closes all generators at the same time, of which it is notified at their first item. If the
    one around this one closed it at that moment, too, one of both would raise RuntimeError. So the loop isn't notified.

    Args:
        items: the generator. After its first item, it may be used directly.
    """

    def __init__(self, items: AsyncIterator[T]) -> None:
        self.items = items
        """The generator."""

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Awaitable[T]:
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=None)
        try:
            return self.items.__anext__()
        finally:
            sys.set_asyncgen_hooks(*hooks)

    async def aclose(self) -> None:
        """Close the generator."""
        if isinstance(self.items, AsyncGenerator):
            await self.items.aclose()
