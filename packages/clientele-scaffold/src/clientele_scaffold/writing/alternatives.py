"""Objects that have fields, and further ones that depend on which of several alternatives they are.

Each becomes one model with all of these fields: those that not every alternative requires may be left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clientele_scaffold.reading.references import target_of, value_at

_KEYS = ("anyOf", "oneOf")
_DEPTH = 8


def with_alternatives(schema: Any, document: dict[str, Any], *, is_part: bool = False) -> Any:
    """A schema that has the fields of its alternatives itself, if all of these are objects.

    Args:
        schema: the schema.
        document: what references lead to.
        is_part: whether it is a part of an object that may have other fields.
    """
    if not isinstance(schema, dict) or "discriminator" in schema or not (schema.get("properties") or is_part):
        return schema
    parts = [each for key in _KEYS for each in schema.get(key) or ()]
    found = [_fields(part, document, _DEPTH) for part in parts]
    known = [each for each in found if each is not None]
    if not parts or len(known) < len(parts):
        return schema
    properties = {name: field for fields, _ in known for name, field in fields.items()}
    required = set.intersection(*(names for _, names in known))
    return {
        **{key: value for key, value in schema.items() if key not in _KEYS},
        "type": "object",
        "properties": {**properties, **(schema.get("properties") or {})},
        "required": [*(schema.get("required") or ()), *sorted(required - set(schema.get("required") or ()))],
    }


def _fields(schema: Any, document: dict[str, Any], depth: int) -> tuple[dict[str, Any], set[str]] | None:
    """The fields of an object, and those that have to be there; None if it is none, or too deep in itself."""
    if not isinstance(schema, dict) or depth == 0:
        return None
    if isinstance(schema.get("$ref"), str):
        return _fields(value_at(document, target_of(schema["$ref"])), document, depth - 1)
    if schema.get("type", "object") != "object" or any(schema.get(key) for key in ("discriminator", "enum", "items")):
        return None
    inner = list(_parts(schema, document, depth))
    if None in inner:
        return None
    known = [each for each in inner if each is not None]
    fields = {name: field for found, _ in known for name, field in found.items()} | (schema.get("properties") or {})
    return fields, set(schema.get("required") or ()).union(*(names for _, names in known))


def _parts(
    schema: dict[str, Any], document: dict[str, Any], depth: int
) -> Iterator[tuple[dict[str, Any], set[str]] | None]:
    for part in schema.get("allOf") or ():
        yield _fields(part, document, depth - 1)
    for key in _KEYS:
        for part in schema.get(key) or ():
            found = _fields(part, document, depth - 1)
            yield None if found is None else (found[0], set())
