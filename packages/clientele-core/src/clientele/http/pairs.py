"""Names and values, given as a mapping or as pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias, TypeVar, cast

T = TypeVar("T")

Given: TypeAlias = Mapping[str, T] | Iterable[tuple[str, T]]


def pairs_of(given: Given[T]) -> Iterable[tuple[str, T]]:
    """The pairs that `given` has, or is."""
    return cast(Mapping[str, T], given).items() if isinstance(given, Mapping) else given


def kept(given: Given[T]) -> Given[T]:
    """`given` in a form that can be read more than once."""
    return given if isinstance(given, Mapping) else tuple(given)
