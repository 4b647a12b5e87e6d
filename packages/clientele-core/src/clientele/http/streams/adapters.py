"""The types of items, and their validators."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError


class InvalidItem(Exception):
    """An item doesn't match its type; the driver converts this to ResponseValidationError."""

    def __init__(self, index: int, error: ValidationError | None, problem: str) -> None:
        super().__init__(index, error, problem)
        self.index = index
        self.error = error
        self.problem = problem


def adapter_for(kind: Any) -> TypeAdapter[Any]:
    """The validator for `kind`, built once for each class and each repr.

    Unions that differ only in their order are equal, but not for a validator, hence the repr.
    """
    if isinstance(kind, type):
        return _adapter(kind, "")
    try:
        return _adapter(kind, repr(kind))
    except TypeError:  # The annotation isn't hashable.
        return TypeAdapter(kind)


@lru_cache(maxsize=256)
def _adapter(kind: Any, notation: str) -> TypeAdapter[Any]:  # noqa: ARG001 - part of the key
    return TypeAdapter(kind)
