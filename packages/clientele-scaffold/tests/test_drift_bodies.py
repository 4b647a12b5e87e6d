"""Bodies of requests: media types, JSON, and the fields of forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO

import pytest
from pydantic import BaseModel

from clientele.api import Body, File, Form, Part
from drifting import INTEGER, TEXT, THING, Thing, answers, api, described, drift, returning, takes

FORM = "application/x-www-form-urlencoded"


MULTIPART = "multipart/form-data"


@pytest.mark.parametrize(
    ("kind", "operation", "expected"),
    [
        (Thing, takes(THING), []),
        (Thing, {}, ["body: gone: application/json / nothing"]),
        (Thing, takes({}, "text/plain"), ["body: media type: application/json / text/plain"]),
        (Thing, takes(THING, required=False), ["body: required: required / optional"]),
        (Thing, takes({}, "application/merge-patch+json"), ["body: type: Thing / anything"]),
        (bytes, takes({}, "image/png"), []),
        (str, takes(TEXT, "text/plain"), []),
        (Iterator[bytes], takes({}, "image/png"), []),
        (BinaryIO, takes({}, "image/png"), []),
        (bytes, takes({"type": "object"}), ["body: media type: application/octet-stream / application/json"]),
    ],
    ids=str,
)  # fmt: skip
def test_bodies_are_compared(kind: Any, operation: dict[str, Any], expected: list[str]) -> None:
    """Media type first, then content."""

    def call(result: None, data: Any) -> None:
        return result

    call.__annotations__["data"] = kind
    found = drift(described(operation, method="post"), api.post("/things")(call))
    assert sorted(f"POST /things: {each}" for each in expected) == sorted(found)


def test_a_body_without_a_parameter_is_missing() -> None:
    call = returning(None, "post")
    assert ["POST /things: body: missing: nothing / application/json, required"] == drift(
        described(takes(INTEGER), method="post"), call
    )


def test_the_media_type_may_be_a_header_of_the_decorator() -> None:
    @api.post("/things", headers={"Content-Type": "text/csv; charset=utf-8"})
    def call(result: None, data: str) -> None:
        return result

    assert [] == drift(described(takes(TEXT, "text/csv"), method="post"), call)
    assert ["POST /things: body: media type: text/csv / text/plain"] == drift(
        described(takes(TEXT, "text/plain"), method="post"), call
    )


@api.post("/things")
def upload(
    result: None,
    picture: Annotated[bytes, File()],
    note: Annotated[str, Form()],
    about: Annotated[Thing | None, Part()] = None,
) -> None:
    return result


BINARY = {"type": "string", "format": "binary"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"picture": {}}, []),
        ({"picture": {"type": "array", "items": BINARY}}, []),
        ({"picture": TEXT}, ["picture: type: file / string"]),
        ({"note": INTEGER}, ["note: type: string / integer"]),
        ({"more": TEXT}, ["more: missing: nothing / string, optional"]),
        ({"note": None}, ["note: gone: string / nothing"]),
        ({"picture": None}, ["picture: gone: file / nothing"]),
        ({"note": None, "text": TEXT}, ["note: name: 'note' / 'text'"]),
    ],
    ids=str,
)
def test_fields_of_forms_are_compared(changed: dict[str, Any], expected: list[str]) -> None:
    """Files, text, and JSON parts."""
    fields = {"picture": BINARY, "note": TEXT, "about": THING, **changed}
    kept = {name: each for name, each in fields.items() if each is not None}
    required = [name for name in ("picture", "note", "text") if name in kept]
    schema = {"type": "object", "required": required, "properties": kept}
    assert [f"POST /things: form {each}" for each in expected] == drift(
        described(takes(schema, MULTIPART), method="post"), upload
    )


def test_a_form_may_be_a_model_or_a_dict_of_anything() -> None:
    """A model's fields are compared, a dict's are not known."""

    @api.post("/things")
    def login(result: None, data: Annotated[Thing, Form()]) -> None:
        return result

    @api.post("/things")
    def post(result: None, data: Annotated[dict[str, str], Form()]) -> None:
        return result

    schema = {"type": "object", "required": ["name"], "properties": {"name": TEXT, "size": TEXT}}
    document = described(takes(schema, FORM), method="post")
    assert ["POST /things: form size: type: integer or null / string"] == drift(document, login)
    assert [] == drift(document, post)


def test_fields_of_one_direction_are_compared_in_that_direction_only() -> None:
    """`readOnly` fields aren't sent, and `writeOnly` fields aren't received."""
    schema = {
        "type": "object",
        "required": ["id", "name", "secret"],
        "properties": {"id": {**INTEGER, "readOnly": True}, "name": TEXT, "secret": {**TEXT, "writeOnly": True}},
    }

    class Sent(BaseModel):
        name: str
        secret: str

    class Received(BaseModel):
        id: int
        name: str

    @api.post("/things")
    def call(result: Received, data: Annotated[Sent, Body(exclude_unset=True)]) -> Received:
        return result

    document = described({**takes(schema), **answers(schema)}, method="post")
    assert [] == drift(document, call)
