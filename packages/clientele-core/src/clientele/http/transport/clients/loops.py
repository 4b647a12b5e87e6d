"""Values that belong to one event loop each."""

from __future__ import annotations

from typing import Generic, TypeVar

from clientele.http.message.errors import ConfigurationError
from clientele.http.runtime.lazy import asyncio

T = TypeVar("T")


def need_asyncio() -> None:
    """Refuse any other kind of event loop.

    Raises:
        ConfigurationError: none of asyncio's is running.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError as error:
        hint = "asynchronous calls need asyncio: make them within asyncio.run(...), not on trio or by hand"
        raise ConfigurationError(hint) from error


class ByLoop(Generic[T]):
    """A value for each event loop; those of closed loops go when another loop comes.

    Weak keys would not do: clients and semaphores hold their loop, and so each value would keep its own key alive.
    """

    def __init__(self) -> None:
        self._values: dict[asyncio.AbstractEventLoop, T] = {}

    def __len__(self) -> int:
        return len(self._values)

    def get(self, loop: asyncio.AbstractEventLoop) -> T | None:
        """The value of `loop`, if it has one."""
        return self._values.get(loop)

    def put(self, loop: asyncio.AbstractEventLoop, value: T) -> None:
        """Give `loop` its value."""
        for each in list(self._values):
            if each.is_closed():
                self._values.pop(each, None)
        self._values[loop] = value

    def pop(self, loop: asyncio.AbstractEventLoop) -> T | None:
        """Take its value from `loop`."""
        return self._values.pop(loop, None)

    def drain(self) -> dict[asyncio.AbstractEventLoop, T]:
        """Take the values of all loops."""
        values, self._values = self._values, {}
        return values
