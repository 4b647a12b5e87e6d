"""Changes to a description, and how drift must report each."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from clientele_scaffold.drift.finding import find_drift
from clientele_scaffold.writing.names import plain
from drifting import JSON
from places import SCALARS, Document, fields, identifiable, models, operations, query_parameters, resolved

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Planted:
    """A changed description.

    Attributes:
        name: what was changed.
        document: the description after the change.
        changes: the names that drift may give the change.
        part: what the report must name.
    """

    name: str
    document: Document
    changes: frozenset[str]
    part: str


def wrongly_reported(package: str, document: Document, file: Path) -> tuple[int, dict[str, list[str]]]:
    """The number of planted changes, and by change the differences that drift reports, unless only the change is.

    One change may be reported at two lines, if two functions declare the operation.
    """
    wrong: dict[str, list[str]] = {}
    changes = list(planted(document))
    for each in changes:
        file.write_text(json.dumps(each.document), encoding="utf-8")
        found = find_drift(package, str(file)).drift
        titles = {(one.what, one.change) for one in found}
        is_reported = len(titles) == 1 and len(found) == len({one.line for one in found})
        if not is_reported or found[0].change not in each.changes or plain(each.part) not in plain(found[0].what):
            wrong[each.name] = [one.title for one in found]
    return len(changes), wrong


Planter: TypeAlias = Callable[[Document], tuple[str, str] | None]
"""Changes a description; returns the name of the change and part of what the report names, or None if nothing fits."""


def planted(document: Document) -> Iterator[Planted]:
    """Each kind of change that the description has a place for, at the first such place."""
    for name, plant in PLANTERS.items():
        changed = copy.deepcopy(document)
        planted_as = plant(changed)
        if planted_as is not None:
            yield Planted(name, changed, frozenset(planted_as[0].split("|")), planted_as[1])


def change_path(document: Document) -> tuple[str, str] | None:
    for path, method, operation in identifiable(document):
        item = document["paths"][path]
        del item[method]
        kept = {key: value for key, value in item.items() if key in {"parameters", "servers"}}
        document["paths"][f"{path.rstrip('/')}/planted"] = {**kept, method: operation}
        return "path", f"{method.upper()} "
    return None


def change_method(document: Document) -> tuple[str, str] | None:
    for path, method, operation in identifiable(document):
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


def remove_parameter(document: Document) -> tuple[str, str] | None:
    for parameters, index, parameter in query_parameters(document):
        del parameters[index]
        return "gone", f"query {parameter['name']}"
    return None


def require_parameter(document: Document) -> tuple[str, str] | None:
    for _, _, parameter in query_parameters(document):
        parameter["required"] = not parameter.get("required", False)
        return "required", f"query {parameter['name']}"
    return None


def change_parameter(document: Document) -> tuple[str, str] | None:
    for _, _, parameter in query_parameters(document):
        old = resolved(document, parameter["schema"])["type"]
        parameter["schema"] = {"type": "boolean" if old != "boolean" else "integer"}
        return "type", f"query {parameter['name']}"
    return None


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
    for path, method, _ in identifiable(document):
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
