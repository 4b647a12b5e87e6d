"""Changes to plant in a description, and what drift has to make of each."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from clientele_scaffold.drift.finding import find_drift
from clientele_scaffold.writing.names import plain

Document: TypeAlias = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "patch")
SCALARS = ("string", "integer", "boolean", "number")
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Planted:
    """A change.

    Attributes:
        name: what was changed.
        document: the description after it.
        changes: what drift may call it.
        part: what drift has to name.
    """

    name: str
    document: Document
    changes: frozenset[str]
    part: str


def wrongly_told(package: str, document: Document, file: Path) -> tuple[int, dict[str, list[str]]]:
    """How many changes were planted, and what drift says where it doesn't say exactly the change, by the change.

    Two calls of one operation differ at two lines.
    """
    wrong: dict[str, list[str]] = {}
    changes = list(planted(document))
    for each in changes:
        file.write_text(json.dumps(each.document), encoding="utf-8")
        found = find_drift(package, str(file)).drift
        titles = {(one.what, one.change) for one in found}
        is_told = len(titles) == 1 and len(found) == len({one.line for one in found})
        if not is_told or found[0].change not in each.changes or plain(each.part) not in plain(found[0].what):
            wrong[each.name] = [one.title for one in found]
    return len(changes), wrong


Planter: TypeAlias = Callable[[Document], tuple[str, str] | None]
"""Changes a description, and says what drift calls the change and what it names; None if there is no place for it."""


def planted(document: Document) -> Iterator[Planted]:
    """Every kind of change that there is a place for, at the first such place."""
    for name, plant in PLANTERS.items():
        changed = copy.deepcopy(document)
        told = plant(changed)
        if told is not None:
            yield Planted(name, changed, frozenset(told[0].split("|")), told[1])


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


def alone(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Operations whose ids nothing else has, and whose paths nothing else is like."""
    for path, method, operation in operations(document):
        if operation.get("operationId") and method != "patch" and "#" not in path:
            yield path, method, operation


def change_path(document: Document) -> tuple[str, str] | None:
    for path, method, operation in alone(document):
        item = document["paths"][path]
        del item[method]
        kept = {key: value for key, value in item.items() if key in {"parameters", "servers"}}
        document["paths"][f"{path.rstrip('/')}/planted"] = {**kept, method: operation}
        return "path", f"{method.upper()} "
    return None


def change_method(document: Document) -> tuple[str, str] | None:
    for path, method, operation in alone(document):
        item = document["paths"][path]
        free = [each for each in ("put", "post", "delete", "get") if each not in item]
        if free and "requestBody" not in operation:
            item[free[0]] = item.pop(method)
            return "method", f"{method.upper()} "
    return None


def add_parameter(document: Document) -> tuple[str, str] | None:
    for _, _, operation in operations(document):
        operation.setdefault("parameters", []).append({"name": "planted", "in": "query", "schema": {"type": "integer"}})
        return "missing", "query planted"
    return None


def _own(document: Document) -> Iterator[tuple[list[Any], int, Document]]:
    """Parameters in the query that are no lists or objects, each as one that an operation has for itself."""
    for _, _, operation in operations(document):
        for index, written in enumerate(operation.get("parameters", [])):
            parameter = copy.deepcopy(resolved(document, written))
            schema = resolved(document, parameter.get("schema", {}))
            if parameter.get("in") == "query" and schema.get("type") in SCALARS:
                operation["parameters"][index] = parameter
                yield operation["parameters"], index, parameter


def remove_parameter(document: Document) -> tuple[str, str] | None:
    for parameters, index, parameter in _own(document):
        del parameters[index]
        return "gone", f"query {parameter['name']}"
    return None


def require_parameter(document: Document) -> tuple[str, str] | None:
    for _, _, parameter in _own(document):
        parameter["required"] = not parameter.get("required", False)
        return "required", f"query {parameter['name']}"
    return None


def change_parameter(document: Document) -> tuple[str, str] | None:
    for _, _, parameter in _own(document):
        old = resolved(document, parameter["schema"])["type"]
        parameter["schema"] = {"type": "boolean" if old != "boolean" else "integer"}
        return "type", f"query {parameter['name']}"
    return None


def models(document: Document) -> Iterator[tuple[str, Document]]:
    """Components with properties that operations send or return, by themselves or within others."""
    named = document.get("components", {}).get("schemas", {})
    left = [schema for _, _, operation in operations(document) for schema in _contents(document, operation)]
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


def _contents(document: Document, operation: Document) -> Iterator[Document]:
    answers = operation.get("responses", {})
    bodies = [resolved(document, answer) for status, answer in answers.items() if status.startswith("20")]
    for body in [*bodies, resolved(document, operation.get("requestBody", {}))]:
        schema = body.get("content", {}).get(JSON, {}).get("schema")
        yield from [schema] if schema else []


