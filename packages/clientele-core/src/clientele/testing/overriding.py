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
    """Make calls use `backend` within the block, and the client's own backend again after it.

    ```python
    with use_backend(fake):
        get_user(1)
    ```

    It applies to the thread or task that entered the block, to tasks started in it, and to `asyncio.to_thread`, but not
    to other threads, so parallel tests don't affect each other. For a thread that you start yourself, copy the context:
    `contextvars.copy_context().run`. The innermost of nested blocks applies.

    Args:
        backend: an instance, which the caller closes; or the name of an installed one, which is built with the options
            of each client, such as `verify`, `proxy` and `max_connections`, and closed with the block.
        client: only for this client; default None, for all clients.

    Raises:
        ConfigurationError, ImportError: no backend of that name is installed, or it can't be imported; raised at the
            first call.
        RuntimeError: the block is already active.
    """

    def __init__(self, backend: HTTPBackend | str, *, client: APIClient | None = None) -> None:
        self._choice = backend
        self._client = client
        self.outer: Override | None = None
        """The enclosing block."""
        self._is_over = True
        self._built: dict[Hashable, HTTPBackend] = {}
        self._own = OwnLock()

    def __enter__(self) -> Self:
        if not self._is_over:
            raise RuntimeError("use_backend: the block is already active; create another one")
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
        self._is_over = True  # It no longer applies in contexts in which it was entered.
        running.discard(self)
        with contextlib.suppress(ValueError):  # A fixture may exit in another context than it entered.
            innermost.reset(self._token)

    def backend_for(self, holder: Hashable, options: dict[str, Any]) -> HTTPBackend | None:
        """The backend for the client of `holder`, built with its `options` if necessary; None if the block doesn't
        apply to it.
        """
        if self._is_over or (self._client is not None and self._client.state.holder is not holder):
            return None
        if isinstance(self._choice, HTTPBackend):
            return self._choice
        with self._own.lock:
            if holder not in self._built:
                self._built[holder] = backend_class(self._choice)(**options)
            return self._built[holder]
