"""What is wrong with a value that can't be written, without the value: a body may have secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError

from clientele.api.annotations import plain, shown
from clientele.http.secret_values import SECRETS

_EXPECTED = re.compile(r"Expected `([^`]*)`(?:.*?field_name='(\w*)')?")


def told(error: Exception, value: Any, kind: Any) -> str:
    """What `error`, raised when `value` of the type `kind` was to be written as JSON, says of it."""
    first = _first(error)
    if isinstance(first, UnicodeDecodeError):
        place = _undecodable(value)
        return (
            f"{f'{place}: ' if place else ''}the bytes are not UTF-8, and JSON has only text; declare them "
            "pydantic.Base64Bytes, or send them as the body itself"
        )
    text = str(first)
    if text.startswith("Unable to serialize unknown type"):
        return f"the value can't be written as JSON: {text}"
    if (expected := _EXPECTED.search(text)) is None:
        return f"a value of type {shown(plain(kind))} can't be written as JSON; the cause says why"
    field = f" in the field {expected[2]!r}" if expected[2] else ""
    return f"the value is not what {shown(plain(kind))} declares: {expected[1]} is expected{field}"


def telling(error: Exception) -> Exception | None:
    """`error`, if it may be shown: what Pydantic says of a value that is of another type has the value."""
    return None if _EXPECTED.search(str(error)) else error


def _first(error: Exception) -> Exception:
    """What led to `error` while values within values were written."""
    cause = error.__cause__
    while isinstance(error, PydanticSerializationError) and isinstance(cause, (ValueError, TypeError)):
        error, cause = cause, cause.__cause__
    return error


def _undecodable(value: Any, place: str = "") -> str:
    """Where in `value` the first bytes are that are not UTF-8, as in `files[0].content`; `""` for nowhere."""
    if isinstance(value, SECRETS):
        value = value.get_secret_value()
    if isinstance(value, (bytes, bytearray)):
        return "" if _is_text(value) else place
    if isinstance(value, (list, tuple)):
        items: Any = ((f"{place}[{index}]", item) for index, item in enumerate(value))
    elif isinstance(value, BaseModel):
        items = ((f"{place}.{name}".lstrip("."), item) for name, item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        items = ((f"{place}.{field.name}".lstrip("."), getattr(value, field.name)) for field in fields(value))
    elif isinstance(value, Mapping):
        items = ((f"{place}.{name}".lstrip("."), item) for name, item in value.items())
    else:
        return ""
    return next(filter(None, (_undecodable(item, inner) for inner, item in items)), "")


def _is_text(value: bytes | bytearray) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
