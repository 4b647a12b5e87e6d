"""Rewrites core schemas of Pydantic for sending: values are serialized by their own type where necessary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from pydantic import Secret, SecretStr, TypeAdapter
from pydantic_core import PydanticSerializationUnexpectedValue

Schema = dict[str, Any]


class ByValue(Protocol):
    """Serializes values by their own type."""

    def written(self, value: Any) -> Any:
        """Serialize a value without a declared type, or a secret."""
        ...

    def nested(self, kind: type) -> Callable[[Any], Any]:
        """A function that serializes the values with the declared class `kind`."""
        ...


class Rewritten(NamedTuple):
    """The result of a rewrite."""

    schema: Any
    classes: set[type]
    """The models and dataclasses in it, at any depth."""
    changed: bool
    """Whether it serializes differently from Pydantic, even without values of a subclass."""


def rewritten(schema: Any, by_value: ByValue, of_class: type | None, *, set_only: bool) -> Rewritten:
    """`schema`, with `by_value` for models and dataclasses, for values without a declared type, and for secrets.

    Args:
        schema: the core schema of a type.
        by_value: serializes these values.
        of_class: the class of `schema`, if it is for values of exactly this class.
        set_only: omit computed fields.
    """
    rewriter = _Rewriter(by_value, set_only=set_only)
    new = rewriter.visit(schema) if of_class is None else rewriter.by_fields(schema)
    inner = _Rewriter(by_value, set_only=set_only)
    known: set[type] = set()
    while waiting := (rewriter.classes | inner.classes) - known:
        for kind in waiting:
            inner.by_fields(TypeAdapter(kind).core_schema)
        known |= waiting
    return Rewritten(new, known, rewriter.changed or inner.changed)


def root_of(schema: Any) -> Schema:
    """The part of the `schema` of a class that has its fields, without references and validators."""
    definitions: dict[str, Any] = {}
    while schema["type"] in _AROUND:
        if schema["type"] == "definitions":
            definitions |= {item["ref"]: item for item in schema["definitions"]}
        schema = definitions[schema["schema_ref"]] if schema["type"] == "definition-ref" else schema["schema"]
    root: Schema = schema
    return root


_AROUND = frozenset({"definitions", "definition-ref", "function-before", "function-after", "function-wrap"})
# The keys of a schema that have nested schemas which matter for serialization.
_PARTS = frozenset(
    {
        "choices",
        "computed_fields",
        "definitions",
        "extras_schema",
        "fields",
        "items_schema",
        "json_schema",
        "keys_schema",
        "lax_schema",
        "python_schema",
        "return_schema",
        "schema",
        "steps",
        "strict_schema",
        "values_schema",
    }
)
# Pydantic serializes these by value anyway.
_OPEN = frozenset({"any", "is-instance", "is-subclass", "callable", "function-plain"})
_ANY: Schema = {"type": "any"}
_ITEMS = {"dict": "values_schema", "list": "items_schema", "set": "items_schema", "frozenset": "items_schema"}
_BARE: dict[str, Any] = {"dict": dict, "list": list}


class _Rewriter:
    def __init__(self, by_value: ByValue, *, set_only: bool) -> None:
        self._by_value = by_value
        self._set_only = set_only
        self.classes: set[type] = set()
        self.changed = False

    def by_fields(self, schema: Any) -> Schema:
        """The schema of a model or dataclass, for values of exactly its class."""
        # With the class in the schema, Pydantic would use the serializer of the class instead of this one.
        new = self.children({**root_of(schema), "cls": object})
        new.pop("ref", None)
        if schema["type"] == "definitions":
            new = {"type": "definitions", "schema": new, "definitions": self.parts(schema["definitions"])}
        return new

    def visit(self, node: Schema) -> Schema:
        """`node`, a schema or a part of one, rewritten."""
        serialization, kind = node.get("serialization"), node["type"]
        if serialization is None and kind in _BARE and node.get(_ITEMS[kind], _ANY) == _ANY:
            return self._by(self._bare(_BARE[kind], node.get("keys_schema", _ANY)["type"]), node)
        if kind in _OPEN if serialization is None else _is_by_value(serialization):
            return self._by(self._by_value.written, node)
        if kind in {"model", "dataclass"} and serialization == _own_serialization(node["cls"]):
            self.classes.add(node["cls"])
            return self._by(self._by_value.nested(node["cls"]), node, changed=False)
        return self.children(node)

    def children(self, node: Schema) -> Schema:
        """`node`, with its parts rewritten."""
        new = {key: self.parts(part) if key in _PARTS else part for key, part in node.items()}
        serialization = node.get("serialization")
        if serialization is not None and serialization["type"] in {"function-plain", "function-wrap"}:
            returned = self.visit(serialization.get("return_schema", _ANY))
            new["serialization"] = {**self.children(serialization), "return_schema": returned}
        elif (missing := _ITEMS.get(node["type"])) and missing not in new:
            new[missing] = self.visit(_ANY)
        if _allows_more(node):
            new["schema"] = _with_extras(new["schema"], self.visit(_ANY))
        if _drops_more(node):
            # A value may have more keys: type checkers accept each TypedDict that has all keys of the declared one.
            new.update(extra_behavior="allow", extras_schema=self.visit(_ANY))
            self.changed = True
        if self._set_only and new.get("computed_fields"):
            new["computed_fields"], self.changed = [], True
        return new

    def parts(self, part: Any) -> Any:
        """The value of a key: a schema, or several, by name, in order, or with labels."""
        if isinstance(part, dict):
            is_schema = isinstance(part.get("type"), str)
            return self.visit(part) if is_schema else {name: self.parts(item) for name, item in part.items()}
        if isinstance(part, list):
            return [self.parts(item) for item in part]
        return (self.parts(part[0]), *part[1:]) if isinstance(part, tuple) else part

    def _by(self, function: Callable[[Any], Any], node: Schema, *, changed: bool = True) -> Schema:
        self.changed = self.changed or changed
        new: Schema = {"type": "any", "serialization": {"type": "function-plain", "function": function}}
        return {**new, "ref": node["ref"]} if "ref" in node else new

    def _bare(self, kind: Any, keys: str) -> Callable[[Any], Any]:
        by_value, text_only = self._by_value, keys != "any"

        def write(value: Any) -> Any:
            if not isinstance(value, kind) or (text_only and not all(isinstance(key, str) for key in value)):
                raise PydanticSerializationUnexpectedValue(f"Expected `{kind.__name__}`")
            return by_value.written(value)

        return write


def _is_by_value(serialization: Schema) -> bool:
    """Whether it is serialized by value: it has no declared type, or is a secret."""
    return serialization["type"] == "any" or serialization.get("function") in _masking()


def _drops_more(node: Schema) -> bool:
    """Whether it is a TypedDict whose additional keys Pydantic drops, although its author didn't ask for that."""
    is_default = "extra_fields_behavior" not in (node.get("config") or {})
    return node["type"] == "typed-dict" and node.get("extra_behavior", "ignore") == "ignore" and is_default


