"""Calls that may fail: a test goes on to what it is about, whatever they raise. Of which kind an error has to be, the
rules on errors say.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from clientele_conformance.subject import Subject


def attempt(call: Callable[..., object], *arguments: Any, **options: Any) -> Exception | None:
    """What `call` raised, or None."""
    try:
        call(*arguments, **options)
    except Exception as error:  # noqa: BLE001 - see above
        return error
    return None


def read_all(subject: Subject, method: str, url: str, inner_type: Any = bytes, **options: Any) -> list[Any]:
    """All the items of a stream."""
    with subject.stream(method, url, inner_type, **options) as items:
        return list(items)


def raised(error: BaseException | None) -> str:
    """Whether there was an error, to be compared with "an error"."""
    return "no error" if error is None else "an error"


def end_of(task: asyncio.Task[Any]) -> str:
    """How a task ended, to be compared with "cancelled"."""
    if not task.done():
        return "still running"
    if task.cancelled():
        return "cancelled"
    error = task.exception()
    return f"returned {task.result()!r}" if error is None else f"raised {error!r}"


def read_up_to(subject: Subject, url: str, inner_type: Any, **options: Any) -> tuple[list[Any], Exception | None]:
    """The items of a stream that fails, and what it raised; None if it didn't."""
    read: list[Any] = []

    def take() -> None:
        with subject.stream("GET", url, inner_type, **options) as items:
            read.extend(items)

    error = attempt(take)
    return read, error
