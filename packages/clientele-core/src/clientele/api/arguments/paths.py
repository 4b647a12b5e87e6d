"""Path templates such as `/users/{user_id}`, and the encoding of their values."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from clientele.http.errors import ConfigurationError, InvalidPathValue
from clientele.http.message.redaction import redacted_url
from clientele.http.message.urls import join_url, parse_url
from clientele.http.message.value_text import as_text, escaped

SegmentWriter = Callable[[Any], str]

_HARMFUL = frozenset({"", ".", ".."})
_PLACE = re.compile(r"\{([^{}]*)\}")


class PathTemplate:
    """A path with placeholders for arguments.

    Args:
        template: the path, with the name of a parameter in braces where its value goes.
        where: the beginning of error messages.

    Raises:
        ConfigurationError: an unmatched brace, a placeholder with an invalid name or in the query, or a character that
            is invalid in URLs.
    """

    def __init__(self, template: str, where: str) -> None:
        if not isinstance(template, str):
            raise ConfigurationError(f"{where}: the path is a str, not {type(template).__name__}")
        self.source = redacted_url(template)
        """The template, without secrets."""
        self.shown = f"the path {self.source!r}"
        """The path as shown in errors."""
        parts = _PLACE.split(template)
        self.literals: list[str] = parts[::2]
        """The texts before, between and after the placeholders: one more than there are placeholders."""
        self.names: list[str] = parts[1::2]
        """The names of the placeholders, in order."""
        if any("{" in literal or "}" in literal for literal in self.literals):
            raise ConfigurationError(f"{where}: {self.shown} has a brace without its partner")
        for name in self.names:
            if _NOT_A_NAME.search(name) or not name:
                raise ConfigurationError(f"{where}: {{{name}}} in {self.shown} is not a name{_instead(name)}")
        if _PLACE.search(template.partition("?")[2]):
            raise ConfigurationError(
                f"{where}: {self.shown} has a place in its query; end it before the `?`: parameters that are not in "
                "the path are the query"
            )
        try:
            parse_url(join_url("http://host.invalid", "1".join(self.literals)))
        except ConfigurationError as error:
            raise ConfigurationError(f"{where}: {self.shown} can't be part of a URL: {error}") from error


_NOT_A_NAME = re.compile(r"[\s:/?#+&;,=*|]|^\.")
"""Characters that a placeholder can't contain: spaces, and those of converters and of RFC 6570 operators."""


def _instead(name: str) -> str:
    """What to write instead of the placeholder syntax of other libraries."""
    plain, _, converter = name.partition(":")
    if converter == "path" or plain[:1] in {"+", "#"}:
        plain = plain.strip("+#")
        return f"; write {{{plain}}}, and {plain}: Annotated[str, Path(segments=True)] for several segments"
    if converter:
        return f"; write {{{plain}}}, and give the parameter its type, as in {plain}: int"
    bare = name.strip(" ./;?&*")
    return f"; write {{{bare}}}" if bare.isidentifier() else ""


def segment_writer(
    name: str, where: str, check: Callable[[Any], Any] | None = None, *, segments: bool = False
) -> SegmentWriter:
    """A function that encodes the values of the path argument `name`. A slash becomes `%2F`, unless the value may be
    several `segments`.

    The writer raises:
        InvalidPathValue: a value, or a segment of it, is empty, `.` or `..` and would change the path; the message
            names the parameter.
        TypeError: a value can't be written as text.
    """
    place = f"{where}: path argument {name!r}"
    of = ", or a segment of it," if segments else ""

    def write(value: object) -> str:
        text = "" if value is None else as_text(value, place)
        parts = text.split("/") if segments else [text]
        if not _HARMFUL.isdisjoint(parts):
            raise InvalidPathValue(
                f"{place} is {value!r}, which{of} would reach another resource; give a value that names one"
            )
        return "/".join(escaped(part, place) for part in parts)

    def write_whole(value: object) -> str:
        text = value if type(value) is str else "" if value is None else as_text(value, place)
        return write(value) if text in _HARMFUL else escaped(text, place)

    chosen = write if segments else write_whole
    return chosen if check is None else lambda value: chosen(None if value is None else check(value))
