"""Annotations of Python for schemas."""

from __future__ import annotations

from collections.abc import Sequence

from clientele_scaffold.reading import Description, Schema
from clientele_scaffold.writing.limits import FORMATS, is_pattern
from clientele_scaffold.writing.literals import literal
from clientele_scaffold.writing.schemas import ModelSchemas
from clientele_scaffold.writing.scopes import Scope

_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_LIMITS = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
}


class Types:
    """Writes annotations; what takes more than a line becomes a model.

    Args:
        description: where references lead.
        models: the models that are written.
    """

    def __init__(self, description: Description, models: ModelSchemas) -> None:
        self.description = description
        self.models = models

    def annotation(self, schema: Schema | None, scope: Scope, wanted: str) -> str:
        """The type of the values of a schema; `wanted` is what a model of them is called, if they need one."""
        if schema is None:
            return scope.use("typing", "Any")
        whole = self._whole(schema, scope, wanted)
        found = self.description.resolve(schema)
        may_be_none = schema.nullable or (found.nullable and _is_model(found))  # A model itself is never None.
        return union([whole, "None"]) if may_be_none and whole != "Any" else whole

    def is_object(self, schema: Schema) -> bool:
        """Whether the values of a schema have fields."""
        found = self.description.resolve(schema)
        parts = (*found.all_of, *found.any_of, *found.one_of)
        return "object" in found.types or bool(found.properties) or any(map(self.is_object, parts))

    def is_list(self, schema: Schema) -> bool:
        """Whether the values of a schema, or some of them, are lists."""
        found = self.description.resolve(schema)
        return "array" in found.types or any(map(self.is_list, (*found.any_of, *found.one_of)))

    def items(self, schema: Schema) -> Schema:
        """What is in the lists of a schema."""
        found = self.description.resolve(schema)
        lists = [each for each in (*found.any_of, *found.one_of) if self.is_list(each)]
        return self.items(lists[0]) if lists else found.items or Schema(pointer=found.pointer)

    def is_text(self, schema: Schema) -> bool:
        """Whether the values of a schema are strings, and str in Python."""
        found = self.description.resolve(schema)
        return found.types == ("string",) and found.enum is None and found.format not in FORMATS

    def has_text(self, schema: Schema, *, values: bool = False) -> bool:
        """Whether some of the values of a schema are str in Python, which would be sent, and read, as they are.

        Args:
            schema: the schema.
            values: whether those of an enum count.
        """
        found = self.description.resolve(schema)
        if found.enum is not None:
            return values and any(isinstance(value, str) for value in found.enum)
        parts = (*found.all_of, *found.any_of, *found.one_of)
        is_text = "string" in found.types and found.format not in FORMATS
        return is_text or any(self.has_text(part, values=values) for part in parts)

    def as_json(self, kind: str, scope: Scope) -> str:
        """A type whose values are JSON, whatever they are."""
        mark = f"{scope.use('clientele.api', 'AsJSON')}()"
        bare = kind.removesuffix(" | None")
        written = annotated(scope, bare, mark)
        return written if bare == kind else f"{written} | None"

    def whole(self, schema: Schema) -> Schema:
        """What a schema refers to, or what it has beside null, or the one part of its `allOf`."""
        found = self.description.resolve(schema)
        parts = (*found.all_of, *found.any_of, *found.one_of)
        return self.whole(parts[0]) if len(parts) == 1 and not (found.properties or found.types) else found

    def inner(self, schema: Schema, scope: Scope, wanted: str) -> str:
        """The type of a part of a model, which the model says, too; `""` if it would take several models."""
        is_one = bool(schema.ref) or _is_model(schema) or not _has_models(schema)
        return self.annotation(schema, scope, wanted) if is_one else ""

    def fields(self, schema: Schema) -> tuple[dict[str, Schema], set[str]]:
        """The properties of a schema and of the parts of its `allOf`, and those of them that have to be there."""
        found = self.description.resolve(schema)
        fields, required = dict(found.properties), set(found.required)
        for part in found.all_of:
            more, also = self.fields(part)
            fields, required = {**more, **fields}, required | also
        return fields, required

    def limits(self, schema: Schema) -> dict[str, str]:
        """What Pydantic's Field says of the values of a schema, if that isn't said by their type."""
        if schema.ref:
            return {}
        said = {_LIMITS[name]: literal(value) for name, value in schema.limits.items() if name in _LIMITS}
        if isinstance(step := schema.limits.get("multipleOf"), int):
            said["multiple_of"] = literal(step)
        pattern = schema.limits.get("pattern")
        if pattern and is_pattern(pattern) and self.is_text(schema):
            said["pattern"] = literal(pattern)
        return said

    def _whole(self, schema: Schema, scope: Scope, wanted: str) -> str:
        if _is_anything(self.description.resolve(schema)):
            return scope.use("typing", "Any")
        if schema.ref:
            return scope.use(".models", self.models.name(schema.ref, schema.ref.rpartition("/")[2]))
        if len(schema.all_of) == 1 and not schema.properties:
            return self.annotation(schema.all_of[0], scope, wanted)
        if _is_model(schema):
            return scope.use(".models", self.models.name(schema.pointer, wanted))
        parts = (*schema.any_of, *schema.one_of)
        types = [self.annotation(part, scope, f"{wanted}{index}") for index, part in enumerate(parts, 1)]
        return union(types) if types else self._simple(schema, scope, wanted)

    def _simple(self, schema: Schema, scope: Scope, wanted: str) -> str:
        values = [value for value in schema.enum or () if value is not None]
        if values and all(isinstance(value, str | int) for value in values):
            return f"{scope.use('typing', 'Literal')}[{', '.join(map(literal, values))}]"
        types = [self._plain(kind, schema, scope, wanted) for kind in schema.types]
        return union(types) if types else scope.use("typing", "Any")

    def _plain(self, kind: str, schema: Schema, scope: Scope, wanted: str) -> str:
        if kind == "array":
            return f"list[{self.annotation(schema.items, scope, f'{wanted}Item')}]"
        if kind == "object":
            values = schema.additional if isinstance(schema.additional, Schema) else None
            return f"dict[str, {self.annotation(values, scope, f'{wanted}Value')}]"
        if kind == "string" and schema.format in FORMATS:
            module, name = FORMATS[schema.format]
            return scope.use(module, name) if module else name
        return _PLAIN[kind]


