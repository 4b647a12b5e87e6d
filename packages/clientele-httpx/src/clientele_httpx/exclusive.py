"""HTTP/2 for threads: each call has a connection to itself.

In a pool of httpcore's calls share a connection, but neither its state machine nor its TLS is safe for threads: one
call in twenty fails.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import Any

import httpcore

_IDLE = 60.0
"""Seconds until a pool that no call has needed is closed."""


class ExclusivePools:
    """As many pools as there are calls at once, with what `httpx.HTTPTransport` needs of one.

    Args:
        options: as `httpcore.ConnectionPool` takes them.
    """

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._idle: deque[tuple[float, httpcore.ConnectionPool]] = deque()
        self._in_use: set[httpcore.ConnectionPool] = set()

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send `request` by a pool that no other call uses until the response is closed."""
        pool = self._take()
        try:
            response = pool.handle_request(request)
        except BaseException:
            self.give_back(pool, is_sound=False)
            raise
        body = _Body(response.stream, self, pool)
        return httpcore.Response(
            response.status, headers=response.headers, content=body, extensions=response.extensions
        )

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            pools = [*self._in_use, *(pool for _, pool in self._idle)]
            self._idle.clear()
        for pool in pools:
            pool.close()

    def _take(self) -> httpcore.ConnectionPool:
        with self._lock:
            unneeded = []
            while self._idle and self._idle[0][0] < monotonic() - _IDLE:
                unneeded.append(self._idle.popleft()[1])
            pool = self._idle.pop()[1] if self._idle else httpcore.ConnectionPool(**self._options)
            self._in_use.add(pool)
        for each in unneeded:
            each.close()
        return pool

    def give_back(self, pool: httpcore.ConnectionPool, *, is_sound: bool) -> None:
        """Let others have `pool`; if not `is_sound`, its connection may still have something to say."""
        if not is_sound:
            pool.close()
        with self._lock:
            self._in_use.discard(pool)
            self._idle.append((monotonic(), pool))


class _Body:
    def __init__(self, inner: Any, pools: ExclusivePools, pool: httpcore.ConnectionPool) -> None:
        self._inner, self._pools, self._pool = inner, pools, pool
        self._is_whole = self._is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield from self._inner
        self._is_whole = True

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._inner.close()
            self._pools.give_back(self._pool, is_sound=self._is_whole)
