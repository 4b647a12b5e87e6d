"""The schemas of the models that are written: with Python's names, and with nothing that a model has no need of."""

from __future__ import annotations

import json
from typing import Any

from clientele_scaffold.reading.problems import below
from clientele_scaffold.reading.references import target_of, value_at
from clientele_scaffold.writing.alternatives import with_alternatives
from clientele_scaffold.writing.limits import fitting_default, fitting_limits
from clientele_scaffold.writing.literals import filled, first_paragraph
from clientele_scaffold.writing.names import CLASSES, Names, pascal, singular
from clientele_scaffold.writing.unions import with_own_tags

COMPONENTS = "#/components/schemas"
_SEVERAL = ("anyOf", "oneOf", "prefixItems")
_ONE = {"additionalProperties", "items"}
_NAMED = {"patternProperties", "properties"}
_KEPT = {"const", "nullable", "required", "type"}


class ModelSchemas:
    """Chooses the models that are written, and their names: every object with fields has one, so that it is ours.

    Args:
        document: the description, as it was read.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._made: dict[str, dict[str, Any]] = {}
        self._chosen: dict[str, str] = {}
        self._sources: dict[str, Any] = {}
        self._by_text: dict[str, str] = {}
        self._names = Names(CLASSES, "Model")
        named = document.get("components", {}).get("schemas", {})
        # All of these have their names before anything else has one: they are the same whatever is written.
        self._components = {below(COMPONENTS, name): self._names.new(pascal(name, "Model")) for name in named}

    def name(self, pointer: str, wanted: str) -> str:
        """The name of the model of the schema at a pointer; of one that has none, a name like `wanted`."""
        if pointer in self._chosen:
            return self._chosen[pointer]
        source = self._made[pointer] if pointer in self._made else value_at(self._document, pointer)
        name = self._components.get(pointer) or self._unnamed(source, wanted)
        self._sources.setdefault(name, source)
        self._chosen[pointer] = name
        return name

    def _unnamed(self, source: Any, wanted: str) -> str:
        """The name of a schema that has none; what is described twice in the same words is one model."""
        text = json.dumps(source, sort_keys=True)
        if text not in self._by_text:
            self._by_text[text] = self._names.new(pascal(wanted, "Model"))
            self._sources[self._by_text[text]] = source
        return self._by_text[text]

    def reserve(self, name: str) -> str:
        """A name for a class that is no model, which no model has."""
        return self._names.new(name)

    def has(self, name: str) -> bool:
        """Whether a model is called so."""
        return name in self._sources

    def make(self, wanted: str, schema: dict[str, Any]) -> str:
        """The name of the model of a schema that the description doesn't have as a whole."""
        pointer = below("#/made", wanted, len(self._made))
        self._made[pointer] = schema
        return self.name(pointer, wanted)

    def document(self) -> dict[str, Any]:
        """A description that has nothing but the schemas of the models."""
        written: dict[str, Any] = {}
        while left := [name for name in self._sources if name not in written]:
            for name in left:
                source = self._sources[name]
                written[name] = _with_description(_without_null(self._whole(source, name), source), source)
        order = [*self._components.values(), *written]
        return {
            "openapi": self._document["openapi"],
            "info": {"title": "models", "version": "1"},
            "paths": {},
            "components": {"schemas": with_own_tags({name: written[name] for name in order if name in written})},
        }

    def _schema(self, schema: Any, wanted: str) -> Any:
        """A part of a model; an object with fields is a model of its own."""
        if not isinstance(schema, dict):
            return schema
        if isinstance(schema.get("$ref"), str):
            target = value_at(self._document, target_of(schema["$ref"]))
            is_nullable = _is_nullable(schema) or (is_object(target) and _is_nullable(target))
            return self._about(schema) | _or_null({"$ref": self._reference(schema["$ref"])}, nullable=is_nullable)
        parts = schema.get("allOf") or []
        if len(parts) == 1 and not schema.get("properties"):
            inner = self._schema(parts[0], wanted)
            is_nullable = _is_nullable(schema) and "$ref" in inner
            return (_or_null(inner, nullable=is_nullable) if is_nullable else inner) | self._about(schema)
        if is_object(schema):
            reference = {"$ref": f"{COMPONENTS}/{self._unnamed(schema, wanted)}"}
            return self._about(schema) | _or_null(reference, nullable=_is_nullable(schema))
        return self._whole(schema, wanted)

    def _about(self, schema: dict[str, Any]) -> dict[str, Any]:
        default = fitting_default(schema, self._document)
        return {} if default is None else {"default": default}

    def _whole(self, schema: Any, wanted: str) -> Any:
        """A schema with what is in it."""
        if not isinstance(schema, dict) or isinstance(schema.get("$ref"), str):
            return self._schema(schema, wanted)
        schema = with_alternatives(schema, self._document)
        kept = {key: value for key, value in schema.items() if key in _KEPT}
        kept |= {key: self._schema(schema[key], singular(wanted)) for key in _ONE & schema.keys()}
        for key in _NAMED & schema.keys():
            if isinstance(schema[key], dict):
                parts = {name: (self._schema(each, name), each) for name, each in schema[key].items()}
                kept[key] = {name: _with_description(*part) for name, part in parts.items()}
        if isinstance(schema.get("allOf"), list):
            kept["allOf"] = [self._base(each, wanted) for each in schema["allOf"]]
        for key in _SEVERAL:
            if isinstance(schema.get(key), list):
                kept[key] = [self._schema(each, wanted) for each in schema[key]]
        if kept.get("nullable") is False or isinstance(kept.get("type"), str):
            # False would take away the None of a field that need not be there.
            kept |= {"type": [kept["type"], "null"]} if kept.pop("nullable", False) else {}
        if kept.get("properties") and isinstance(kept.get("additionalProperties"), dict):
            kept["additionalProperties"] = True  # A model says nothing of the types of fields that it hasn't.
        limits = fitting_limits(schema)
        if "enum" in limits and _is_nullable(schema) and None not in limits["enum"]:
            limits["enum"] = [*limits["enum"], None]
        return {**kept, **self._about(schema), **limits, **self._discriminator(schema)}

    def _base(self, schema: Any, wanted: str) -> Any:
        """A part of an `allOf`: what it refers to is inherited, and what it says itself is said by the model."""
        if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):
            return self._whole(with_alternatives(schema, self._document, is_part=True), wanted)
        target = value_at(self._document, target_of(schema["$ref"]))
        whole = with_alternatives(target, self._document, is_part=True)
        return {"$ref": self._reference(schema["$ref"])} if whole is target else self._whole(whole, wanted)

    def _discriminator(self, schema: dict[str, Any]) -> dict[str, Any]:
        said = schema.get("discriminator")
        if not isinstance(said, dict) or not (schema.get("oneOf") or schema.get("anyOf")):
            return {}
        mapping = {
            value: self._reference(named if "/" in named else f"{COMPONENTS}/{named}")
            for value, named in said.get("mapping", {}).items()
        }
        return {"discriminator": {"propertyName": said["propertyName"], **({"mapping": mapping} if mapping else {})}}

    def _reference(self, reference: str) -> str:
        pointer = target_of(reference)
        return f"{COMPONENTS}/{self.name(pointer, pointer.rpartition('/')[2])}"


def is_object(schema: Any) -> bool:
    """Whether a schema is that of an object with fields, or is put together of several."""
    return isinstance(schema, dict) and bool(schema.get("properties") or len(schema.get("allOf") or ()) > 1)


def _is_nullable(schema: dict[str, Any]) -> bool:
    said = schema.get("type")
    return schema.get("nullable") is True or (isinstance(said, list) and "null" in said)


def _or_null(reference: dict[str, Any], *, nullable: bool) -> dict[str, Any]:
    return {"anyOf": [reference, {"type": "null"}]} if nullable else reference


def _without_null(written: Any, source: Any) -> Any:
    """A model of its own is never None: where it is used says so."""
    if not (is_object(source) and _is_nullable(source)):
        return written
    kept = {key: value for key, value in written.items() if key != "nullable"}
    if isinstance(kept.get("type"), list):
        kept["type"] = [each for each in kept["type"] if each != "null"]
    return kept


def _with_description(written: Any, schema: Any) -> Any:
    """A schema with what is said of a model, or of a field of it; nothing else has a docstring."""
    said = schema.get("description") if isinstance(schema, dict) else None
    text = filled(first_paragraph(said)) if isinstance(said, str) else ""
    return {**written, "description": text} if text and isinstance(written, dict) else written