def _is_model(schema: Schema) -> bool:
    """Whether a schema that is no reference is written as a model."""
    is_other = len(schema.all_of) == 1 and not schema.properties
    return not is_other and bool(schema.properties or schema.all_of or schema.discriminator or schema.prefix_items)


def _has_models(schema: Schema) -> bool:
    """Whether parts of a schema are models without names."""
    inner = [each for each in (schema.items, schema.additional) if isinstance(each, Schema)]
    parts = [each for each in (*schema.all_of, *schema.any_of, *schema.one_of, *inner) if not each.ref]
    return any(_is_model(each) or _has_models(each) for each in parts)


def _is_anything(schema: Schema) -> bool:
    parts = (schema.ref, schema.types, schema.properties, schema.all_of, schema.any_of, schema.one_of)
    return not any(parts) and schema.enum is None


def union(types: Sequence[str]) -> str:
    """One type for the values of several; `""` if there are none."""
    bare = dict.fromkeys(each.removesuffix(" | None") for each in types if each != "None")
    if "Any" in bare:
        return "Any"
    may_be_none = any(each == "None" or each.endswith(" | None") for each in types)
    return " | ".join([*bare, *(["None"] if may_be_none else [])])


def annotated(scope: Scope, kind: str, *said: str) -> str:
    """A type, and what `Annotated` says of it, if anything."""
    told = [each for each in said if each]
    return f"{scope.use('typing', 'Annotated')}[{', '.join([kind, *told])}]" if told else kind
