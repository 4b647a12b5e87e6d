"""Closes the synchronous streams that a program leaves open, before the interpreter ends.

The interpreter collects their generators when nothing can be imported and no file can be opened any more. Their flows
would fail then; those of asynchronous streams are ended by the event loop.
"""

from __future__ import annotations

import atexit
import weakref
from collections.abc import Generator
from contextlib import ExitStack
from functools import cache
from inspect import GEN_RUNNING, getgeneratorstate
from typing import Any, TypeAlias

Items: TypeAlias = Generator[Any, None, None]

_open: set[weakref.ref[Items]] = set()


def closed_at_exit(items: Items) -> Items:
    """`items`, which are closed before the interpreter ends."""
    _begin()
    _open.add(weakref.ref(items, _open.discard))
    return items


@cache
def _begin() -> None:
    # Not at import: the last registered function is called first, and flows use libraries that end in this way, too.
    atexit.register(_close_all)


def _close_all() -> None:
    """Close all of them, except those that another thread is reading."""
    with ExitStack() as closing_all:
        for items in filter(None, [each() for each in list(_open)]):
            if getgeneratorstate(items) != GEN_RUNNING:
                closing_all.callback(items.close)
