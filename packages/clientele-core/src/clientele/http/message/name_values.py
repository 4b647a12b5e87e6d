"""Names and values, passed as a mapping or as pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias, TypeVar, cast

T = TypeVar("T")

_FORMS = 'write {"name": "value"} or [("name", "value")]'

Given: TypeAlias = Mapping[str, T] | Iterable[tuple[str, T]]


def pairs_of(given: Given[T]) -> Iterable[tuple[str, T]]:
    """The pairs of `given`, a mapping or pairs."""
    return cast(Mapping[str, T], given).items() if isinstance(given, Mapping) else given


def checked_pairs(given: Given[T], where: str, error: type[Exception] = TypeError) -> Iterable[tuple[str, T]]:
    """`pairs_of`, for an unchecked value.

    Raises:
        error: it is neither a mapping nor pairs; the message starts with `where`.
    """
    if isinstance(given, Mapping):
        return pairs_of(given)
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise error(f"{where}: use a mapping or a list of pairs, not {type(given).__name__}; {_FORMS}")
    pairs = tuple(given)
    for pair in pairs:
        if not isinstance(pair, (tuple, list)):
            raise error(f"{where}: a pair is a tuple of a name and a value, not {type(pair).__name__}; {_FORMS}")
        if len(pair) != 2:
            raise error(f"{where}: a pair is a tuple of a name and a value, not of {len(pair)}")
    return pairs


def kept(given: Given[T], where: str, error: type[Exception] = TypeError) -> Given[T]:
    """`given` in a form that can be iterated over more than once; see `checked_pairs`."""
    return given if isinstance(given, Mapping) else checked_pairs(given, where, error)
