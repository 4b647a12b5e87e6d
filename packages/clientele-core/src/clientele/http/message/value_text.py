"""Converts values to text for a path, a query or a form."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from urllib.parse import quote
from uuid import UUID

from pydantic_core import PydanticSerializationError, to_jsonable_python

from clientele.http.message.secret_values import SECRETS, revealed

LISTS = (list, tuple, deque, range)
"""The types of several values under one name. A set is not among them, because it has no order."""

_NO_TEXT = (bytes, bytearray, memoryview, complex)
_INSTEAD = "str, int, float, bool, Decimal, UUID, an Enum of these, or a date or time"
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]*")


def as_text(value: object, where: str) -> str:
    """`value` as text for a URL or a form.

    bool is `true` or `false`, an Enum its value; dates, times and timedelta are ISO 8601; str, int, float, Decimal and
    UUID are their text, and so are URLs, IP addresses and other types that are text in JSON. A SecretStr is its secret
    value.

    Raises:
        TypeError: any other type; the message starts with `where`.
    """
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, Enum):
        return as_text(value.value, where)
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value)
    if isinstance(value, SECRETS):
        return as_text(revealed(value), where)
    if not isinstance(value, _NO_TEXT):
        with suppress(PydanticSerializationError):
            written = to_jsonable_python(value)
            if isinstance(written, str):
                return written
    instead = "a list: list(values)" if isinstance(value, (AbstractSet, Iterator)) else _INSTEAD
    raise TypeError(f"{where}: {type(value).__name__} can't be written as text; use {instead}")


def escaped(text: str, where: str) -> str:
    """`text` in UTF-8 with all but the unreserved characters of RFC 3986 percent-encoded.

    Raises:
        ValueError: a lone surrogate, which UTF-8 can't hold; the message starts with `where`.
    """
    if _UNRESERVED.fullmatch(text):
        return text
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise ValueError(f"{where}: a lone surrogate can't be written in UTF-8") from None


def _isoformat(value: date | time) -> str:
    return value.isoformat()


# A subclass must be before its base, because the first match is used: bool is an int, datetime a date.
_WRITERS: dict[type, Callable[[Any], str]] = {
    str: str.__str__,
    bool: lambda value: "true" if value else "false",
    int: int.__repr__,
    float: float.__repr__,
    datetime: _isoformat,
    date: _isoformat,
    time: _isoformat,
    Decimal: str,
    UUID: str,
    PurePath: str,
}