def fields(document: Document, *kinds: str, required: bool | None = None) -> Iterator[tuple[str, str, Document]]:
    """The names of a model and of a field of it, and its schema, which is one of `kinds` and used nowhere else."""
    for name, model in models(document):
        for field, written in list(model["properties"].items()):
            schema = copy.deepcopy(resolved(document, written))
            is_plain = schema.get("type") in kinds and not {"enum", "const", "format", "nullable"} & set(schema)
            fits = required is None or (field in model.get("required", ())) is required
            if is_plain and fits and field not in _telling(document):
                model["properties"][field] = schema
                yield name, field, schema


def _telling(document: Document) -> set[str]:
    """The names of properties that tell the members of unions apart."""
    text = json.dumps(document)
    return set(re.findall(r'"propertyName": "([^"]+)"', text))


def change_type(document: Document) -> tuple[str, str] | None:
    for _, field, schema in fields(document, "string", "integer", "boolean"):
        schema["type"] = "boolean" if schema["type"] != "boolean" else "integer"
        return "type", f".{field}"
    return None


def change_format(document: Document) -> tuple[str, str] | None:
    for _, field, schema in fields(document, "string"):
        schema["format"] = "date"
        return "format", f".{field}"
    return None


def add_field(document: Document) -> tuple[str, str] | None:
    for _, model in models(document):
        model["properties"]["planted"] = {"type": "string"}
        return "missing", ".planted"
    return None


def remove_field(document: Document) -> tuple[str, str] | None:
    for name, field, _ in fields(document, *SCALARS):
        model = document["components"]["schemas"][name]
        if len(model["properties"]) > 1:
            del model["properties"][field]
            model["required"] = [each for each in model.get("required", []) if each != field]
            if not model["required"]:
                del model["required"]
            return "gone", f".{field}"
    return None


def require_field(document: Document) -> tuple[str, str] | None:
    for name, field, _ in fields(document, *SCALARS, required=False):
        document["components"]["schemas"][name].setdefault("required", []).append(field)
        return "required", f".{field}"
    return None


def allow_null(document: Document) -> tuple[str, str] | None:
    for _, field, schema in fields(document, *SCALARS, required=True):
        if document["openapi"].startswith("3.0"):
            schema["nullable"] = True
        else:
            schema["type"] = [schema["type"], "null"]
        return "nullable", f".{field}"
    return None


def add_value(document: Document) -> tuple[str, str] | None:
    named = document.get("components", {}).get("schemas", {})
    for _, model in models(document):
        for schema in model["properties"].values():
            whole = resolved(document, schema)
            if whole.get("type") == "string" and len(whole.get("enum", ())) > 1:
                whole["enum"].append("planted")
                return "enum", next((name for name, each in named.items() if each is whole), "")
    return None


def change_status(document: Document) -> tuple[str, str] | None:
    for _, _, operation in operations(document):
        answers = operation.get("responses", {})
        for status in answers:
            contents = resolved(document, answers[status]).get("content", {})
            has_type = any(media.endswith("json") and each.get("schema") for media, each in contents.items())
            is_free = not {"418", "default", "4XX"} & set(answers)
            if is_free and status[0] == "4" and status.isdecimal() and has_type:
                answers["418"] = answers.pop(status)
                return "status|missing", ""
    return None


def change_media_type(document: Document) -> tuple[str, str] | None:
    for _, _, operation in operations(document):
        body = operation.get("requestBody", {})
        if list(body.get("content", {})) == [JSON]:
            body["content"][FORM] = body["content"].pop(JSON)
            return "media type", "body"
    return None


def remove_operation(document: Document) -> tuple[str, str] | None:
    for path, method, _ in alone(document):
        del document["paths"][path][method]
        return "gone", f"{method.upper()} "
    return None


def add_operation(document: Document) -> tuple[str, str] | None:
    answers = {"204": {"description": ""}}
    document["paths"]["/planted/anew"] = {"get": {"operationId": "plantedAnew", "responses": answers}}
    return "missing", "GET /planted/anew"


PLANTERS: dict[str, Planter] = {
    "path": change_path,
    "method": change_method,
    "parameter added": add_parameter,
    "parameter removed": remove_parameter,
    "parameter required": require_parameter,
    "parameter type": change_parameter,
    "field type": change_type,
    "field format": change_format,
    "new field": add_field,
    "field gone": remove_field,
    "field required": require_field,
    "nullable": allow_null,
    "enum value": add_value,
    "status": change_status,
    "body media type": change_media_type,
    "operation gone": remove_operation,
    "operation new": add_operation,
}
