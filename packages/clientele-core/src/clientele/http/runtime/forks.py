"""Discards the connections, threads and locks of the parent process after a fork.

A child process has only the thread that forked. Locks that other threads held at that moment are never released.
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
    """An object that must discard resources of the parent process."""

    def forget(self) -> None:
        """Discard them, without using them."""
        ...


def forget_after_fork(holder: Forgetful) -> None:
    """Call `forget` of `holder` in every child process, for as long as the holder exists."""
    _holders.add(holder)


class OwnLock:
    """A lock, `with own.lock:`, that is never locked after a fork.

    Attributes:
        lock: the lock of this process.
    """

    def __init__(self) -> None:
        self.forget()
        forget_after_fork(self)

    def forget(self) -> None:
        """Create a new lock."""
        self.lock = threading.Lock()


imported_late = {
    *("asyncio", "concurrent.futures", "encodings.aliases", "http", "json", "mimetypes", "pkgutil", "ssl"),
    *("urllib.request", "tenacity", "yaml"),
}
"""Modules that are imported during a call, besides those of core."""

_PATIENCE = 5.0
"""The maximum wait for imports before a fork, in seconds: other code that runs before a fork may hold locks that they
need.
"""


def _await_imports() -> None:
    """Wait until other threads have finished imports of these modules, whose locks would stay locked in the child."""
    if threading.active_count() > 1:
        waiting = threading.Thread(target=_import_again, name="clientele-imports", daemon=True)
        waiting.start()
        waiting.join(_PATIENCE)


def _import_again() -> None:
    """Import modules that are already imported or are being imported, which waits for the import."""
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
