"""Path templates: `/users/{user_id}`, and the values that fill them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clientele.api.markers import Path
from clientele.http.errors import ConfigurationError, InvalidPathValue
from clientele.http.text import as_text, escaped

_HARMFUL = frozenset({"", ".", ".."})
_PLACE = re.compile(r"\{([^{}]*)\}")


class PathTemplate:
    """A path with places for arguments.

    Args:
        template: the path, with the name of a parameter in braces where its value goes.
        where: what an error names first.

    Raises:
        ConfigurationError: a brace without its partner, or a place whose name is no name.
    """

    def __init__(self, template: str, where: str) -> None:
        self._where = where
        parts = _PLACE.split(template)
        self._literals: list[str] = parts[::2]
        self.names: list[str] = parts[1::2]
        """The parameters, in the order of their places."""
        if any("{" in literal or "}" in literal for literal in self._literals):
            raise ConfigurationError(f"{where}: the path {template!r} has a brace without its partner")
        for name in self.names:
            if not name.isidentifier():
                raise ConfigurationError(f"{where}: {{{name}}} in the path {template!r} is not the name of a parameter")

    def fill(self, values: Sequence[object], markers: Sequence[Path] = ()) -> str:
        """The path with `values` in its places, each escaped whole: a slash in a value is `%2F`, unless its marker says
        that it may be several segments.

        Raises:
            InvalidPathValue: a value, or a segment of one, is empty, `.` or `..`, and would make another path; it names
                the parameter.
            TypeError: a value can't be written as text.
        """
        written = self._literals[0]
        for name, value, marker, literal in zip(
            self.names, values, markers or (Path(),) * len(self.names), self._literals[1:], strict=True
        ):
            written += self._written(name, value, marker) + literal
        return written

    def _written(self, name: str, value: object, marker: Path) -> str:
        place = f"{self._where}: path argument {name!r}"
        text = "" if value is None else as_text(value, place)
        segments = text.split("/") if marker.segments else [text]
        if not _HARMFUL.isdisjoint(segments):
            of = ", or a segment of it," if marker.segments else ""
            raise InvalidPathValue(
                f"{place} is {value!r}, which{of} would reach another resource; give a value that names one"
            )
        return "/".join(escaped(segment, place) for segment in segments)
