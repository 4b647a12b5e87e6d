"""Query parameters and forms: pairs of names and values, percent-encoded."""

from __future__ import annotations

from typing import Any, TypeAlias

from clientele.http.pairs import Given, checked_pairs
from clientele.http.text import as_text, escaped

Params: TypeAlias = Given[Any]


def encode_pairs(params: Params, where: str = "params") -> str:
    """`params` as `name=value&...`, in order, as both a query and a form have it.

    A list or tuple repeats its name; None is left out. What a value may be: `clientele.http.text.as_text`.

    Raises:
        TypeError: `params` are no pairs, a name isn't a str, or a value is of no such type; the message says which.
    """
    pairs = checked_pairs(params, where)
    return "&".join([encoded for name, value in pairs for encoded in _encode(name, value, where)])


def _encode(name: str, value: object, where: str) -> list[str]:
    if type(value) is not str and value is None:
        return []
    if not isinstance(name, str):
        raise TypeError(f"{where}: names are str, not {type(name).__name__}")
    place = f"{where}[{name!r}]"
    key = escaped(name, place)
    values = value if isinstance(value, (list, tuple)) else (value,)
    return [f"{key}={escaped(as_text(item, place), place)}" for item in values if item is not None]
