"""What restricts a value, as far as Pydantic can check it, and defaults, as far as they fit."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import SchemaError

from clientele_scaffold.reading.references import target_of, value_at

_NUMBERS = ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum")
_SIZES = {"maxItems": "array", "maxLength": "string", "minItems": "array", "minLength": "string"}
FORMATS = {
    "binary": ("", "bytes"),
    "date": ("datetime", "date"),
    "date-time": ("datetime", "datetime"),
    "decimal": ("decimal", "Decimal"),
    "duration": ("datetime", "timedelta"),
    "ipv4": ("ipaddress", "IPv4Address"),
    "ipv6": ("ipaddress", "IPv6Address"),
    "password": ("pydantic", "SecretStr"),
    "time": ("datetime", "time"),
    "uuid": ("uuid", "UUID"),
}
"""Those formats of strings that have a type of their own, in models and in arguments. All others are strings."""
_TYPES: dict[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,)}


def fitting_limits(schema: dict[str, Any]) -> dict[str, Any]:
    """The format, the limits and the values of a schema that a model has, too.

    `multipleOf` of what is no integer isn't one, since floats are not exact; nor is a pattern that Pydantic's regular
    expressions can't say, or values that no Literal has.
    """
    types = _types(schema)
    unfit = {key for key, kind in _SIZES.items() if types and kind not in types}
    kept = {key: schema[key] for key in (*_NUMBERS, *_SIZES) if key in schema and key not in unfit}
    if isinstance(schema.get("multipleOf"), int):
        kept["multipleOf"] = schema["multipleOf"]
    if schema.get("format") in FORMATS and "string" in _types(schema):
        kept["format"] = schema["format"]
    elif isinstance(schema.get("pattern"), str) and is_pattern(schema["pattern"]):
        kept["pattern"] = schema["pattern"]
    values = schema.get("enum")
    if values and all(isinstance(value, str | int | None) for value in values):
        kept["enum"] = values
    return kept


@cache
def _checked(pattern: str) -> TypeAdapter[str] | None:
    try:
        return TypeAdapter(Annotated[str, Field(pattern=pattern)])
    except SchemaError:
        return None


def is_pattern(pattern: str) -> bool:
    """Whether Pydantic can use a regular expression."""
    return _checked(pattern) is not None


def matches(pattern: str, text: str) -> bool:
    """Whether a regular expression that Pydantic can use matches a text."""
    adapter = _checked(pattern)
    try:
        return adapter is not None and adapter.validate_python(text) == text
    except ValidationError:
        return False


def fitting_default(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    """The default of a schema, or None if there is none that fits its type."""
    default = schema.get("default")
    return default if default is not None and _fits(default, schema, document) else None


def _fits(value: Any, schema: Any, document: dict[str, Any]) -> bool:
    if not isinstance(schema, dict):
        return False
    if isinstance(schema.get("$ref"), str):
        target = value_at(document, target_of(schema["$ref"]))
        return isinstance(target, dict) and "enum" in target and _fits(value, target, document)
    if schema.get("enum"):
        return value in schema["enum"] and not isinstance(value, float)
    if isinstance(value, list):
        return "array" in _types(schema) and all(_fits(item, schema.get("items"), document) for item in value)
    for kind in _types(schema):
        if isinstance(value, _TYPES.get(kind, ())) and isinstance(value, bool) == (kind == "boolean"):
            return kind != "string" or schema.get("format") not in FORMATS
    alternatives = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    return any(_fits(value, each, document) for each in alternatives)


def _types(schema: dict[str, Any]) -> list[str]:
    said = schema.get("type")
    return said if isinstance(said, list) else [said] if isinstance(said, str) else []
