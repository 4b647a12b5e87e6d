"""Converts the body argument to the option of the request that sends it."""

from __future__ import annotations

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
from types import NoneType
from typing import Any, get_args
from uuid import UUID

from pydantic import BaseModel
from typing_extensions import is_typeddict

from clientele.api.arguments.checked import argument_check
from clientele.api.arguments.markers import Body, Part
from clientele.api.types.adapters import serializing_adapter
from clientele.api.types.annotations import class_of, class_of_values, members
from clientele.api.types.as_json import says_json
from clientele.api.types.json_values import Writing, json_writer, of_models
from clientele.api.types.unwritable import reason_of, without_value
from clientele.http.errors import ConfigurationError, InvalidBody
from clientele.http.message.body.bodies import encoded_json

BodyWriter = Callable[[dict[str, Any], Any], None]

# Values of these types are never sent unchanged as a body.
_JSON = (BaseModel, Mapping, list, tuple, set, frozenset, int, float, Decimal, UUID, Enum, date, time, NoneType)


def body_writer(kind: Any, where: str, writing: Writing) -> BodyWriter:
    """A function that adds a value of the type `kind` to the options of a request, as the body.

    Models, dataclasses, TypedDicts, dicts and lists become `json`, and so does a value marked `AsJSON`; bytes, str,
    files, and iterators of bytes become `content`. None sends no body.

    Raises:
        ConfigurationError: Pydantic can't write values of `kind`; the message starts with `where`.
        NameError: `kind` refers to something that isn't defined yet.

    The writer raises:
        InvalidBody: the value is not of the type `kind`, or can't be written as JSON; the message starts with `where`.
    """
    parts = members(kind)
    classes = [found for part in parts if (found := class_of(part)) is not None]
    models = tuple(class_of_values(found) for found in classes if issubclass(found, BaseModel))
    is_json = says_json(kind) or all(map(_is_json, parts))
    streams = any(map(_is_stream_of_bytes, parts))
    lists = not streams and any(map(_is_iterable, parts))
    model = _checked(json_writer(writing).model, where)
    written = _kind_writer(kind, where, writing, is_json=is_json)
    check = argument_check(kind, where, InvalidBody)

    def write(options: dict[str, Any], value: Any) -> None:
        if value is None:
            return
        if check is not None:
            value = check(value)
        if models and isinstance(value, models):
            options["json"] = model(value)
        elif is_json or (lists and isinstance(value, Iterable)):
            options["json"] = written(value)
        elif _is_content(value) or (streams and isinstance(value, (Iterable, AsyncIterable))):
            options["content"] = value
        else:
            options["json"] = model(value) if isinstance(value, BaseModel) else written(value)

    return write


def json_option(value: Any, method: str, where: str) -> Any:
    """`value` as the body of a request without a declaration.

    Raises:
        InvalidBody: it can't be written as JSON; the message starts with `where`.
    """
    return _checked(json_writer(writing_of(Body(), method)).written, where)(value)


def writing_of(marker: Body, method: str) -> Writing:
    """How models in the body are serialized. A PATCH replaces every field that it contains, so it gets only the fields
    that were set.
    """
    set_only = method == "PATCH" if marker.exclude_unset is None else marker.exclude_unset
    return Writing(set_only, marker.exclude_none, marker.exclude_defaults, marker.by_alias)


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
    """Whether `value` is sent unchanged as the body. An attribute `read` isn't enough: a model may have a field of that
    name.
    """
    return isinstance(value, (bytes, bytearray, memoryview, str, Iterator, AsyncIterator)) or callable(
        getattr(value, "read", None)
    )


def _kind_writer(kind: Any, where: str, writing: Writing, *, is_json: bool) -> Callable[[Any], Any]:
    writer = json_writer(writing._replace(warnings="error"))
    try:
        write = of_models(writer.writer(serializing_adapter(kind, where)), kind)
    except ConfigurationError:
        if is_json:
            raise
        # A file or an iterator. Other values are serialized by their own type.
        write = writer.written
    return _checked(write, where, kind)


def _checked(write: Callable[[Any], Any], where: str, kind: Any = None) -> Callable[[Any], Any]:
    """`write`, but its errors become InvalidBody and start with `where`; `kind` is the declared type of the values."""

    def written(value: Any) -> Any:
        try:
            return write(value)
        except (ValueError, TypeError, RecursionError) as error:
            declared = type(value) if kind is None else kind
            raise InvalidBody(f"{where}: {reason_of(error, value, declared)}") from without_value(error)

    return written


def part_writer(kind: Any, marker: Part, where: str, writing: Writing) -> Callable[[Any], tuple[None, Any, str | None]]:
    """A function that converts a value of the type `kind` to a part of a form, with the errors of `body_writer`."""
    write = body_writer(kind, where, writing)

    def made(value: Any) -> tuple[None, Any, str | None]:
        options: dict[str, Any] = {}
        write(options, value)
        if "content" in options:
            return None, options["content"], marker.content_type
        return None, encoded_json(options["json"], where), marker.content_type or "application/json"

    return made
