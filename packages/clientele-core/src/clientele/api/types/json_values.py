"""JSON values of arguments: models by alias in JSON mode, with secrets revealed, because they are sent.

Pydantic writes a SecretStr as asterisks, and of a subclass in a `list[Base]` only the fields of Base. So core schemas
are rewritten where it matters: models, dataclasses, and values of no declared type are written by what they are.
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
from clientele.api.types.annotations import members
from clientele.api.types.core_schemas import rewritten
from clientele.http.message.secret_values import SECRETS, revealed


class Writing(NamedTuple):
    """How models are written; see the marker `Body`."""

    exclude_unset: bool = False
    exclude_none: bool = False
    exclude_defaults: bool = False
    by_alias: bool = True
    warnings: Literal["error"] | bool = True
    """What a value does that is not of its declared type: warn, or raise."""


class JSONWriter:
    """Writes values of any type, each by the type that it is of.

    `written` raises:
        PydanticSerializationError: a value can't be written as JSON, or is not what a model declares.
        UnicodeDecodeError: bytes that are not UTF-8.
    """

    def __init__(self, writing: Writing) -> None:
        plain = Writing._field_defaults
        said = {name: option for name, option in writing._asdict().items() if option is not plain[name]}
        self._options: dict[str, Any] = {"mode": "json", "by_alias": writing.by_alias, **said}
        self._set_only = writing.exclude_unset
        self._writer_of = lru_cache(maxsize=256)(self._class_writer)

    def written(self, value: Any) -> Any:
        """`value`, of which no type is declared."""
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
        """A model or dataclass, by its own class."""
        kind: Any = type(value)
        return self._writer_of(kind)(value)

    def _class_writer(self, kind: type) -> Callable[[Any], Any]:
        try:
            adapter = completed(TypeAdapter(kind))
        except (PydanticUserError, NameError):
            # A dataclass whose annotations Pydantic doesn't know.
            return lambda value: {field.name: self.written(getattr(value, field.name)) for field in fields(value)}
        return self.writer(adapter, kind)

    def writer(self, adapter: TypeAdapter[Any], of_class: type | None = None) -> Callable[[Any], Any]:
        """What writes the values of the type of `adapter`, or of exactly `of_class`, which is that type then.

        Pydantic's own way is faster, and right as long as no value can be of a subclass of what is declared.
        """
        options, own = self._options, adapter.serializer.to_python
        found = rewritten(adapter.core_schema, self, of_class, set_only=self._set_only)
        classes = tuple(found.classes)
        if found.changed and found.schema["type"] == "any":  # All of it is written by value: no need to go by Pydantic.
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
        """What writes a value that is declared to be of the class `kind`, by its own class."""

        def write(value: Any) -> Any:
            if not isinstance(value, kind):
                raise PydanticSerializationUnexpectedValue(f"Expected `{kind.__name__}`")
            return self.model(value)

        return write


def of_models(write: Callable[[Any], Any], kind: Any) -> Callable[[Any], Any]:
    """`write`, for the values of `kind`; if these are models it refuses what is none.

    Pydantic writes any object that has attributes as a model: a function, say, as an empty one.
    """
    kinds = [member for member in members(kind) if member is not NoneType]
    if not kinds or not all(isinstance(member, type) and issubclass(member, BaseModel) for member in kinds):
        return write

    def written(value: Any) -> Any:
        if not (value is None or isinstance(value, BaseModel)):
            raise PydanticSerializationUnexpectedValue(f"Expected `{kinds[0].__name__}`")
        return write(value)

    return written


# NaN and the infinities are refused later; by default they would be null.
_CONFIG: Any = {"ser_json_inf_nan": "constants"}
_JSON = frozenset({str, int, float, bool, type(None)})


def _key(key: Any) -> Any:
    return key if type(key) in _JSON else next(iter(to_jsonable_python({key: None})))


json_writer = cache(JSONWriter)
"""The one writer for each way of writing."""
