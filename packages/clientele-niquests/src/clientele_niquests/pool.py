"""The connections of one client.

urllib3-future's own pool binds a connection to a thread, waits when it is full, watches idle connections in a thread
for each origin, and sends again what failed. This one keeps what is open, and hands out what was used last.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar


class Pooled(Protocol):
    """What a pool has to know of a connection."""

    def is_reusable(self) -> bool:
        """Whether the last exchange has left it as it was."""
        ...

    def kill(self) -> None:
        """Close its socket, whoever uses it."""
        ...


PooledT = TypeVar("PooledT", bound=Pooled)


class Pool(Generic[PooledT]):
    """Connections in use, and idle ones by origin.

    Args:
        limit: how many are kept open at most. More are opened when more are needed.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._used: dict[PooledT, Hashable] = {}
        self._idle: dict[PooledT, Hashable] = {}

    def take(self, origin: Hashable) -> PooledT | None:
        """The connection to `origin` that was used last, if one is idle."""
        with self._lock:
            for connection in reversed(self._idle):
                if self._idle[connection] == origin:
                    self._used[connection] = self._idle.pop(connection)
                    return connection
        return None

    def admit(self, connection: PooledT, origin: Hashable) -> None:
        """Take note of a new connection, which is in use; the one that has been idle longest makes room."""
        with self._lock:
            self._used[connection] = origin
            surplus = [next(iter(self._idle))] if self._idle and len(self) > self._limit else []
            for oldest in surplus:
                del self._idle[oldest]
        self._kill(surplus)

    def give_back(self, connection: PooledT) -> None:
        """Its exchange is over."""
        is_reusable = connection.is_reusable()
        with self._lock:
            origin = self._used.pop(connection, None)
            if is_reusable and origin is not None:
                self._idle[connection] = origin
                return
        connection.kill()

    def discard(self, connection: PooledT) -> None:
        """It is of no use any more."""
        with self._lock:
            self._used.pop(connection, None)
            self._idle.pop(connection, None)
        connection.kill()

    def clear(self) -> list[PooledT]:
        """Close all connections, also those in use, and return them."""
        with self._lock:
            connections = [*self._used, *self._idle]
            self._used.clear()
            self._idle.clear()
        self._kill(connections)
        return connections

    def __len__(self) -> int:
        return len(self._used) + len(self._idle)

    @staticmethod
    def _kill(connections: list[PooledT]) -> None:
        for connection in connections:
            connection.kill()
