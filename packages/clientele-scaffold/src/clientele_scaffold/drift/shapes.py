"""What a schema says a value may be: references followed, `allOf` put together, unions taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Protocol

from clientele_scaffold.reading.description import Schema

_DEPTH = 8
"""How deep objects are looked for in `allOf` and in alternatives."""


class Resolver(Protocol):
    """Where references lead: a Description, or DeclaredTypes."""

    def resolve(self, schema: Schema) -> Schema:
        """`schema`, or what it refers to."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One kind of value.

    Attributes:
        kind: `"string"`, `"integer"`, `"number"`, `"boolean"`, `"array"`, `"object"`, or `"any"` if nothing is said.
        schema: what says so.
        enum: the values that it may have; None for all.
        fields: the properties of an object.
        required: the names of those that have to be there.
        additional: the schema of further properties, if there is one.
        items: that of a list's items, if there is one.
    """

    kind: str
    schema: Schema
    format: str = ""
    enum: tuple[Any, ...] | None = None
    fields: Mapping[str, Schema] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    additional: Schema | None = None
    items: Schema | None = None


@dataclass(frozen=True, slots=True)
class Shapes:
    """The kinds of values that a schema allows, and whether null is one of them."""

    members: tuple[Shape, ...]
    nullable: bool = False

    @property
    def is_any(self) -> bool:
        """Whether nothing is said of the value."""
        return any(member.kind == "any" for member in self.members)


def shapes_of(schema: Schema, resolver: Resolver) -> Shapes:
    """What a schema says."""
    merged = _merged(schema, resolver)
    alternatives = [each for each in (*merged.any_of, *merged.one_of) if _says_something(each)]
    if alternatives and not merged.properties:
        return union([shapes_of(each, resolver) for each in alternatives], nullable=merged.nullable)
    nullable = merged.nullable or None in (merged.enum or ())
    return Shapes(tuple(_shape(kind, merged) for kind in _kinds(merged)), nullable)


def union(parts: list[Shapes], *, nullable: bool = False) -> Shapes:
    """What any of several schemas says."""
    found = [member for part in parts for member in part.members]
    different = {(each.schema.pointer or id(each), each.kind): each for each in found}
    members = _with_one_enum(list(different.values()))
    if any(member.kind == "number" and member.enum is None for member in members):
        members = [member for member in members if member.kind != "integer"]  # Each integer is a number.
    return Shapes(tuple(members), nullable or any(part.nullable for part in parts))


def _with_one_enum(members: list[Shape]) -> list[Shape]:
    """The members, of which those that have values of one kind are one: `"a"` or `"b"` is an enum of both."""
    found: dict[str, Shape] = {}
    others: list[Shape] = []
    for member in members:
        if member.enum is None:
            others.append(member)
        elif (known := found.get(member.kind)) is None:
            found[member.kind] = member
        else:
            values = (*(known.enum or ()), *member.enum)
            found[member.kind] = replace(known, enum=tuple(dict.fromkeys(values)))
    return [*found.values(), *others]


def _merged(schema: Schema, resolver: Resolver, depth: int = _DEPTH) -> Schema:
    """`schema` with what it refers to, with the parts of its `allOf`, and with the fields of its alternatives."""
    found = resolver.resolve(schema)
    if depth == 0:
        return found
    parts = [_alone(_merged(part, resolver, depth - 1), resolver) for part in found.all_of]
    nullable = schema.nullable or found.nullable or (bool(parts) and all(part.nullable for part in parts))
    if not parts:
        return replace(_with_alternatives(found, resolver, depth), nullable=nullable)
    whole = _with_alternatives(reduce(_both, [*parts, replace(found, all_of=())]), resolver, depth)
    is_alone = len(parts) == 1 and not _says_something(replace(found, all_of=(), nullable=False))
    return replace(whole, pointer=parts[0].pointer if is_alone else found.pointer, nullable=nullable)


def _with_alternatives(schema: Schema, resolver: Resolver, depth: int) -> Schema:
    """An object with the fields of its alternatives, if these are objects that nothing tells apart."""
    parts = (*schema.any_of, *schema.one_of)
    if not parts or schema.discriminator or not schema.properties:
        return schema
    merged = [_merged(part, resolver, depth - 1) for part in parts]
    if not all(_is_object(each) for each in merged):
        return schema
    properties = {name: each for part in merged for name, each in part.properties.items()}
    required = frozenset.intersection(*(part.required for part in merged))
    whole = {**properties, **schema.properties}
    return replace(schema, any_of=(), one_of=(), properties=whole, required=schema.required | required)


def _is_object(schema: Schema) -> bool:
    others = (schema.any_of, schema.one_of, schema.items, schema.enum, schema.discriminator)
    return schema.types in {(), ("object",)} and not any(others)


def _alone(part: Schema, resolver: Resolver) -> Schema:
    """A part of an `allOf`, or the only alternative that it has besides null."""
    alternatives = (*part.any_of, *part.one_of)
    if len(alternatives) != 1 or part.properties:
        return part
    return replace(_merged(alternatives[0], resolver), nullable=part.nullable)


def _both(first: Schema, second: Schema) -> Schema:
    return replace(
        second,
        types=second.types or first.types,
        format=second.format or first.format,
        enum=first.enum if second.enum is None else second.enum,
        properties={**first.properties, **second.properties},
        required=first.required | second.required,
        additional=first.additional if second.additional is None else second.additional,
        items=second.items or first.items,
        any_of=second.any_of or first.any_of,
        one_of=second.one_of or first.one_of,
        limits={**first.limits, **second.limits},
        discriminator=second.discriminator or first.discriminator,
        content_media_type=second.content_media_type or first.content_media_type,
    )


def _says_something(schema: Schema) -> bool:
    """Whether a schema says what a value is; one that only requires properties, or limits values, doesn't."""
    said = (schema.ref, schema.types, schema.properties, schema.items, schema.all_of, schema.any_of, schema.one_of)
    return schema.enum is not None or isinstance(schema.additional, Schema) or any(said)


def _kinds(schema: Schema) -> list[str]:
    if schema.types:
        return list(schema.types)
    if schema.enum is not None:
        return list(dict.fromkeys(_kind_of(value) for value in schema.enum if value is not None)) or ["any"]
    if schema.properties or isinstance(schema.additional, Schema):
        return ["object"]
    return ["array"] if schema.items or schema.prefix_items else ["any"]


def _kind_of(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return kinds.get(type(value), "object")


def _shape(kind: str, schema: Schema) -> Shape:
    if kind == "object":
        additional = schema.additional if isinstance(schema.additional, Schema) else None
        fields, required = schema.properties, schema.required
        return Shape(kind=kind, schema=schema, fields=fields, required=required, additional=additional)
    if kind == "array":
        return Shape(kind=kind, schema=schema, items=_items(schema))
    enum = None if schema.enum is None else tuple(value for value in schema.enum if _fits(value, kind))
    is_binary = kind == "string" and schema.content_media_type == "application/octet-stream"
    return Shape(
        kind=kind,
        schema=schema,
        format="binary" if is_binary else schema.format,
        enum=None if kind == "boolean" and enum and set(enum) == {True, False} else enum,
    )


def _items(schema: Schema) -> Schema | None:
    """What any item of a list may be, the first ones among them."""
    parts = schema.prefix_items
    if not parts:
        return schema.items
    return parts[0] if all(part.types == parts[0].types for part in parts) else replace(parts[0], ref="", types=())


def _fits(value: Any, kind: str) -> bool:
    return _kind_of(value) == kind or (kind == "number" and _kind_of(value) == "integer")
