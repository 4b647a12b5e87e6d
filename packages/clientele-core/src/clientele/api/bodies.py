"""From the argument that is the body to the option of the request that carries it."""

from __future__ import annotations

import re
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Callable,
    Iterable,
    Iterator,
    Mapping,
)
from dataclasses import is_dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import NoneType
from typing import Any, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PydanticUserError, TypeAdapter
from pydantic_core import PydanticSerializationError
from typing_extensions import is_typeddict

from clientele.api.adapters import completed
from clientele.api.annotations import class_of, members, shown
from clientele.http.errors import ConfigurationError, InvalidBody

BodyWriter = Callable[[dict[str, Any], Any], None]

# Types whose values are never a body as they are.
_JSON = (BaseModel, Mapping, list, tuple, set, frozenset, int, float, Decimal, UUID, Enum, date, time, NoneType)
_EXPECTED = re.compile(r"Expected `([^`]*)`(?:.*?field_name='(\w*)')?")


def body_writer(kind: Any, where: str) -> BodyWriter:
    """What puts a value of the type `kind` into the options of a request.

    `json` takes models, dataclasses, TypedDicts, dicts, lists and the like; `content` takes bytes, str, files, and
    iterators of bytes. Models are written by alias, in JSON mode. None is no body.

    Raises:
        ConfigurationError: Pydantic can't write values of `kind`; the message starts with `where`.
        NameError: `kind` refers to something that isn't defined yet.

    The writer raises:
        InvalidBody: the value is not of the type `kind`, or can't be written as JSON; the message starts with `where`.
    """
    parts = members(kind)
    models = tuple(found for part in parts if (found := class_of(part)) is not None and issubclass(found, BaseModel))
    is_json = all(map(_is_json, parts))
    streams = any(map(_is_stream_of_bytes, parts))
    lists = not streams and any(map(_is_iterable, parts))
    written = _json_writer(kind, where, is_json=is_json)

    def write(options: dict[str, Any], value: Any) -> None:
        if value is None:
            return
        if models and isinstance(value, models):
            options["json"] = _dumped(value, where)
        elif is_json or (lists and isinstance(value, Iterable)):
            options["json"] = written(value)
        elif _is_content(value) or (streams and isinstance(value, (Iterable, AsyncIterable))):
            options["content"] = value
        else:
            options["json"] = _dumped(value, where) if isinstance(value, BaseModel) else written(value)

    return write


def takes_async_only(kind: Any) -> bool:
    """Whether the values of `kind` are asynchronous iterables, which a synchronous call can't send."""
    kinds = [class_of(part) for part in members(kind)]
    return any(found is not None and issubclass(found, AsyncIterable) for found in kinds)


def _is_json(kind: Any) -> bool:
    found = class_of(kind)
    return found is not None and (issubclass(found, _JSON) or is_dataclass(found) or is_typeddict(found))


def _is_iterable(kind: Any) -> bool:
    return class_of(kind) in _ITERABLES


def _is_stream_of_bytes(kind: Any) -> bool:
    return _is_iterable(kind) and get_args(kind)[:1] in {(), (bytes,)}


_ITERABLES = frozenset({Iterable, Iterator, AsyncIterable, AsyncIterator})


def _is_content(value: Any) -> bool:
    """Whether `value` is a body as it is. A model or dataclass may have a field called `read`, so that isn't enough."""
    return isinstance(value, (bytes, bytearray, memoryview, str, Iterator, AsyncIterator)) or callable(
        getattr(value, "read", None)
    )


def _dumped(model: BaseModel, where: str) -> Any:
    try:
        return model.model_dump(mode="json", by_alias=True)
    except PydanticSerializationError as error:
        raise InvalidBody(f"{where}: {_told(error, type(model))}") from error


def _json_writer(kind: Any, where: str, *, is_json: bool) -> Callable[[Any], Any]:
    try:
        dump = completed(_adapter_for(kind)).dump_python
    except PydanticUserError as error:
        if is_json:
            reason = str(error.message).partition("\n")[0]
            raise ConfigurationError(f"{where}: Pydantic can't write {shown(kind)}: {reason}") from error
        # A file or the like. Values that are none after all are written for what they are.
        dump = _adapter_for(Any).dump_python

    def written(value: Any) -> Any:
        try:
            return dump(value, mode="json", by_alias=True, warnings="error")
        except PydanticSerializationError as error:
            raise InvalidBody(f"{where}: {_told(error, kind)}") from error

    return written


def _told(error: PydanticSerializationError, kind: Any) -> str:
    """What Pydantic says, without the value that it says it of: a body may have secrets."""
    text = str(error)
    if text.startswith("Unable to serialize unknown type"):
        return f"the value can't be written as JSON: {text}"
    if (expected := _EXPECTED.search(text)) is None:
        return f"a value of type {shown(kind)} can't be written as JSON; the cause says why"
    field = f" in the field {expected[2]!r}" if expected[2] else ""
    return f"the value is not what {shown(kind)} declares: {expected[1]} is expected{field}"


def _adapter_for(kind: Any) -> TypeAdapter[Any]:
    try:
        return _cached_adapter(kind, repr(kind))
    except TypeError:  # What the annotation holds can't be hashed.
        return _adapter(kind)


# Types that differ in their order alone are equal, and yet not the same to a serializer: hence the notation.
@lru_cache(maxsize=256)
def _cached_adapter(kind: Any, notation: str) -> TypeAdapter[Any]:  # noqa: ARG001 - part of the key
    return _adapter(kind)


def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Of values that are no models it keeps NaN and the infinities, which are refused later; by default they are null.

    Models and the like have a configuration of their own, which no other may stand beside.
    """
    try:
        return TypeAdapter(kind, config=ConfigDict(ser_json_inf_nan="constants"))
    except PydanticUserError:
        return TypeAdapter(kind)
