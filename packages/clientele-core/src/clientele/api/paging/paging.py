"""What all ways to find the next page have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from clientele.api.paging.parts import Part, check_part
from clientele.http.errors import ConfigurationError
from clientele.http.response import Response

Position: TypeAlias = int | str
"""The position of a page: a cursor, an offset, a number, or a URL."""

Options: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Paging:
    """The common base of all strategies.

    Attributes:
        items: where the items are in a page: a path such as `"data"` or `"result.users"`, or a function of the page.
            Default None: the page itself is the list.
    """

    items: Part | None = None

    parts: ClassVar[tuple[str, ...]] = ("items",)
    """The names of the attributes that are parts of a page."""
    names: ClassVar[tuple[str, ...]] = ()
    """The attributes that are names."""
    is_url: ClassVar[bool] = False
    """Whether positions are URLs."""

    def check(self, kind: Any, name: str) -> None:
        """Refuse paths that aren't parts of pages of the type `kind`, for the function `name`."""
        for field in self.names:
            if not isinstance(given := getattr(self, field), str) or not given:
                raise ConfigurationError(f"{name}: {type(self).__name__}({field}=...) is {given!r}; use a name, a str")
        for field in self.parts:
            part = getattr(self, field)
            if part is not None:
                check_part(kind, part, f"{name}: {type(self).__name__}({field}=...)")

    def begin(self, options: Options) -> Position | None:  # noqa: ARG002 - most positions say it themselves
        """The position of the first page of a call with `options`."""
        return None

    def following(self, page: Any, count: int, response: Response, here: Position | None) -> Any:
        """The position of the page after `page`, which has `count` items and the position `here`; None if it is the
        last page.
        """
        raise NotImplementedError

    def turned(self, options: Options, position: Position) -> Options:
        """The options of the call for the page at `position`."""
        raise NotImplementedError
