"""Path templates: `/users/{user_id}`, and the values that fill them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clientele.http.errors import ConfigurationError, InvalidPathValue
from clientele.http.text import as_text, escaped

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

    def fill(self, values: Sequence[object]) -> str:
        """The path with `values` in its places, each escaped whole: a slash in a value is `%2F`.

        Raises:
            InvalidPathValue: a value is empty, None, `.` or `..`, and would make another path; it names the parameter.
            TypeError: a value can't be written as text.
        """
        written = self._literals[0]
        for name, value, literal in zip(self.names, values, self._literals[1:], strict=True):
            written += self._segment(name, value) + literal
        return written

    def _segment(self, name: str, value: object) -> str:
        place = f"{self._where}: path argument {name!r}"
        text = "" if value is None else as_text(value, place)
        if text in {"", ".", ".."}:
            raise InvalidPathValue(
                f"{place} is {value!r}, which would reach another resource; give a value that names one"
            )
        return escaped(text, place)
