"""Members of a union that is told apart by a tag: each has the tag as a field of its own, of a type of its own.

A member that inherits the tag would give it another type than its base has, which type checkers refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_PREFIX = "#/components/schemas/"


def with_own_tags(schemas: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The schemas, in which no member of such a union has the tag from a part that it refers to."""
    tags = {(name, tag) for schema in schemas.values() for name, tag in _members(schema)}
    changed = dict(schemas)
    for name, tag in sorted(tags):
        if name in schemas:
            changed[name] = _with_own(changed[name], tag, schemas)
    return changed


def _members(value: Any) -> Iterator[tuple[str, str]]:
    """The names of members, and their tags."""
    if isinstance(value, list):
        for item in value:
            yield from _members(item)
    elif isinstance(value, dict):
        if isinstance(value.get("discriminator"), dict):
            for part in (*value.get("oneOf", ()), *value.get("anyOf", ())):
                if "$ref" in part:
                    yield part["$ref"].removeprefix(_PREFIX), value["discriminator"]["propertyName"]
        for item in value.values():
            yield from _members(item)


def _with_own(schema: dict[str, Any], tag: str, schemas: dict[str, dict[str, Any]]) -> dict[str, Any]:
    parts = [_own_part(part, tag, schemas) for part in schema.get("allOf", ())]
    return {**schema, "allOf": parts} if parts else schema


def _own_part(part: dict[str, Any], tag: str, schemas: dict[str, dict[str, Any]]) -> dict[str, Any]:
    base = schemas.get(part.get("$ref", "").removeprefix(_PREFIX))
    if base is None or not _has(base, tag, schemas):
        return part
    told = {"description", "discriminator", "oneOf", "anyOf"}
    return _with_own({key: value for key, value in base.items() if key not in told}, tag, schemas)


def _has(schema: dict[str, Any], tag: str, schemas: dict[str, dict[str, Any]]) -> bool:
    referred = schemas.get(schema.get("$ref", "").removeprefix(_PREFIX), {})
    parts = [*schema.get("allOf", ()), *([referred] if referred else [])]
    return tag in schema.get("properties", {}) or any(_has(part, tag, schemas) for part in parts)
