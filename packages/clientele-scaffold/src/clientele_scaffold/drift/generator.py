"""Pydantic's JSON schemas, with a note of the class that each is that of."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

CLASS = "x-clientele-class"
"""The keyword whose value is the name of the class, among `SchemaGenerator.classes`."""


class SchemaGenerator(GenerateJsonSchema):
    """Notes which class a schema is that of, and has a schema for every type.

    Each use has a subclass of its own, with `classes` of its own.
    """

    classes: ClassVar[dict[str, type]]

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """That of a model."""
        return self._noted(super().model_schema(schema), schema["cls"])

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        """That of a dataclass."""
        return self._noted(super().dataclass_schema(schema), schema["cls"])

    def typed_dict_schema(self, schema: core_schema.TypedDictSchema) -> JsonSchemaValue:
        """That of a TypedDict."""
        return self._noted(super().typed_dict_schema(schema), schema.get("cls"))

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        """That of an Enum."""
        return self._noted(super().enum_schema(schema), schema["cls"])

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:  # noqa: ARG002 - Pydantic's method
        """A number of that format, in either mode."""
        return {"type": "number", "format": "decimal"}

    def handle_invalid_for_json_schema(
        self,
        schema: Any,  # noqa: ARG002 - Pydantic's method
        error_info: str,  # noqa: ARG002
    ) -> JsonSchemaValue:
        """That of anything."""
        return {}

    def emit_warning(self, kind: Any, detail: str) -> None:
        """Say nothing: what has no schema isn't compared."""

    def _noted(self, made: JsonSchemaValue, cls: type | None) -> JsonSchemaValue:
        if cls is None:
            return made
        name = f"{cls.__module__}.{cls.__qualname__}#{id(cls)}"
        self.classes[name] = cls
        return {**made, CLASS: name}