def _allows_more(node: Schema) -> bool:
    config: Schema = node.get("config") or {}
    return node["type"] == "model" and config.get("extra_fields_behavior") == "allow"


def _with_extras(schema: Schema, extras: Schema) -> Schema:
    """`schema`, the fields of a model below its validators, with `extras` for extra values."""
    if schema["type"] == "model-fields":
        return {"extras_schema": extras, **schema}
    return {**schema, "schema": _with_extras(schema["schema"], extras)} if "schema" in schema else schema


@lru_cache(maxsize=256)
def _own_serialization(kind: type) -> Any:
    """The serialization of the class itself, not of an annotation of a field with it."""
    return root_of(TypeAdapter(kind).core_schema).get("serialization")


def _functions(schema: Any) -> Iterator[Any]:
    """All serializer functions of `schema`."""
    if isinstance(schema, dict):
        yield (schema.get("serialization") or {}).get("function")
        schema = list(schema.values())
    if isinstance(schema, (list, tuple)):
        for part in schema:
            yield from _functions(part)


def serializes(schema: Any) -> bool:
    """Whether a part of `schema` is serialized by a function, of Pydantic or of the user."""
    return any(function is not None for function in _functions(schema))


@lru_cache(maxsize=1)
def _masking() -> frozenset[Any]:
    """What writes asterisks in the place of a secret."""
    schemas = [TypeAdapter(kind).core_schema for kind in (SecretStr, Secret[int])]
    return frozenset(function for schema in schemas for function in _functions(schema) if function)
