"""After a fork the child begins with nothing open: connections and waiting threads are the parent's."""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Forgetful(Protocol):
    """Something that holds what is the parent's."""

    def forget(self) -> None:
        """Let go of it, without touching it."""
        ...


def forget_after_fork(holder: Forgetful) -> None:
    """Have `holder` forget in every child, for as long as it lives."""
    _holders.add(holder)


_holders: weakref.WeakSet[Forgetful] = weakref.WeakSet()


def _forget_all() -> None:
    for holder in list(_holders):
        holder.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
