"""Discards the connections, threads and locks of the parent process after a fork.

A child has a copy of the one thread that forked. What another thread held at that moment is never given back.
"""

from __future__ import annotations

import contextlib
import logging  # noqa: F401 - registered first, its lock is taken after imports have had what they need of it
import os
import sys
import threading
import weakref
from importlib import import_module
from typing import Protocol


class Forgetful(Protocol):
    """Something that holds what is the parent's."""

    def forget(self) -> None:
        """Let go of it, without touching it."""
        ...


def forget_after_fork(holder: Forgetful) -> None:
    """Have `holder` forget in every child, for as long as it lives."""
    _holders.add(holder)


class OwnLock:
    """A lock, `with own.lock:`, that no child finds locked.

    Attributes:
        lock: the lock of this process.
    """

    def __init__(self) -> None:
        self.forget()
        forget_after_fork(self)

    def forget(self) -> None:
        """Take a new one."""
        self.lock = threading.Lock()


imported_late = {
    *("asyncio", "concurrent.futures", "encodings.aliases", "http", "json", "mimetypes", "pkgutil", "ssl"),
    *("urllib.request", "tenacity", "yaml"),
}
"""Modules that are imported during a call, besides those of core."""

_PATIENCE = 5.0
"""Seconds that a fork waits for imports: other code that runs before a fork may hold what they need."""


def _await_imports() -> None:
    """Let other threads end their imports of these modules, which Python would leave locked in the child for ever."""
    if threading.active_count() > 1:
        waiting = threading.Thread(target=_import_again, name="clientele-imports", daemon=True)
        waiting.start()
        waiting.join(_PATIENCE)


def _import_again() -> None:
    """Import what is imported already, or is just being imported; then this waits until it has been."""
    for name in list(sys.modules):
        if name in imported_late or name.startswith("clientele."):
            with contextlib.suppress(ImportError):
                import_module(name)


_holders: weakref.WeakSet[Forgetful] = weakref.WeakSet()


def _forget_all() -> None:
    for holder in list(_holders):
        holder.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_await_imports, after_in_child=_forget_all)
