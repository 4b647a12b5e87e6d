"""Observes the requests of a TransportBackend, for logs."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Protocol

from clientele.http.wire import WireRequest


class Watcher(Protocol):
    """Observes what a TransportBackend does for a call."""

    def sent(self, request: WireRequest) -> None:
        """`request` is about to be sent as it is."""

    def broke_off(self, error: Exception) -> None:
        """A stream ends with `error`."""


watching: ContextVar[Watcher | None] = ContextVar("clientele_watching", default=None)
"""Who watches the calls that begin now; None for most."""
