"""The base class of objects that hold a secret."""

from __future__ import annotations

from typing import Any, NoReturn, Self


class Unshown:
    """Holds a secret, which it doesn't show, not even as a dataclass. A copy is the object itself."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        # A dataclass shows its fields, unless the class itself has a repr.
        cls.__repr__ = cls.__repr__  # type: ignore[method-assign]

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    def __str__(self) -> str:
        return repr(self)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds a secret and can't be pickled; build it where it is used")
