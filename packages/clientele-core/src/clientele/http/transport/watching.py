"""Observes the requests of a TransportBackend, for logs."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from clientele.http.wire import WireRequest


class Watcher(Protocol):
    """Observes the requests of a call."""

    def sent(self, request: WireRequest) -> None:
        """`request` is about to be sent."""

    def broke_off(self, error: Exception) -> None:
        """A stream is interrupted by `error`."""


watching: ContextVar[Watcher | None] = ContextVar("clientele_watching", default=None)
"""The watcher of calls that start now; usually None."""
