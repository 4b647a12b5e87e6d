"""`Schema` from the schemas of openapi-pydantic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from openapi_pydantic.v3 import v3_1 as written

from clientele_scaffold.reading.description import Schema
from clientele_scaffold.reading.problems import below
from clientele_scaffold.reading.references import model_at, target_of

Written: TypeAlias = written.Schema | written.Reference

_LIMITS = (
    *("multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)


class Schemas:
    """Makes schemas, and remembers what they refer to."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._wanted: list[str] = []
        self.targets: dict[str, Schema] = {}

    def schema(self, source: Written, pointer: str) -> Schema:
        """The schema that is written at `pointer`."""
        # A reference with something beside it is read as either, whichever has more fields of it.
        beside = source.model_extra or {}
        reference = source.ref if isinstance(source, written.Reference) else beside.get("$ref")
        if isinstance(source, written.Reference) or isinstance(reference, str):
            return self._reference(str(reference), source, pointer)
        nullable, types = _types(source)
        any_of, has_null = self._without_null(source.anyOf, below(pointer, "anyOf"))
        one_of, has_null_too = self._without_null(source.oneOf, below(pointer, "oneOf"))
        discriminator = source.discriminator
        return Schema(
            pointer=pointer,
            types=types,
            nullable=nullable or has_null or has_null_too,
            format=source.schema_format or "",
            enum=_enum(source),
            has_default="default" in source.model_fields_set,
            default=source.default,
            properties={
                name: self.schema(item, below(pointer, "properties", name))
                for name, item in (source.properties or {}).items()
            },
            required=frozenset(source.required or ()),
            additional=self._additional(source, pointer),
            items=None if source.items is None else self.schema(source.items, below(pointer, "items")),
            prefix_items=self._several(source.prefixItems, below(pointer, "prefixItems")),
            all_of=self._several(source.allOf, below(pointer, "allOf")),
            any_of=any_of,
            one_of=one_of,
            discriminator=discriminator.propertyName if discriminator else "",
            mapping=self._mapping(discriminator.mapping if discriminator else None),
            content_media_type=source.contentMediaType or "",
            examples=(*([source.example] if source.example is not None else []), *(source.examples or ())),
            limits={name: _whole(value) for name in _LIMITS if (value := getattr(source, name)) is not None},
            title=source.title or "",
            description=source.description or "",
            deprecated=bool(source.deprecated),
            read_only=bool(source.readOnly),
            write_only=bool(source.writeOnly),
        )

    def follow(self) -> dict[str, Schema]:
        """All that was referred to, and what that refers to, by pointer."""
        while self._wanted:
            pointer = self._wanted.pop()
            if pointer not in self.targets:
                self.targets[pointer] = self.schema(model_at(self._document, pointer, written.Schema), pointer)
        return self.targets

    def _reference(self, reference: str, source: Written, pointer: str) -> Schema:
        target = target_of(reference)
        self._wanted.append(target)
        said = source.model_dump(exclude_unset=True)
        return Schema(
            pointer=pointer,
            ref=target,
            nullable=said.get("nullable") is True,
            has_default="default" in said,
            default=said.get("default"),
            title=said.get("title") or "",
            description=source.description or "",
            deprecated=said.get("deprecated") is True,
            read_only=said.get("readOnly") is True,
            write_only=said.get("writeOnly") is True,
        )

    def _several(self, sources: Sequence[Written] | None, pointer: str) -> tuple[Schema, ...]:
        return tuple(self.schema(source, below(pointer, index)) for index, source in enumerate(sources or ()))

    def _without_null(self, sources: Sequence[Written] | None, pointer: str) -> tuple[tuple[Schema, ...], bool]:
        schemas = self._several(sources, pointer)
        others = tuple(schema for schema in schemas if not _is_null(schema))
        return others, len(others) < len(schemas)

    def _additional(self, source: written.Schema, pointer: str) -> Schema | bool | None:
        additional = source.additionalProperties
        if additional is None or isinstance(additional, bool):
            return additional
        return self.schema(additional, below(pointer, "additionalProperties"))

    def _mapping(self, mapping: dict[str, str] | None) -> dict[str, str]:
        """Values of a discriminator; a bare name is that of a component."""
        return {
            value: target_of(named if "/" in named else f"#/components/schemas/{named}")
            for value, named in (mapping or {}).items()
        }


def _whole(value: Any) -> Any:
    """A number as it is written: the model has a float for each."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _types(source: written.Schema) -> tuple[bool, tuple[str, ...]]:
    said = source.type if isinstance(source.type, list) else [source.type] if source.type else []
    names = tuple(kind.value for kind in said)
    nullable = "null" in names or (source.model_extra or {}).get("nullable") is True
    return nullable, tuple(name for name in names if name != "null")


def _enum(source: written.Schema) -> tuple[Any, ...] | None:
    if "const" in source.model_fields_set:
        return (source.const,)
    return None if source.enum is None else tuple(source.enum)


def _is_null(schema: Schema) -> bool:
    nothing_else = not (schema.ref or schema.types or schema.any_of or schema.one_of or schema.all_of)
    return nothing_else and (schema.nullable or schema.enum == (None,))
