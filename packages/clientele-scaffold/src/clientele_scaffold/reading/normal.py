"""Descriptions of OpenAPI 3.0 and 3.1 in one form: that of 3.1, in which each schema is an object."""

from __future__ import annotations

from typing import Any

_ONE = {"contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then"}
_ONE |= {"additionalProperties", "unevaluatedItems", "unevaluatedProperties"}
_SEVERAL = {"allOf", "anyOf", "oneOf", "prefixItems"}
_NAMED = {"$defs", "dependentSchemas", "patternProperties", "properties"}
_DATA = {"default", "enum", "example", "examples", "value"}
_BESIDE = {"$ref", "default", "deprecated", "description", "example", "examples", "nullable", "readOnly", "title"}
_BESIDE |= {"summary", "writeOnly"}
_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


_NO_TYPE = {"deprecated", "description", "example", "examples", "nullable", "readOnly", "title", "writeOnly"}


def lifted(value: Any) -> Any:
    """A copy of a description in which no part of an `allOf` says only that the whole may be null, or is called so."""
    if isinstance(value, list):
        return [lifted(item) for item in value]
    if not isinstance(value, dict):
        return value
    copied = {key: item if key in _DATA else lifted(item) for key, item in value.items()}
    parts = copied.get("allOf")
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        return copied
    bare = [part for part in parts if part.keys() <= _NO_TYPE and part]
    if not bare or len(bare) == len(parts):
        return copied
    told = {key: item for part in bare for key, item in part.items()}
    return {**told, **copied, "allOf": [part for part in parts if part not in bare]}


def normal(document: dict[str, Any]) -> dict[str, Any]:
    """A copy of a description as one of OpenAPI 3.1.0; of `nullable` only a schema knows what it means."""
    return {**_node(document), "openapi": "3.1.0"}


def _node(value: Any) -> Any:
    if isinstance(value, list):
        return [_node(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _member(key, item) for key, item in value.items()}


def _member(key: str, value: Any) -> Any:
    if key in _DATA or key.startswith("x-"):
        return value
    if key == "schema":
        return _schema(value)
    if key == "schemas" and isinstance(value, dict):
        return {name: _schema(item) for name, item in value.items()}
    return _node(value)


def _schema(value: Any) -> Any:
    if isinstance(value, bool):
        return {} if value else {"not": {}}
    if not isinstance(value, dict):
        return value
    # An empty enum, which nothing is in, is what is left of one whose values aren't told.
    schema = {key: _keyword(key, item) for key, item in value.items() if not (key == "enum" and item == [])}
    for exclusive, limit in _EXCLUSIVE.items():
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and limit in schema:
            schema[exclusive] = schema.pop(limit)
    return _as_part(schema) if "$ref" in schema and not schema.keys() <= _BESIDE else schema


def _as_part(schema: dict[str, Any]) -> dict[str, Any]:
    """A reference that stands beside other keywords, as a part of the whole."""
    reference = {"$ref": schema.pop("$ref")}
    return {**schema, "allOf": [reference, *schema.get("allOf", ())]}


def _keyword(key: str, value: Any) -> Any:
    if key == "additionalProperties" and isinstance(value, bool):
        return value
    if key in _ONE:
        return _schema(value)
    if key in _SEVERAL and isinstance(value, list):
        return [_schema(item) for item in value]
    if key in _NAMED and isinstance(value, dict):
        return {name: _schema(item) for name, item in value.items()}
    return value
