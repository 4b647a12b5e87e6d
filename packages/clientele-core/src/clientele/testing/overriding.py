"""Replaces the backend of clients within a block, for tests."""

from __future__ import annotations

import contextlib
from collections.abc import Hashable
from types import TracebackType
from typing import Any, Self

from clientele.api.calling.overrides import Override, innermost, running
from clientele.api.client import APIClient
from clientele.http.backends import backend_class
from clientele.http.backends.interface import HTTPBackend
from clientele.http.runtime.forks import OwnLock

__all__ = ["use_backend"]


class use_backend:  # noqa: N801 - it is used as a function is
    """Have calls go through `backend` within a block, and through the client's own again after it, whatever happens.

    ```python
    with use_backend(fake):
        get_user(1)
    ```

    It holds for the thread or task that entered the block, for tasks started within it and for `asyncio.to_thread`,
    and not to others: tests in parallel threads don't see each other's. A thread that the block starts
    itself sees it if it runs in a copy of the context: `contextvars.copy_context().run`. Of nested blocks the innermost
    counts.

    Args:
        backend: an instance, which stays the caller's to close; or the name of an installed one, which is built with
            each client's own options (`verify`, `proxy`, `max_connections` and the like), and closed with the block.
        client: only for this client; default None, for every client.

    Raises:
        ConfigurationError, ImportError: at the first call, if nothing of that name is installed or can be imported.
        RuntimeError: the block is running already.
    """

    def __init__(self, backend: HTTPBackend | str, *, client: APIClient | None = None) -> None:
        self._choice = backend
        self._client = client
        self.outer: Override | None = None
        """The block around this one."""
        self._is_over = True
        self._built: dict[Hashable, HTTPBackend] = {}
        self._own = OwnLock()

    def __enter__(self) -> Self:
        if not self._is_over:
            raise RuntimeError("use_backend: the block is running already; make another one")
        self._is_over = False
        self.outer = innermost.get()
        self._token = innermost.set(self)
        running.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()
        for backend in self._built.values():
            backend.close()
        self._built.clear()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()
        for backend in self._built.values():
            await backend.aclose()
        self._built.clear()

    def _end(self) -> None:
        self._is_over = True  # It doesn't apply any more in contexts in which it was entered.
        running.discard(self)
        with contextlib.suppress(ValueError):  # A fixture may be left in another context than it was entered in.
            innermost.reset(self._token)

    def backend_for(self, holder: Hashable, options: dict[str, Any]) -> HTTPBackend | None:
        """The backend for the client of `holder`, built with its `options` if need be; None if this is not for it."""
        if self._is_over or (self._client is not None and self._client.state.holder is not holder):
            return None
        if isinstance(self._choice, HTTPBackend):
            return self._choice
        with self._own.lock:
            if holder not in self._built:
                self._built[holder] = backend_class(self._choice)(**options)
            return self._built[holder]
