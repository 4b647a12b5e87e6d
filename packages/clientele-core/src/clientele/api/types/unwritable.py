"""Error messages for values that can't be serialized, without the value, which may contain secrets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError

from clientele.api.types.annotations import plain, shown
from clientele.http.message.secret_values import SECRETS

_EXPECTED = r"Expected `([^`]*)`(?:.*?field_name='(\w*)')?"


def reason_of(error: Exception, value: Any, kind: Any) -> str:
    """The reason of `error`, which was raised when `value` of the type `kind` was serialized."""
    first = _first(error)
    if isinstance(first, UnicodeDecodeError):
        place, _ = _found(value, _is_binary) or ("", value)
        return (
            f"{_prefix(place)}the bytes are not UTF-8, and JSON has only text; declare them as pydantic.Base64Bytes, "
            "or send them as the whole body"
        )
    if (found := _found(value, _is_code)) is not None:
        place, code = found
        what, instead = ("class", "an instance of it") if isinstance(code, type) else ("function", "what it returns")
        name = getattr(code, "__name__", "")
        return f"{_prefix(place)}{name} is a {what}; give {instead}: {name}(...)"
    text = str(first)
    if text.startswith("Unable to serialize unknown type"):
        return f"the value can't be written as JSON: {text}"
    if (expected := re.search(_EXPECTED, text)) is None:
        return f"a value of type {shown(plain(kind))} can't be written as JSON; the cause says why"
    field = f" in the field {expected[2]!r}" if expected[2] else ""
    return f"the value is not what {shown(plain(kind))} declares: {expected[1]} is expected{field}"


def without_value(error: Exception) -> Exception | None:
    """`error` if it may be shown, else None: Pydantic's errors about types contain the value."""
    return None if re.search(_EXPECTED, str(error)) else error


def _first(error: Exception) -> Exception:
    """The first error in the chain of `error`."""
    cause = error.__cause__
    while isinstance(error, PydanticSerializationError) and isinstance(cause, (ValueError, TypeError)):
        error, cause = cause, cause.__cause__
    return error


def _found(value: Any, is_wanted: Callable[[Any], bool]) -> tuple[str, Any] | None:
    """The first part of `value` that is wanted, and its location, as in `files[0].content`; None if there is none."""
    seen: set[int] = set()  # Cyclic values can't be written either.

    def search(value: Any, place: str) -> tuple[str, Any] | None:
        if isinstance(value, SECRETS):
            value = value.get_secret_value()
        if is_wanted(value):
            return place, value
        if id(value) in seen:
            return None
        seen.add(id(value))
        return next(filter(None, (search(item, f"{place}{name}".lstrip(".")) for name, item in _items(value))), None)

    try:
        return search(value, "")
    except RecursionError:
        return None


def _items(value: Any) -> Iterable[tuple[str, Any]]:
    """The parts of `value`, each with the syntax of its location."""
    if isinstance(value, (list, tuple)):
        return ((f"[{index}]", item) for index, item in enumerate(value))
    if isinstance(value, BaseModel):
        return ((f".{name}", item) for name, item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return ((f".{field.name}", getattr(value, field.name)) for field in fields(value))
    return ((f".{name}", item) for name, item in value.items()) if isinstance(value, Mapping) else ()


def _prefix(place: str) -> str:
    return f"{place}: " if place else ""


def _is_code(value: Any) -> bool:
    return isinstance(value, (type, FunctionType, MethodType, BuiltinFunctionType))


def _is_binary(value: Any) -> bool:
    if not isinstance(value, (bytes, bytearray)):
        return False
    try:
        value.decode()
    except UnicodeDecodeError:
        return True
    return False
