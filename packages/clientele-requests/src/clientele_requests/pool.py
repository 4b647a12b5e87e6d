"""The connections of a session: those that are in use, and those that wait for the next request."""

from __future__ import annotations

import threading

from clientele.http.urls import Origin
from clientele_requests.exchange import Connection


class Pool:
    """Connections, each to one origin. Any number of threads may use it.

    Args:
        most: how many may be open at once. It is for the caller not to use more; one that waits gives way.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._waiting: list[tuple[Origin, Connection]] = []
        self._used: set[Connection] = set()
        self._closed = False

    def take(self, origin: Origin) -> Connection | None:
        """The connection to `origin` that was used last, of those that wait; None if none does.

        If the server has closed it meanwhile, or sent what nobody has asked for, it is closed.
        """
        while (connection := self._taken(origin)) is not None:
            if connection.is_silent():
                return connection
            self.drop(connection)
        return None

    def add(self, connection: Connection) -> None:
        """Take note of a new connection that is in use."""
        with self._lock:
            self._used.add(connection)
            spare = len(self._used) + len(self._waiting) - self._most
            surplus, self._waiting = self._waiting[: max(spare, 0)], self._waiting[max(spare, 0) :]
        for _, each in surplus:
            each.close()

    def give_back(self, origin: Origin, connection: Connection) -> None:
        """Keep a connection for the next request to `origin`, if it can have one; else close it."""
        with self._lock:
            is_kept = not self._closed and connection in self._used and connection.renew()
            if is_kept:
                self._used.discard(connection)
                self._waiting.append((origin, connection))
        if not is_kept:
            self.drop(connection)

    def drop(self, connection: Connection) -> None:
        """Close a connection that is in use."""
        with self._lock:
            self._used.discard(connection)
        connection.close()

    def clear(self) -> None:
        """Close all connections, and from now on each as soon as it is given back."""
        with self._lock:
            self._closed = True
            every = [*self._used, *(connection for _, connection in self._waiting)]
            self._used, self._waiting = set(), []
        for connection in every:
            connection.close()

    def _taken(self, origin: Origin) -> Connection | None:
        with self._lock:
            for index in range(len(self._waiting) - 1, -1, -1):
                if self._waiting[index][0] == origin:
                    connection = self._waiting.pop(index)[1]
                    self._used.add(connection)
                    return connection
        return None
