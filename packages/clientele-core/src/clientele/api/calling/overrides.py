"""Replaces the configured backend within a block."""

from __future__ import annotations

from collections.abc import Hashable
from contextvars import ContextVar
from typing import Any, Protocol

from clientele.http.backends.interface import HTTPBackend

__all__ = ["Override", "innermost", "overriding_backend", "running"]


class Override(Protocol):
    """A block that has calls go through another backend; see `clientele.testing.use_backend`."""

    outer: Override | None
    """The block around it."""

    def backend_for(self, holder: Hashable, options: dict[str, Any]) -> HTTPBackend | None:
        """The backend for the client of `holder`, built with its `options` if need be; None if it says none."""


running: set[Override] = set()
"""The blocks that run now, in any thread: while there are none, a call need not look for the one that it is in."""

innermost: ContextVar[Override | None] = ContextVar("clientele_use_backend", default=None)
"""The block that the caller is in."""


def overriding_backend(holder: Hashable, options: dict[str, Any]) -> HTTPBackend | None:
    """The backend that a block around the caller says, for the client of `holder`; None if there is none."""
    block = innermost.get()
    while block is not None:
        backend = block.backend_for(holder, options)
        if backend is not None:
            return backend
        block = block.outer
    return None
