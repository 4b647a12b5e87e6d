"""Adds one argument to the query, the headers or the form of a request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from clientele.api.arguments.bodies import part_writer
from clientele.api.arguments.checked import argument_writer, is_object
from clientele.api.arguments.markers import Part, Query
from clientele.api.arguments.parameters import UNMARKED, Place, Places
from clientele.api.arguments.styles import spread
from clientele.api.types.json_values import Writing
from clientele.http.errors import ConfigurationError, InvalidHeader
from clientele.http.message.headers import checked_headers
from clientele.http.message.secret_values import opened
from clientele.http.message.value_text import LISTS, as_text

Adder = Callable[[dict[str, Any], Any], None]


def spreader(name: str, place: Place, writing: Writing, error: type[ConfigurationError]) -> Adder | None:
    """A function that adds the names and values of an argument to a list. None if the argument is a single value, or a
    list of single values, and needs no conversion.
    """
    where = f"{name}: argument {place.parameter!r}"
    write = argument_writer(place.kind, where, writing, error)
    marker = place.marker if isinstance(place.marker, Query) else UNMARKED
    is_default = marker.style == "form" and marker.explode is not False
    if write is None and is_default:
        return None

    def add_one(values: dict[str, Any], value: Any) -> None:
        values[place.name] = opened(value)

    def add(values: dict[str, Any], value: Any) -> None:
        written = value if write is None else write(value)
        for key, item in () if written is None else spread(place.name, written, marker, where):
            if key in values:
                raise TypeError(f"{name}() got multiple values for {key!r}, one of them in {place.parameter!r}")
            values[key] = item

    return add_one if write is opened and is_default else add


def more_query_adder(name: str, places: Places) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    """A function that adds the values of `**kwargs` to the query; their names must not be among the declared ones."""
    declared, more_query = {place.name for place in places.query}, places.more_query
    if more_query is not None and is_object(more_query.kind):  # `**kwargs: Unpack[Filters]`
        add_fields = spreader(name, more_query, Writing(), ConfigurationError)
        if add_fields is not None:
            return add_fields

    def add(params: dict[str, Any], more: dict[str, Any]) -> None:
        twice = declared & more.keys()
        if twice:
            raise TypeError(f"{name}() got multiple values for the query value {min(twice)!r}")
        params.update((key, value) for key, value in more.items() if value is not None)

    return add


def header_adder(place: Place, where: str) -> Callable[[dict[str, str], Any], None]:
    """A function that adds an argument to the headers; a list is joined to one value."""
    write = argument_writer(place.kind, where, Writing(), InvalidHeader)

    def add(headers: dict[str, str], value: Any) -> None:
        written = value if write is None else write(value)
        items = written if isinstance(written, LISTS) else (written,)
        texts = [_header_text(item, where) for item in items if item is not None]
        if not texts:
            return
        try:
            checked_headers({place.name: ", ".join(texts)})
        except InvalidHeader as error:
            raise InvalidHeader(f"{where}: {error}") from None
        headers[place.name] = ", ".join(texts)

    return add


def _header_text(value: Any, where: str) -> str:
    """`value` as text; a datetime is written as an HTTP date (RFC 9110, section 5.6.7)."""
    if not isinstance(value, datetime):
        return as_text(value, where)
    if value.tzinfo is None:
        raise InvalidHeader(f"{where}: a datetime in a header needs a time zone; add one: tzinfo=UTC")
    return format_datetime(value.astimezone(UTC), usegmt=True)


def part_adder(name: str, place: Place, writing: Writing) -> Callable[[list[tuple[str, Any]], str, Any], None]:
    """A function that adds a file, several files, or another part to a form."""
    if not isinstance(place.marker, Part):
        return _add_files
    write = part_writer(place.kind, place.marker, f"{name}({place.parameter}=...)", writing)
    return lambda files, key, value: files.append((key, write(value)))


def _add_files(files: list[tuple[str, Any]], name: str, value: Any) -> None:
    files.extend((name, file) for file in (value if isinstance(value, list) else (value,)) if file is not None)
