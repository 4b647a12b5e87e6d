"""Places in a description that a test can change: operations, parameters, models and fields."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from drifting import JSON

Document: TypeAlias = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "patch")
SCALARS = ("string", "integer", "boolean", "number")


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, item in document["paths"].items():
        if "$ref" not in item:
            yield from ((path, method, item[method]) for method in METHODS if method in item)


def resolved(document: Document, value: Any) -> Any:
    while isinstance(value, dict) and "$ref" in value:
        target = document
        for part in value["$ref"][2:].split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        value = target
    return value


def identifiable(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Operations that drift can find by their ids after a change of path or method."""
    for path, method, operation in operations(document):
        if operation.get("operationId") and method != "patch" and "#" not in path:
            yield path, method, operation


def models(document: Document) -> Iterator[tuple[str, Document]]:
    """Component schemas with properties that operations send or return, nested ones included."""
    named = document.get("components", {}).get("schemas", {})
    left = [schema for _, _, operation in operations(document) for schema in json_schemas(document, operation)]
    seen: set[str] = set()
    while left:
        schema = left.pop(0)
        name = str(schema.get("$ref", "")).removeprefix("#/components/schemas/")
        if name in named and name not in seen:
            seen.add(name)
            left.append(named[name])
            if named[name].get("properties"):
                yield name, named[name]
        left += [schema["items"]] if isinstance(schema.get("items"), dict) else []
        left += [each for each in schema.get("properties", {}).values() if isinstance(each, dict)]


def json_schemas(document: Document, operation: Document) -> Iterator[Document]:
    answers = operation.get("responses", {})
    bodies = [resolved(document, answer) for status, answer in answers.items() if status.startswith("20")]
    for body in [*bodies, resolved(document, operation.get("requestBody", {}))]:
        schema = body.get("content", {}).get(JSON, {}).get("schema")
        yield from [schema] if schema else []


def fields(document: Document, *kinds: str, required: bool | None = None) -> Iterator[tuple[str, str, Document]]:
    """The names of a model and a field of one of these types, and a copy of its schema that no other field uses."""
    for name, model in models(document):
        for field, written in list(model["properties"].items()):
            schema = copy.deepcopy(resolved(document, written))
            is_plain = schema.get("type") in kinds and not {"enum", "const", "format", "nullable"} & set(schema)
            fits = required is None or (field in model.get("required", ())) is required
            if is_plain and fits and field not in discriminators(document):
                model["properties"][field] = schema
                yield name, field, schema


def discriminators(document: Document) -> set[str]:
    """The names of the properties that discriminate unions."""
    text = json.dumps(document)
    return set(re.findall(r'"propertyName": "([^"]+)"', text))


def query_parameters(document: Document) -> Iterator[tuple[list[Any], int, Document]]:
    """Scalar parameters of the query: the operation's parameters, the index, and a copy for this operation only."""
    for _, _, operation in operations(document):
        for index, written in enumerate(operation.get("parameters", [])):
            parameter = copy.deepcopy(resolved(document, written))
            schema = resolved(document, parameter.get("schema", {}))
            if parameter.get("in") == "query" and schema.get("type") in SCALARS:
                operation["parameters"][index] = parameter
                yield operation["parameters"], index, parameter
