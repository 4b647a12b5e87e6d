"""The chain of causes of an exception."""

from __future__ import annotations

from collections.abc import Iterator

_MAX_CAUSES = 50


def causes(fault: BaseException) -> Iterator[BaseException]:
    """`fault` and its causes, contexts, and the exceptions that it holds or groups."""
    waiting, seen = [fault], set[int]()
    while waiting and len(seen) < _MAX_CAUSES:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        held = [*current.args, getattr(current, "reason", None), current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            held.extend(current.exceptions)
        waiting.extend(item for item in held if isinstance(item, BaseException))
