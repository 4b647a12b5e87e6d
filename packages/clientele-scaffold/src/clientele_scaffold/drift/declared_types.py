"""Declared types as schemas: what Pydantic says of them, in the form in which a description is read."""

from __future__ import annotations

import sys
import typing
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

from openapi_pydantic.v3 import v3_1 as written
from pydantic import PlainSerializer, PydanticSchemaGenerationError, PydanticUserError, TypeAdapter, WrapSerializer
from typing_extensions import TypeAliasType

from clientele.api import EndpointDeclaration, ServerSentEvent
from clientele_scaffold.drift.generator import CLASS, SchemaGenerator
from clientele_scaffold.reading.description import Schema
from clientele_scaffold.reading.problems import below
from clientele_scaffold.reading.references import value_at
from clientele_scaffold.reading.schemas import Schemas

Mode: TypeAlias = Literal["validation", "serialization"]
_Key: TypeAlias = tuple[int, Mode]

Home: TypeAlias = type | TypeAliasType
"""What is defined once and used in many places."""
ALIASES = (TypeAliasType, getattr(typing, "TypeAliasType", TypeAliasType))
_REFERENCES = "#/$defs/{model}"
ANYTHING = Schema(pointer="")


class DeclaredTypes:
    """The schemas of types.

    A serializer that an argument has as a whole says how it is written, not what it is.

    Args:
        types: the types, each with its mode: what is read is validated, what is sent is serialized. They are known by
            identity, so that they have to live as long as this does.
        modules: the names of modules that define aliases, besides those of the classes.
    """

    def __init__(self, types: Iterable[tuple[Any, Mode]], modules: Iterable[str] = ()) -> None:
        self._types: dict[_Key, Any] = {(id(kind), mode): kind for kind, mode in types}
        self._classes: dict[str, type] = {}
        made, self._document = self._written()
        schemas = Schemas(self._document)
        self._schemas = {key: _parsed(schemas, schema, below("#/types", *key)) for key, schema in made.items()}
        self._targets = schemas.follow()
        self._aliases = dict(_aliases({each.__module__ for each in self._classes.values()} | set(modules)))

    def _written(self) -> tuple[dict[_Key, Any], dict[str, Any]]:
        """The schemas of all types, and a document that has them and what they refer to."""
        adapters = [(key, adapter) for key, kind in self._types.items() if (adapter := _adapter(kind)) is not None]
        inputs: list[tuple[_Key, Mode, TypeAdapter[Any]]] = [(key, key[1], adapter) for key, adapter in adapters]
        generator = type("Generator", (SchemaGenerator,), {"classes": self._classes})
        made, shared = TypeAdapter.json_schemas(inputs, ref_template=_REFERENCES, schema_generator=generator)
        schemas: dict[_Key, Any] = {key: schema for (key, _), schema in made.items()}
        types: dict[str, dict[str, Any]] = {}
        for (identity, mode), schema in schemas.items():
            types.setdefault(str(identity), {})[mode] = schema
        return schemas, {"$defs": shared.get("$defs", {}), "types": types}

    def schema(self, kind: Any, mode: Mode) -> Schema:
        """The schema of one of the types; of what Pydantic has none for, that of anything."""
        return self._schemas.get((id(kind), mode), ANYTHING)

    def resolve(self, schema: Schema) -> Schema:
        """`schema`, or what it refers to."""
        while schema.ref:
            schema = self._targets[schema.ref]
        return schema

    def home_of(self, schema: Schema) -> Home | None:
        """The class or the alias that a resolved schema is that of: what has a line of its own."""
        return self.class_of(schema) or self._aliases.get(schema.pointer)

    def class_of(self, schema: Schema) -> type | None:
        """The model, dataclass, TypedDict or Enum that a resolved schema is that of."""
        if not schema.pointer:
            return None
        written_as = value_at(self._document, schema.pointer)
        return self._classes.get(written_as.get(CLASS, ""))


def _aliases(modules: Iterable[str]) -> Iterator[tuple[str, Home]]:
    """What `type` statements define in modules, by the pointers that Pydantic gives it."""
    for module in modules:
        for value in list(vars(sys.modules[module]).values()) if module in sys.modules else ():
            if isinstance(value, ALIASES):
                yield below("#/$defs", value.__name__), value


def _adapter(kind: Any) -> TypeAdapter[Any] | None:
    try:
        return TypeAdapter(_given(kind))
    except (PydanticSchemaGenerationError, PydanticUserError):  # A file or the like, which is no JSON.
        return None


def _given(kind: Any) -> Any:
    """What callers give for an argument of a type, whatever a serializer makes of the whole of it."""
    if get_origin(kind) is not Annotated:
        return kind
    said = [each for each in kind.__metadata__ if not isinstance(each, PlainSerializer | WrapSerializer)]
    return Annotated[kind.__origin__, *said] if said else kind.__origin__


def _parsed(schemas: Schemas, value: dict[str, Any], pointer: str) -> Schema:
    kind = written.Reference if "$ref" in value else written.Schema
    return schemas.schema(kind.model_validate(value), pointer)


def item_of(kind: Any) -> Any:
    """What the items of a stream are of JSON: of events it is their data."""
    if kind is ServerSentEvent:
        return str
    return get_args(kind)[0] if get_origin(kind) is ServerSentEvent else kind


def types_of(calls: Iterable[EndpointDeclaration]) -> Iterator[tuple[Any, Mode]]:
    """The types that calls are declared with."""
    for call in calls:
        maps = (call.response_map, call.errors, call.client_errors or {})
        for parameter in call.parameters:
            yield parameter.annotation, "serialization"
        events = () if call.events is None else call.events.types.values()
        for kind in (item_of(call.result), *events, *(kind for each in maps for kind in each.values())):
            yield kind, "validation"
