"""Query parameters and forms: pairs of names and values, percent-encoded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self, TypeAlias

from clientele.http.message.name_values import Given, checked_pairs
from clientele.http.message.value_text import LISTS, as_text, escaped

Params: TypeAlias = Given[Any]


class Delimited(str):
    """Several values in one, with unescaped delimiters between them.

    For other code, it is a str.
    """

    __slots__ = ("_delimiter", "_texts")

    _texts: tuple[str, ...]
    _delimiter: str

    def __new__(cls, texts: Sequence[str], delimiter: str) -> Self:
        """Join `texts`, which are not yet encoded."""
        joined = super().__new__(cls, delimiter.join(texts))
        joined._texts, joined._delimiter = tuple(texts), delimiter
        return joined

    def encoded(self, where: str) -> str:
        """The form in a query."""
        delimiter = "," if self._delimiter == "," else escaped(self._delimiter, where)
        return delimiter.join(escaped(text, where) for text in self._texts)


def encode_pairs(params: Params, where: str = "params") -> str:
    """`params` as `name=value&...`, in order, for a query or a form.

    A list or another of `LISTS` repeats its name; None is omitted. For the types of values, see `value_text.as_text`.

    Raises:
        TypeError: `params` are not pairs, a name isn't a str, or a value has another type; the message says which.
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
    values = value if isinstance(value, LISTS) else (value,)
    return [f"{key}={_encoded(item, place)}" for item in values if item is not None]


def _encoded(value: object, place: str) -> str:
    return value.encoded(place) if isinstance(value, Delimited) else escaped(as_text(value, place), place)
