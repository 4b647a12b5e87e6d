"""The schemas of the models that are written: with Python's names, and with nothing that a model has no need of."""

from __future__ import annotations

import json
from typing import Any

from clientele_scaffold.reading.problems import below
from clientele_scaffold.reading.references import target_of, value_at
from clientele_scaffold.writing.limits import fitting_default, fitting_limits
from clientele_scaffold.writing.literals import filled, first_paragraph
from clientele_scaffold.writing.names import CLASSES, Names, pascal
from clientele_scaffold.writing.unions import with_own_tags

COMPONENTS = "#/components/schemas"
_ONE = {"additionalProperties", "items"}
_SEVERAL = {"allOf", "anyOf", "oneOf", "prefixItems"}
_NAMED = {"patternProperties", "properties"}
_KEPT = {"const", "nullable", "required", "type"}


class ModelSchemas:
    """Chooses the models that are written, and their names.

    Args:
        document: the description, as it was read.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._made: dict[str, dict[str, Any]] = {}
        self._chosen: dict[str, str] = {}
        self._by_text: dict[str, str] = {}
        self._shared: dict[int, str] = {}
        self._names = Names(CLASSES, "Model")
        named = document.get("components", {}).get("schemas", {})
        # All of these have their names before anything else has one: they are the same whatever is written.
        self._components = {below(COMPONENTS, name): self._names.new(pascal(name, "Model")) for name in named}

    def name(self, pointer: str, wanted: str) -> str:
        """The name of the model of the schema at a pointer; of one that has none, a name like `wanted`."""
        if pointer in self._chosen:
            return self._chosen[pointer]
        name = self._components.get(pointer)
        if name is None:
            # What is described twice in the same words is one model.
            text = json.dumps(self._source(pointer), sort_keys=True)
            name = self._by_text.get(text) or self._names.new(pascal(wanted, "Model"))
            self._by_text[text] = name
        self._chosen[pointer] = name
        return name

    def reserve(self, name: str) -> str:
        """A name for a class that is no model, which no model has."""
        return self._names.new(name)

    def has(self, name: str) -> bool:
        """Whether a model is called so."""
        return name in self._chosen.values()

    def make(self, wanted: str, schema: dict[str, Any]) -> str:
        """The name of the model of a schema that the description doesn't have as a whole."""
        pointer = below("#/made", wanted, len(self._made))
        self._made[pointer] = schema
        return self.name(pointer, wanted)

    def share(self, pointer: str) -> None:
        """Have a schema be the model that it was given a name for, also where it is a part of another one."""
        self._shared[id(self._source(pointer))] = self._chosen[pointer]

    def document(self) -> dict[str, Any]:
        """A description that has nothing but the schemas of the models."""
        written: dict[str, Any] = {}
        while left := self._chosen.keys() - written.keys():
            written |= {pointer: self._named(self._source(pointer)) for pointer in sorted(left)}
        order = [*self._components, *self._chosen]
        named = {self._chosen[pointer]: written[pointer] for pointer in order if pointer in written}
        return {
            "openapi": self._document["openapi"],
            "info": {"title": "models", "version": "1"},
            "paths": {},
            "components": {"schemas": with_own_tags(named)},
        }

    def _source(self, pointer: str) -> Any:
        return self._made[pointer] if pointer in self._made else value_at(self._document, pointer)

    def _named(self, schema: Any) -> Any:
        return _with_description(self._whole(schema), schema)

    def _schema(self, schema: Any) -> Any:
        """A part of a model."""
        shared = self._shared.get(id(schema))
        return self._whole(schema) if shared is None else {"$ref": f"{COMPONENTS}/{shared}"}

    def _whole(self, schema: Any) -> Any:
        if not isinstance(schema, dict):
            return schema
        default = fitting_default(schema, self._document)
        about = {} if default is None else {"default": default}
        if isinstance(schema.get("$ref"), str):
            return {**about, "$ref": self._reference(schema["$ref"])}
        kept = {key: self._keyword(key, value) for key, value in schema.items() if key in _KEPT or self._is_inner(key)}
        if kept.get("nullable") is False:
            del kept["nullable"]  # It would take away the None of a field that need not be there.
        if kept.get("properties") and isinstance(kept.get("additionalProperties"), dict):
            kept["additionalProperties"] = True  # A model says nothing of the types of fields that it hasn't.
        return {**kept, **about, **fitting_limits(schema), **self._discriminator(schema)}

    def _is_inner(self, key: str) -> bool:
        return key in _ONE | _SEVERAL | _NAMED

    def _keyword(self, key: str, value: Any) -> Any:
        if key in _ONE:
            return self._schema(value)
        if key in _SEVERAL and isinstance(value, list):
            return [self._schema(item) for item in value]
        if key in _NAMED and isinstance(value, dict):
            return {name: _with_description(self._schema(item), item) for name, item in value.items()}
        return value

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


def _with_description(written: Any, schema: Any) -> Any:
    """A schema with what is said of a model, or of a field of it; nothing else has a docstring."""
    said = schema.get("description") if isinstance(schema, dict) else None
    text = filled(first_paragraph(said)) if isinstance(said, str) else ""
    return {**written, "description": text} if text and isinstance(written, dict) else written
