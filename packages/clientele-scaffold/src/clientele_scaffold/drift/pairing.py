"""Which names of two sides belong together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Pairs(Generic[K]):
    """Names of both sides.

    Attributes:
        both: those that are declared and described.
        renamed: the one that is declared, and the one that is described in its place.
        gone: those that are declared only.
        missing: those that are described only.
    """

    both: list[K]
    renamed: tuple[K, K] | None
    gone: list[K]
    missing: list[K]


def paired(declared: Collection[K], described: Collection[K], is_same: Callable[[K, K], bool]) -> Pairs[K]:
    """The names of both sides.

    If one is gone and one is missing, and `is_same` says that they differ by nothing else, one is the other renamed.
    """
    both = [name for name in declared if name in described]
    gone = [name for name in declared if name not in described]
    missing = [name for name in described if name not in declared]
    if len(gone) == len(missing) == 1 and is_same(gone[0], missing[0]):
        return Pairs(both, (gone[0], missing[0]), [], [])
    return Pairs(both, None, gone, missing)
