"""Types that can't be written as text, and so can't go in a path, a query, a header or a field of a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, PydanticInvalidForJsonSchema, PydanticUserError, TypeAdapter
from typing_extensions import is_typeddict

from clientele.api.types.adapters import completed
from clientele.api.types.annotations import class_of, members, parts, shown
from clientele.http.errors import ConfigurationError
from clientele.http.message.secret_values import SECRETS

_TEXT = (str, bool, int, float, Decimal, UUID, date, time, timedelta, NoneType, *SECRETS)
_NEVER_TEXT = (BaseModel, bytes, bytearray, memoryview, complex, Mapping, AbstractSet)


def refuse_unwritable(kind: Any, where: str, place: str) -> None:
    """Refuse types whose values can't be written as text.

    Raises:
        ConfigurationError: `kind` contains one; the message starts with `where`, and says that it can't be written in
            `place`.
    """
    if has_serializer(kind):
        return
    for member in members(kind):
        found = _literal_class(member) if get_origin(member) is Literal else class_of(member)
        if found is None:
            continue
        if _is_list(found) and place != "a path":
            for item in get_args(member):
                _refuse_nested(item, member, where, place)
                refuse_unwritable(item, where, place)
        elif _is_never_text(found, place):
            advice = f"take a list, as in {_as_list(member)}" if _has_items(found) else _advice(place)
            raise ConfigurationError(f"{where} is of type {shown(member)}, which can't be written in {place}; {advice}")


def _is_list(kind: type) -> bool:
    return issubclass(kind, Sequence) and not issubclass(kind, (str, bytes, bytearray, memoryview))


def _has_items(kind: type) -> bool:
    """Whether a list can be made of the values of `kind`."""
    return issubclass(kind, (AbstractSet, Iterator))


def _as_list(kind: Any) -> str:
    items = get_args(kind)
    return f"list[{shown(items[0])}]" if items else "list[str]"


def _refuse_nested(item: Any, outer: Any, where: str, place: str) -> None:
    for member in members(item):
        found = class_of(member)
        if found is not None and _is_list(found) and not has_serializer(item):
            raise ConfigurationError(
                f"{where} is of type {shown(outer)}, and a list in a list can't be written in {place}; "
                "send it as JSON in the body, or give it a PlainSerializer"
            )


def has_serializer(kind: Any) -> bool:
    """Whether a part of `kind` has a serializer of the user."""
    # Imported here because Pydantic, too, imports them at first use, and the import is slow.
    from pydantic import PlainSerializer, WrapSerializer  # noqa: PLC0415

    return any(isinstance(part, (PlainSerializer, WrapSerializer)) for part in parts(kind))


def _is_never_text(kind: type, place: str) -> bool:
    if place == "a path" and issubclass(kind, (list, tuple)):
        return True
    if kind.__name__ == "Callable" or issubclass(kind, _NEVER_TEXT) or is_dataclass(kind) or is_typeddict(kind):
        return True
    if issubclass(kind, Enum):
        return not any(map(_is_text, kind)) if len(kind) else False
    return not (issubclass(kind, _TEXT) or _may_be_text(kind))


def _literal_class(kind: Any) -> type | None:
    """The class of the first value of a Literal that can't be written as text, or None."""
    return next((type(value) for value in get_args(kind) if isinstance(value, bytes)), None)


def _is_text(member: Enum) -> bool:
    return not isinstance(member.value, (*_NEVER_TEXT, list, tuple))


def _may_be_text(kind: type) -> bool:
    """Whether `kind` is a base class of types that can be written, or Pydantic serializes it to a single value."""
    if getattr(kind, "_is_protocol", False) or any(issubclass(known, kind) for known in _TEXT):
        return True
    try:
        schema = completed(TypeAdapter(kind)).json_schema(mode="serialization")
    except PydanticInvalidForJsonSchema:
        return True
    except PydanticUserError:
        return False
    return schema.get("type") not in {"object", "array"}


def _advice(place: str) -> str:
    if place == "a field of a form":
        return "declare its fields as separate parameters, or mark it File() if it is a file"
    if place == "a query":
        return "call it `data` or mark it Body() if it is the body, else declare its fields as separate parameters"
    if place == "one value of a query":
        return "mark it Query() if its fields are query values; call it `data` or mark it Body() if it is the body"
    return "declare its fields as separate parameters"
