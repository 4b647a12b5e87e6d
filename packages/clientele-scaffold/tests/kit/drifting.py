"""Clients and descriptions of one operation, and what differs between them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from clientele.api import APIClient, EndpointDeclaration, declarations
from clientele_scaffold.drift.calls import CallComparison
from clientele_scaffold.drift.differences import Difference
from clientele_scaffold.reading import parse_description

JSON = "application/json"
api = APIClient(base_url="https://api.example.com")


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
    """The part of an operation that says what it answers."""
    return {"responses": {status: {"description": "", "content": {media_type: {"schema": schema}}}}}


def takes(schema: Any, media_type: str = JSON, *, required: bool = True) -> dict[str, Any]:
    """The part of an operation that says what its body is."""
    return {"requestBody": {"required": required, "content": {media_type: {"schema": schema}}}}


def differences(document: dict[str, Any], *calls: Any) -> list[Difference]:
    """What differs between calls, functions or classes of clients, and a description."""
    declared: list[EndpointDeclaration] = []
    for call in calls:
        module = ModuleType(call.__module__)
        module.call = call  # type: ignore[attr-defined]
        declared += declarations(module)
    return CallComparison(declared, parse_description(document)).differences()


def drift(document: dict[str, Any], *calls: Any) -> list[str]:
    """The differences as a report names them, with both sides."""
    return [
        f"{each.spot.name}: {each.change}: {each.declared} / {each.described}" for each in differences(document, *calls)
    ]


def returning(kind: Any, method: str = "get", path: str = "/things", **options: Any) -> Any:
    """A call without parameters whose `result` is of a type."""

    def things(result: Any) -> Any:
        return result

    things.__annotations__["result"] = kind
    return api.endpoint(method.upper(), path, **options)(things)
