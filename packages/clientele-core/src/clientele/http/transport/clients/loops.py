"""Values for each event loop."""

from __future__ import annotations

from typing import Generic, TypeVar

from clientele.http.message.errors import ConfigurationError
from clientele.http.runtime.lazy import asyncio

T = TypeVar("T")


def need_asyncio() -> None:
    """Refuse other event loops than asyncio's.

    Raises:
        ConfigurationError: no asyncio loop is running.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError as error:
        hint = "asynchronous calls need asyncio: make them within asyncio.run(...), not on trio or by hand"
        raise ConfigurationError(hint) from error


class ByLoop(Generic[T]):
    """A value for each event loop; values of closed loops are removed when a new loop is added.

    Weak keys don't work: clients and semaphores reference their loop, so each value would keep its own key alive.
    """

    def __init__(self) -> None:
        self._values: dict[asyncio.AbstractEventLoop, T] = {}

    def __len__(self) -> int:
        return len(self._values)

    def get(self, loop: asyncio.AbstractEventLoop) -> T | None:
        """The value of `loop`, or None."""
        return self._values.get(loop)

    def put(self, loop: asyncio.AbstractEventLoop, value: T) -> None:
        """Set the value of `loop`."""
        for each in list(self._values):
            if each.is_closed():
                self._values.pop(each, None)
        self._values[loop] = value

    def pop(self, loop: asyncio.AbstractEventLoop) -> T | None:
        """Remove the value of `loop`."""
        return self._values.pop(loop, None)

    def drain(self) -> dict[asyncio.AbstractEventLoop, T]:
        """Remove the values of all loops."""
        values, self._values = self._values, {}
        return values
