"""Another backend than the configured one, for as long as a block runs: what tests need, and nothing else should."""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from clientele.http.backends import HTTPBackend
from clientele.http.discovery import backend_class
from clientele.http.forks import OwnLock

if TYPE_CHECKING:
    from clientele.api.client import APIClient
    from clientele.api.state import BackendHolder


class use_backend:  # noqa: N801 - it is used as a function is
    """Have calls go through `backend` within a block, and through the client's own again after it, whatever happens.

    ```python
    with use_backend(fake):
        get_user(1)
    ```

    It holds for the thread or task that entered the block, for tasks started within it and for `asyncio.to_thread`,
    and for nobody else: tests that run in parallel threads don't see each other's. A thread that the block starts
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
        self._outer: use_backend | None = None
        self._is_over = True
        self._built: dict[BackendHolder, HTTPBackend] = {}
        self._own = OwnLock()

    def __enter__(self) -> Self:
        if not self._is_over:
            raise RuntimeError("use_backend: the block is running already; make another one")
        self._is_over = False
        self._outer = _innermost.get()
        self._token = _innermost.set(self)
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
        self._is_over = True  # Whoever still holds a context in which it was entered doesn't see it any more.
        running.discard(self)
        with contextlib.suppress(ValueError):  # A fixture may be left in another context than it was entered in.
            _innermost.reset(self._token)

    def _backend_for(self, holder: BackendHolder, options: dict[str, Any]) -> HTTPBackend | None:
        if self._is_over or (self._client is not None and self._client.state.holder is not holder):
            return None
        if isinstance(self._choice, HTTPBackend):
            return self._choice
        with self._own.lock:
            if holder not in self._built:
                self._built[holder] = backend_class(self._choice)(**options)
            return self._built[holder]


running: set[use_backend] = set()
"""The blocks that run now, in any thread: while there are none, a call need not look for the one that it is in."""

_innermost: ContextVar[use_backend | None] = ContextVar("clientele_use_backend", default=None)


def overriding_backend(holder: BackendHolder, options: dict[str, Any]) -> HTTPBackend | None:
    """The backend that a block around the caller says, for the client of `holder`; None if there is none."""
    block = _innermost.get()
    while block is not None:
        backend = block._backend_for(holder, options)  # noqa: SLF001 - two halves of one thing
        if backend is not None:
            return backend
        block = block._outer  # noqa: SLF001
    return None
