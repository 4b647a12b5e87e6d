"""Declared functions, descriptions of one operation, and the differences between them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from pydantic import BaseModel

from clientele.api import APIClient, EndpointDeclaration, declarations
from clientele_scaffold.drift.calls import CallComparison
from clientele_scaffold.drift.differences import Difference
from clientele_scaffold.reading import parse_description

JSON = "application/json"
TEXT = {"type": "string"}
INTEGER = {"type": "integer"}
LIST = {"type": "array", "items": TEXT}
PROBLEM = {"type": "object", "required": ["detail"], "properties": {"detail": TEXT}}
THING = {"type": "object", "required": ["name"], "properties": {"name": TEXT, "size": INTEGER}}
api = APIClient(base_url="https://api.example.com")


class Problem(BaseModel):
    detail: str


class Thing(BaseModel):
    name: str
    size: int | None = None


def described(
    operation: dict[str, Any],
    *,
    method: str = "get",
    path: str = "/things",
    version: str = "3.1.0",
    schemas: dict[str, Any] | None = None,
    **others: Any,
) -> dict[str, Any]:
    """A description of one operation."""
    return {
        "openapi": version,
        "info": {"title": "Things", "version": "1"},
        "paths": {path: {method: {"responses": {"204": {"description": ""}}, **operation}}},
        "components": {"schemas": schemas or {}},
        **others,
    }


def answers(schema: Any, status: str = "200", media_type: str = JSON) -> dict[str, Any]:
    """The response of an operation."""
    return {"responses": {status: {"description": "", "content": {media_type: {"schema": schema}}}}}


def takes(schema: Any, media_type: str = JSON, *, required: bool = True) -> dict[str, Any]:
    """The body of an operation's request."""
    return {"requestBody": {"required": required, "content": {media_type: {"schema": schema}}}}


def parameter(name: str, location: str = "query", schema: Any = TEXT, **others: Any) -> dict[str, Any]:
    """A parameter of an operation; in the query, unless overridden."""
    return {"name": name, "in": location, "schema": schema, "required": location == "path", **others}


def with_parameters(*parameters: dict[str, Any]) -> dict[str, Any]:
    """The part of an operation that has its parameters."""
    return {"parameters": list(parameters)}


def statuses(**schemas: Any) -> dict[str, Any]:
    """The responses of an operation: for each status, such as `s404`, the schema of its JSON body."""
    return {
        "responses": {
            status.lstrip("s"): {"description": ""} if schema is None else answers(schema)["responses"]["200"]
            for status, schema in schemas.items()
        }
    }


def differences(document: dict[str, Any], *calls: Any) -> list[Difference]:
    """The differences between functions or classes of clients and a description."""
    declared: list[EndpointDeclaration] = []
    for call in calls:
        module = ModuleType(call.__module__)
        module.call = call  # type: ignore[attr-defined]
        declared += declarations(module)
    return CallComparison(declared, parse_description(document)).differences()


def drift(document: dict[str, Any], *calls: Any) -> list[str]:
    """The differences as in a report, with both sides."""
    return [
        f"{each.spot.name}: {each.change}: {each.declared} / {each.described}" for each in differences(document, *calls)
    ]


def returning(kind: Any, method: str = "get", path: str = "/things", **options: Any) -> Any:
    """A function without parameters that returns a type."""

    def things(result: Any) -> Any:
        return result

    things.__annotations__["result"] = kind
    return api.endpoint(method.upper(), path, **options)(things)
