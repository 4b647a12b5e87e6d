"""Replaces the configured backend within a block."""

from __future__ import annotations

from collections.abc import Hashable
from contextvars import ContextVar
from typing import Any, Protocol

from clientele.http.backends.interface import HTTPBackend

__all__ = ["Override", "innermost", "overriding_backend", "running"]


class Override(Protocol):
    """A block in which calls use another backend; see `clientele.testing.use_backend`."""

    outer: Override | None
    """The enclosing block."""

    def backend_for(self, holder: Hashable, options: dict[str, Any]) -> HTTPBackend | None:
        """The backend for the client of `holder`, built with its `options` if necessary; None if the block doesn't
        apply to that client.
        """


running: set[Override] = set()
"""The active blocks of all threads: while there are none, a call doesn't have to look for its own."""

innermost: ContextVar[Override | None] = ContextVar("clientele_use_backend", default=None)
"""The innermost block of the current context."""


def overriding_backend(holder: Hashable, options: dict[str, Any]) -> HTTPBackend | None:
    """The backend of the blocks around the caller, for the client of `holder`; None if there is none."""
    block = innermost.get()
    while block is not None:
        backend = block.backend_for(holder, options)
        if backend is not None:
            return backend
        block = block.outer
    return None
