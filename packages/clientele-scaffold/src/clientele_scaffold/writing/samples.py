"""A value that a schema allows: for the tests that are written, and for servers that stand for the API."""

from __future__ import annotations

from typing import Any

from clientele_scaffold.reading import Description, Schema
from clientele_scaffold.writing.limits import is_pattern, matches

_FORMATS = {
    "date": "2026-01-02",
    "date-time": "2026-01-02T03:04:05Z",
    "decimal": "1.5",
    "duration": "P1D",
    "email": "ada@example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "time": "03:04:05Z",
    "uri": "https://example.com/",
    "uuid": "6f1c2f0e-58a8-4a5f-9d0c-0d2f5a3b7c11",
}
_WORDS = ("text", "1", "a", "A", "TEXT", "10:00", "#000000", "1.0", "2026-01-02", "EUR", "en-US", "+12025550123")
_DEPTH = 6


class Samples:
    """Makes values; an object has the properties that it has to have.

    Args:
        description: where references lead.
        whole: whether objects have all of their properties, as far as these don't repeat themselves.
    """

    def __init__(self, description: Description, *, whole: bool = False) -> None:
        self._description = description
        self._whole = whole
        self.unsure = False
        """Whether a value was made that its schema may not allow."""

    def value(self, schema: Schema | None, depth: int = 0) -> Any:
        """A value that a schema allows."""
        if schema is None:
            return {}
        found = self._description.resolve(schema)
        if found.enum:
            return found.enum[0]
        if (schema.nullable or found.nullable) and depth >= _DEPTH // 2:
            return None  # It may be within itself.
        if found.all_of:
            return self._all_of(found, depth)
        if parts := (*found.one_of, *found.any_of):
            value = self._tagged(self.value(parts[0], depth), found, parts[0])
            return self._with_fields(value, found, depth) if found.properties and isinstance(value, dict) else value
        kind = found.types[0] if found.types else "object" if found.properties or found.required else ""
        return self._plain(kind, found, depth)

    def _with_fields(self, value: dict[str, Any], schema: Schema, depth: int) -> dict[str, Any]:
        """The value of an alternative, with the fields that the object has whichever it is."""
        known = schema.properties
        told = {name: self.value(known[name], depth + 1) if name in known else each for name, each in value.items()}
        return {**told, **self._object(schema, depth)}

    def _plain(self, kind: str, schema: Schema, depth: int) -> Any:
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, depth)
        if kind == "string":
            return self._text(schema)
        if kind in {"integer", "number"}:
            return self._number(schema, kind)
        return kind == "boolean" or (None if schema.nullable else {})

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        names = [name for name in schema.properties if name in schema.required or (self._whole and depth < _DEPTH // 2)]
        value = {name: self.value(schema.properties[name], depth + 1) for name in names} if depth < _DEPTH else {}
        for name in sorted(schema.required - schema.properties.keys()):
            extra = schema.additional if isinstance(schema.additional, Schema) else None
            value[name] = self.value(extra, depth + 1)
        return value

    def _array(self, schema: Schema, depth: int) -> list[Any]:
        least = int(schema.limits.get("minItems") or 0)
        if schema.prefix_items:
            return [self.value(each, depth + 1) for each in schema.prefix_items]
        count = max(least, 1 if depth < _DEPTH // 2 else 0)
        return [self.value(schema.items, depth + 1) for _ in range(min(count, 20))]

    def _text(self, schema: Schema) -> str:
        if schema.format in _FORMATS:
            return _FORMATS[schema.format]
        pattern = schema.limits.get("pattern")
        if pattern and is_pattern(pattern):
            return self.matching(pattern, schema)
        text = "text".ljust(int(schema.limits.get("minLength") or 0), "x")
        return text[: int(schema.limits.get("maxLength", len(text)))]

    def matching(self, pattern: str, schema: Schema) -> str:
        """A text that a regular expression matches: an example, or one of a few words; else `unsure` is set."""
        tried = [*(each for each in schema.examples if isinstance(each, str)), *_WORDS]
        found = next((each for each in tried if matches(pattern, each)), None)
        self.unsure = self.unsure or found is None
        return found or "text"

    def _number(self, schema: Schema, kind: str) -> int | float:
        limits, step = schema.limits, schema.limits.get("multipleOf") or (1 if kind == "integer" else 0.25)
        number: int | float = 1
        for name, value in (("exclusiveMaximum", -step), ("maximum", 0)):
            number = min(number, limits.get(name, number - value) + value)
        for name, value in (("exclusiveMinimum", step), ("minimum", 0)):
            number = max(number, limits.get(name, number - value) + value)
        number = number if number % step == 0 else step * (number // step + 1)
        return int(number) if kind == "integer" else float(number)

    def _all_of(self, schema: Schema, depth: int) -> Any:
        whole: Any = self._object(schema, depth)
        fields = self._fields(schema)
        for part in schema.all_of:
            value = self.value(part, depth)
            if not isinstance(value, dict):
                return value
            whole = {**whole, **value}
        # A part may require what another one has.
        alien = [name for name, each in whole.items() if each == {} and name in fields]
        return whole | {name: self.value(fields[name], depth + 1) for name in alien}

    def _fields(self, schema: Schema) -> dict[str, Schema]:
        found = self._description.resolve(schema)
        inherited = {name: each for part in found.all_of for name, each in self._fields(part).items()}
        return inherited | dict(found.properties)

    def _tagged(self, value: Any, union: Schema, part: Schema) -> Any:
        """A value with the tag that chooses its schema."""
        if not union.discriminator or not isinstance(value, dict):
            return value
        tags = [tag for tag, pointer in union.mapping.items() if pointer == part.ref]
        own = self._fields(part).get(union.discriminator)
        told = self._description.resolve(own).enum if own is not None else None
        tag = tags[0] if tags else told[0] if told else part.ref.rpartition("/")[2]
        return {**value, union.discriminator: tag}
