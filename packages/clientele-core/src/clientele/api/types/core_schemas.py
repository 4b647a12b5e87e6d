"""Rewrites core schemas of Pydantic for sending: where an annotation is open, values are serialized by their type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from pydantic import Secret, SecretStr, TypeAdapter
from pydantic_core import PydanticSerializationUnexpectedValue

Schema = dict[str, Any]


class ByValue(Protocol):
    """What writes values by what they are."""

    def written(self, value: Any) -> Any:
        """A value of no declared type, or one that is secret."""
        ...

    def nested(self, kind: type) -> Callable[[Any], Any]:
        """What writes the values that are declared to be of the class `kind`."""
        ...


class Rewritten(NamedTuple):
    """What has become of a schema."""

    schema: Any
    classes: set[type]
    """The models and dataclasses within it, and within these."""
    changed: bool
    """Whether it writes other values than Pydantic would, even if none is of a subclass of these."""


def rewritten(schema: Any, by_value: ByValue, of_class: type | None, *, set_only: bool) -> Rewritten:
    """`schema`, with `by_value` for models and dataclasses, for values of no declared type, and for what is secret.

    Args:
        schema: the core schema of a type.
        by_value: writes these values.
        of_class: the class that `schema` is of, if this is for the values of exactly this class.
        set_only: leave out what is computed.
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
    """The part of `schema`, that of a class, which has its fields: what it refers to, within its validators."""
    definitions: dict[str, Any] = {}
    while schema["type"] in _AROUND:
        if schema["type"] == "definitions":
            definitions |= {item["ref"]: item for item in schema["definitions"]}
        schema = definitions[schema["schema_ref"]] if schema["type"] == "definition-ref" else schema["schema"]
    root: Schema = schema
    return root


_AROUND = frozenset({"definitions", "definition-ref", "function-before", "function-after", "function-wrap"})
# The keys of a schema under which others stand that matter for writing.
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
# Of these Pydantic writes what it finds.
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
        """The schema of a model or dataclass, for the values of exactly its class."""
        # With its class in the schema, Pydantic would take the serializer of the class in place of this.
        new = self.children({**root_of(schema), "cls": object})
        new.pop("ref", None)
        if schema["type"] == "definitions":
            new = {"type": "definitions", "schema": new, "definitions": self.parts(schema["definitions"])}
        return new

    def visit(self, node: Schema) -> Schema:
        """`node`, a schema or a part of one, in its new form."""
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
        """`node`, with its parts in their new form."""
        new = {key: self.parts(part) if key in _PARTS else part for key, part in node.items()}
        serialization = node.get("serialization")
        if serialization is not None and serialization["type"] in {"function-plain", "function-wrap"}:
            returned = self.visit(serialization.get("return_schema", _ANY))
            new["serialization"] = {**self.children(serialization), "return_schema": returned}
        elif (missing := _ITEMS.get(node["type"])) and missing not in new:
            new[missing] = self.visit(_ANY)
        if _allows_more(node):
            new["schema"] = _with_extras(new["schema"], self.visit(_ANY))
        if self._set_only and new.get("computed_fields"):
            new["computed_fields"], self.changed = [], True
        return new

    def parts(self, part: Any) -> Any:
        """What stands under a key: a schema, or several, by name, in order, or with labels."""
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
    """Whether it writes what a value is, or asterisks in its place."""
    return serialization["type"] == "any" or serialization.get("function") in _MASKING


def _allows_more(node: Schema) -> bool:
    config: Schema = node.get("config") or {}
    return node["type"] == "model" and config.get("extra_fields_behavior") == "allow"


def _with_extras(schema: Schema, extras: Schema) -> Schema:
    """`schema`, that of a model's fields below its validators, with `extras` for the further values."""
    if schema["type"] == "model-fields":
        return {"extras_schema": extras, **schema}
    return {**schema, "schema": _with_extras(schema["schema"], extras)} if "schema" in schema else schema


@lru_cache(maxsize=256)
def _own_serialization(kind: type) -> Any:
    """What the class says itself, and no annotation of a field that is of it."""
    return root_of(TypeAdapter(kind).core_schema).get("serialization")


def _functions(schema: Any) -> Iterator[Any]:
    """Every function that `schema` serializes by."""
    if isinstance(schema, dict):
        yield (schema.get("serialization") or {}).get("function")
        schema = list(schema.values())
    if isinstance(schema, (list, tuple)):
        for part in schema:
            yield from _functions(part)


def serializes(schema: Any) -> bool:
    """Whether a function, of Pydantic's or of the user's, writes a part of what `schema` is of."""
    return any(function is not None for function in _functions(schema))


_MASKING = frozenset(
    function for kind in (SecretStr, Secret[int]) for function in _functions(TypeAdapter(kind).core_schema) if function
)
"""What writes asterisks in the place of a secret."""
