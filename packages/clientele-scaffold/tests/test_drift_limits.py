"""Limits and defaults of parameters and fields."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from drifting import answers, api, described, drift, returning


def with_size(**schema: Any) -> dict[str, Any]:
    """An operation with an integer parameter in the query."""
    return described({"parameters": [{"name": "size", "in": "query", "schema": {"type": "integer", **schema}}]})


@api.get("/things")
def limited(result: None, size: Annotated[int, Field(ge=1, le=100)] = 20) -> None:
    return result


@api.get("/things")
def unlimited(result: None, size: int | None = None) -> None:
    return result


def test_limits_of_parameters_are_compared_if_some_are_declared() -> None:
    """Without limits in the signature, the server validates."""
    assert [] == drift(with_size(minimum=1, maximum=100), limited)
    assert [] == drift(with_size(minimum=1, maximum=100), unlimited)
    lower = drift(with_size(minimum=1, maximum=50), limited)
    assert ["GET /things: query size: limits: minimum 1, maximum 100 / minimum 1, maximum 50"] == lower
    gone = drift(with_size(), limited)
    assert ["GET /things: query size: limits: minimum 1, maximum 100 / no limits"] == gone


def test_defaults_are_compared_if_both_sides_have_one() -> None:
    limits = {"minimum": 1, "maximum": 100}
    assert [] == drift(with_size(**limits, default=20), limited)
    assert [] == drift(with_size(default=20), unlimited)
    assert ["GET /things: query size: default: 20 / 50"] == drift(with_size(**limits, default=50), limited)


def test_limits_and_defaults_of_fields_are_compared() -> None:
    class Item(BaseModel):
        name: Annotated[str, Field(max_length=5)] = "a"
        tags: Annotated[list[Annotated[str, Field(min_length=1)]], Field(max_length=3)] = []

    def fields(name: dict[str, Any], tags: dict[str, Any]) -> dict[str, Any]:
        return described(answers({"type": "object", "properties": {"name": name, "tags": tags}}))

    name = {"type": "string", "maxLength": 5, "default": "a"}
    tags = {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": 3}
    call = returning(Item)
    assert [] == drift(fields(name, tags), call)
    assert ["Item.name: limits: maxLength 5 / maxLength 9"] == drift(fields({**name, "maxLength": 9}, tags), call)
    assert ['Item.name: default: "a" / "b"'] == drift(fields({**name, "default": "b"}, tags), call)
    assert ["Item.tags: limits: maxItems 3 / maxItems 4"] == drift(fields(name, {**tags, "maxItems": 4}), call)
    items = {"type": "string", "minLength": 2}
    assert ["Item.tags[]: limits: minLength 1 / minLength 2"] == drift(fields(name, {**tags, "items": items}), call)
