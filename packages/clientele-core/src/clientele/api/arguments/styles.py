"""Styles of lists and objects in parameters (OpenAPI 3.1, section 4.8.12; RFC 6570)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clientele.api.arguments.markers import Query
from clientele.http.errors import ConfigurationError
from clientele.http.message.query import Delimited
from clientele.http.message.value_text import LISTS, as_text

DELIMITERS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
STYLES = (*DELIMITERS, "deepObject")


def check_style(marker: Query, where: str) -> None:
    """Refuse unknown styles.

    Raises:
        ConfigurationError: the style doesn't exist, or each server interprets it differently; the message starts with
            `where`.
    """
    if marker.style not in STYLES:
        raise ConfigurationError(f"{where}: Query(style={marker.style!r}): use one of {', '.join(map(repr, STYLES))}")
    if not (marker.explode is None or isinstance(marker.explode, bool)):
        raise ConfigurationError(
            f"{where}: Query(explode=...) is True, False or None, not {type(marker.explode).__name__}"
        )
    if marker.style == "deepObject" and marker.explode is False:
        raise ConfigurationError(f"{where}: style='deepObject' has a name for each value; remove explode=False")


def spread(name: str, value: Any, marker: Query, where: str) -> Iterator[tuple[str, Any]]:
    """The names and values that `value` is sent as.

    Args:
        name: the name of the parameter.
        value: a JSON value: an object, a list or a single value.
        marker: has the style.
        where: the beginning of error messages.

    Raises:
        TypeError: a nested value that the style doesn't support; the message starts with `where`.
    """
    is_object, style = isinstance(value, Mapping), marker.style
    explode = style in {"form", "deepObject"} if marker.explode is None else marker.explode
    if style == "deepObject":
        if not is_object:
            raise TypeError(f"{where}: style='deepObject' is for a model or a dict; {_other(value)}")
        yield from _deep(name, value, where)
    elif isinstance(value, LISTS):
        items = [as_text(item, where) for item in value if item is not None]
        if items:
            yield name, items if explode else _delimited(items, style, where)
    elif not is_object:
        yield name, value
    elif explode:
        if style != "form":
            raise TypeError(f"{where}: style={style!r} with explode=True is for lists; {_other(value)}")
        yield from ((key, _flat(item, f"{where}: {key}")) for key, item in value.items() if item is not None)
    else:
        pairs = [(key, item) for key, item in value.items() if item is not None]
        texts = [text for key, item in pairs for text in (as_text(key, where), as_text(item, f"{where}: {key}"))]
        if texts:
            yield name, _delimited(texts, style, where)


def _deep(name: str, value: Mapping[str, Any], where: str) -> Iterator[tuple[str, Any]]:
    for key, item in value.items():
        if isinstance(item, Mapping):
            yield from _deep(f"{name}[{key}]", item, where)
        elif item is not None:
            yield f"{name}[{key}]", _flat(item, f"{where}: {name}[{key}]")


def _flat(value: Any, place: str) -> Any:
    """`value`, single or a list, as a query or a form sends it."""
    if isinstance(value, Mapping):
        raise TypeError(f"{place}: a nested object needs Query(style='deepObject')")
    return [as_text(item, place) for item in value if item is not None] if isinstance(value, LISTS) else value


def _delimited(texts: list[str], style: str, where: str) -> Delimited:
    delimiter = DELIMITERS[style]
    if style != "form" and any(delimiter in text for text in texts):
        raise TypeError(
            f"{where}: a value has {delimiter!r}, which separates values in style={style!r}; use style='form'"
        )
    return Delimited(texts, delimiter)


def _other(value: Any) -> str:
    return f"use another style for {'an object' if isinstance(value, Mapping) else type(value).__name__}"
