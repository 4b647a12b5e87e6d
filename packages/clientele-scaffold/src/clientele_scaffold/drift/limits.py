"""What restricts values, and what is there if they are left out, as far as a declaration can say it."""

from __future__ import annotations

from typing import Any

from clientele.http.message.printable import excerpt
from clientele_scaffold.drift.shapes import Shape
from clientele_scaffold.reading.description import Schema
from clientele_scaffold.writing.limits import FORMATS, is_pattern

_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_KEYWORDS = {
    "integer": _NUMBERS,
    "number": _NUMBERS,
    "string": ("minLength", "maxLength", "pattern"),
    "array": ("minItems", "maxItems"),
}


def limits_of(shape: Shape) -> dict[str, Any]:
    """The limits of one kind of values."""
    schema = shape.schema
    found = {name: schema.limits[name] for name in _KEYWORDS.get(shape.kind, ()) if name in schema.limits}
    if not isinstance(found.get("multipleOf"), int):
        found.pop("multipleOf", None)  # Floats are not exact.
    if schema.format in FORMATS or not is_pattern(str(found.get("pattern", ""))):
        found.pop("pattern", None)
    return found


def shown_limits(limits: dict[str, Any]) -> str:
    """Limits, for a reader."""
    return ", ".join(f"{name} {excerpt(str(value))}" for name, value in limits.items()) or "no limits"


def default_of(schema: Schema, resolved: Schema) -> Any:
    """What is there by default; None if nothing is said."""
    return schema.default if schema.has_default else resolved.default if resolved.has_default else None
