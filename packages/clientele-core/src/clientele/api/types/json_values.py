"""Converts arguments to JSON values: models by alias in JSON mode, with secrets revealed, because they are sent.

Pydantic serializes a SecretStr as asterisks, and a subclass in a `list[Base]` with only the fields of Base. So core
schemas are rewritten where necessary: models, dataclasses, and values without a declared type are serialized by their
own type.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from types import NoneType
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, PydanticUserError, TypeAdapter
from pydantic_core import PydanticSerializationUnexpectedValue, SchemaSerializer, to_jsonable_python

from clientele.api.types.adapters import completed
from clientele.api.types.annotations import class_of_values, members
from clientele.api.types.core_schemas import rewritten
from clientele.http.message.secret_values import SECRETS, revealed


class Writing(NamedTuple):
    """How models are serialized; see the marker `Body`."""

    exclude_unset: bool = False
    exclude_none: bool = False
    exclude_defaults: bool = False
    by_alias: bool = True
    warnings: Literal["error"] | bool = True
    """What happens if a value doesn't match its declared type: a warning, or an error."""


class JSONWriter:
    """Serializes values of any type, each by its own type.

    `written` raises:
        PydanticSerializationError: a value can't be written as JSON, or doesn't match its model.
        UnicodeDecodeError: bytes are not UTF-8.
    """

    def __init__(self, writing: Writing) -> None:
        plain = Writing._field_defaults
        said = {name: option for name, option in writing._asdict().items() if option is not plain[name]}
        self._options: dict[str, Any] = {"mode": "json", "by_alias": writing.by_alias, **said}
        self._set_only = writing.exclude_unset
        self._writer_of = lru_cache(maxsize=256)(self._class_writer)

    def written(self, value: Any) -> Any:
        """Serialize `value`, which has no declared type."""
        kind = type(value)
        if kind in _JSON:
            return value
        if kind is dict:
            return {
                key if type(key) is str else _key(key): item if type(item) in _JSON else self.written(item)
                for key, item in value.items()
            }
        if kind is list:
            return [item if type(item) in _JSON else self.written(item) for item in value]
        return self._by_kind(value)

    def _by_kind(self, value: Any) -> Any:
        if isinstance(value, SECRETS):
            return self.written(revealed(value))
        if isinstance(value, BaseModel) or (is_dataclass(value) and not isinstance(value, type)):
            return self.model(value)
        if isinstance(value, Mapping):
            return self.written(dict(value))
        if isinstance(value, (list, tuple, AbstractSet, Iterator, deque)):
            return self.written(list(value))
        return to_jsonable_python(value)

    def model(self, value: Any) -> Any:
        """Serialize a model or dataclass by its own class."""
        kind: Any = type(value)
        return self._writer_of(kind)(value)

    def _class_writer(self, kind: type) -> Callable[[Any], Any]:
        try:
            adapter = completed(TypeAdapter(kind))
        except (PydanticUserError, NameError):
            # A dataclass with annotations that Pydantic doesn't support.
            return lambda value: {field.name: self.written(getattr(value, field.name)) for field in fields(value)}
        return self.writer(adapter, kind)

    def writer(self, adapter: TypeAdapter[Any], of_class: type | None = None) -> Callable[[Any], Any]:
        """A function that serializes values of the type of `adapter`, or of exactly `of_class`, which is then that
        type.

        Pydantic's own serializer is faster, and correct unless a value can be an instance of a subclass.
        """
        options, own = self._options, adapter.serializer.to_python
        found = rewritten(adapter.core_schema, self, of_class, set_only=self._set_only)
        classes = tuple(found.classes)
        if found.changed and found.schema["type"] == "any":  # Serialized by value as a whole, without Pydantic.
            whole: Callable[[Any], Any] = found.schema["serialization"]["function"]
            return whole
        by_value = SchemaSerializer(found.schema, _CONFIG).to_python if found.changed else None

        def write(value: Any) -> Any:
            nonlocal by_value
            if by_value is None:
                if not (classes and any(map(type.__subclasses__, classes))):
                    return own(value, **options)
                by_value = SchemaSerializer(found.schema, _CONFIG).to_python
            return by_value(value, **options)

        return write

    def nested(self, kind: type) -> Callable[[Any], Any]:
        """A function that serializes a value with the declared class `kind` by its own class."""
        accepted = class_of_values(kind)

        def write(value: Any) -> Any:
            if not isinstance(value, accepted):
                raise PydanticSerializationUnexpectedValue(f"Expected `{kind.__name__}`")
            return self.model(value)

        return write


def of_models(write: Callable[[Any], Any], kind: Any) -> Callable[[Any], Any]:
    """`write`, for the values of `kind`.

    If `kind` is a model, other objects are refused: Pydantic serializes any object with attributes as a model, a
    function for example as `{}`.
    """
    kinds = [member for member in members(kind) if member is not NoneType]
    if not kinds or not all(isinstance(member, type) and issubclass(member, BaseModel) for member in kinds):
        return write

    def written(value: Any) -> Any:
        if not (value is None or isinstance(value, BaseModel)):
            raise PydanticSerializationUnexpectedValue(f"Expected `{kinds[0].__name__}`")
        return write(value)

    return written


# NaN and infinity are refused later; by default they would become null.
_CONFIG: Any = {"ser_json_inf_nan": "constants"}
_JSON = frozenset({str, int, float, bool, type(None)})


def _key(key: Any) -> Any:
    return key if type(key) in _JSON else next(iter(to_jsonable_python({key: None})))


json_writer = cache(JSONWriter)
"""The shared writer of each Writing."""
