"""Types and schemas that are equivalent, and the differences of those that aren't."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AliasChoices, AnyUrl, BaseModel, ConfigDict, Field, RootModel
from typing_extensions import TypeAliasType, TypedDict

from clientele.api import Response
from drifting import INTEGER, TEXT, answers, described, drift, returning


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Point(TypedDict):
    x: int
    y: int


@dataclass
class Size:
    width: int
    height: int = 1


class Tag(BaseModel):
    id: int


class Tags(RootModel[list[Tag]]):
    pass


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    bark: str


class Node(BaseModel):
    id: int
    children: list[Node] = []
    parent: Node | None = None


class Aliased(BaseModel):
    model_config = ConfigDict(validate_by_name=True)

    first_name: str = Field(alias="firstName")
    last_name: str = Field(validation_alias="lastName", serialization_alias="lastName")


Names = TypeAliasType("Names", list[str])


def object_of(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def refer(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


SIZE = object_of(["width"], width=INTEGER, height={**INTEGER, "default": 1})
POINT = object_of(["x", "y"], x=INTEGER, y=INTEGER)
CAT = object_of(["kind", "lives"], kind={"const": "cat"}, lives=INTEGER)
DOG = object_of(["kind", "bark"], kind={"type": "string", "enum": ["dog"]}, bark=TEXT)
PETS = {"Cat": CAT, "Dog": DOG}
SAME: list[tuple[Any, Any]] = [
    (int, INTEGER),
    (int, {"type": "integer", "format": "int64", "minimum": 1}),
    (float, {"type": "number", "format": "double"}),
    (int | float, {"type": "number"}),
    (bool, {"type": "boolean"}),
    (bool, {"type": "boolean", "enum": [True, False]}),
    (Decimal, {"type": "string", "format": "decimal"}),
    (Decimal, {"type": "number"}),
    (float, {"type": "number", "format": "decimal"}),
    (float, {"type": "number", "enum": [0.5, 1]}),
    (list[str], {"type": "array", "items": TEXT}),
    (set[str], {"type": "array", "items": TEXT, "uniqueItems": True}),
    (dict[str, int], {"type": "object", "additionalProperties": INTEGER}),
    (dict[str, Any], {"type": "object"}),
    (dict[str, Any], POINT),
    (Any, POINT),
    (Response, POINT),
    (bytes, POINT),
    (list[datetime], {"type": "array", "items": {"type": "string", "format": "date-time"}}),
    (list[date], {"type": "array", "items": {"type": "string", "format": "date"}}),
    (list[time], {"type": "array", "items": {"type": "string", "format": "time"}}),
    (list[timedelta], {"type": "array", "items": {"type": "string", "format": "duration"}}),
    (list[UUID], {"type": "array", "items": {"type": "string", "format": "uuid"}}),
    (list[UUID], {"type": "array", "items": {"type": "string", "format": "uuid4"}}),
    (list[str], {"type": "array", "items": {"type": "string", "format": "uuid4"}}),
    (list[str], {"type": "array", "items": False, "prefixItems": [TEXT, TEXT]}),
    (list[IPv4Address], {"type": "array", "items": {"type": "string", "format": "ipv4"}}),
    (list[str], {"type": "array", "items": {"type": "string", "format": "hostname", "maxLength": 9}}),
    (list[AnyUrl], {"type": "array", "items": {"type": "string", "format": "uri"}}),
    (list[bytes], {"type": "array", "items": {"type": "string", "contentMediaType": "application/octet-stream"}}),
    (int | None, {"type": ["integer", "null"]}),
    (int | None, {"anyOf": [INTEGER, {"type": "null"}]}),
    (int | None, {"oneOf": [{"type": "null"}, INTEGER]}),
    (int | str, {"anyOf": [TEXT, INTEGER]}),
    (int | list[str], {"type": ["array", "integer"], "items": TEXT}),
    (Color, {"type": "string", "enum": ["blue", "red"]}),
    (Color, {"enum": ["blue", "red"]}),
    (Literal["red", "blue"], {"type": "string", "enum": ["blue", "red"]}),
    (Literal["red"], {"const": "red"}),
    (Literal["red", 1], {"enum": [1, "red"]}),
    (Literal["red", "blue"], {"oneOf": [{"const": "red"}, {"const": "blue"}]}),
    (Literal["red"] | None, {"enum": ["red", None]}),
    (Level, {"type": "integer", "enum": [1, 2]}),
    (Point, POINT),
    (Point, {**POINT, "additionalProperties": False}),
    (Point, {"allOf": [POINT]}),
    (Point, {"allOf": [object_of(["x"], x=INTEGER), object_of(["y"], y=INTEGER)]}),
    (Point, {"allOf": [POINT, {"description": "of a plane"}]}),
    (Point, {"allOf": [{"oneOf": [object_of(["x"], x=INTEGER)]}, object_of(["y"], y=INTEGER)]}),
    (Point, object_of(["x", "y"], x=INTEGER)),
    (Size, SIZE),
    (Tags, {"type": "array", "items": refer("Tag")}),
    (Names, {"type": "array", "items": TEXT}),
    (Node, refer("Node")),
    (Aliased, object_of(["firstName", "lastName"], firstName=TEXT, lastName=TEXT)),
    (Cat | Dog, {"oneOf": [refer("Dog"), refer("Cat")]}),
    (
        Annotated[Cat | Dog, Field(discriminator="kind")],
        {"oneOf": [refer("Cat"), refer("Dog")], "discriminator": {"propertyName": "kind"}},
    ),
    (
        Cat | Dog,
        {"oneOf": [refer("PlainCat"), refer("PlainDog")], "discriminator": {"propertyName": "kind"}},
    ),
    (Any, {"not": {}}),
]
SCHEMAS = {
    **PETS,
    "PlainCat": object_of(["kind", "lives"], kind=TEXT, lives=INTEGER),
    "PlainDog": object_of(["kind", "bark"], kind=TEXT, bark=TEXT),
    "Tag": object_of(["id"], id=INTEGER),
    "Node": object_of(["id"], id=INTEGER, children={"type": "array", "items": refer("Node")}, parent=refer("Node")),
}


@pytest.mark.parametrize(("kind", "schema"), SAME, ids=lambda each: str(each)[:60])
def test_equivalent_types_have_no_drift(kind: Any, schema: Any) -> None:
    assert [] == drift(described(answers(schema), schemas=SCHEMAS), returning(kind))


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (int | None, {"type": "integer", "nullable": True}),
        (Tag | None, {"allOf": [refer("Tag")], "nullable": True}),
        (Literal["a"] | None, {"type": "string", "nullable": True, "enum": ["a", None]}),
        (list[bytes], {"type": "array", "items": {"type": "string", "format": "binary"}}),
    ],
    ids=str,
)
def test_keywords_of_openapi_3_0_are_understood(kind: Any, schema: Any) -> None:
    """`nullable`, and `binary` as a format."""
    tag = {"Tag": object_of(["id"], id=INTEGER)}
    assert [] == drift(described(answers(schema), version="3.0.3", schemas=tag), returning(kind))


@pytest.mark.parametrize(
    ("kind", "schema", "expected"),
    [
        (int, TEXT, "result: type: integer / string"),
        (int, {"type": "number"}, "result: type: integer / number"),
        (int, {}, "result: type: integer / anything"),
        (int | None, INTEGER, "result: nullable: integer or null / integer"),
        (int, {"type": ["integer", "null"]}, "result: nullable: integer / integer or null"),
        (int | None, {"type": ["string", "null"]}, "result: type: integer or null / string or null"),
        (int | str, INTEGER, "result: type: integer or string / integer"),
        (int, {"anyOf": [INTEGER, TEXT]}, "result: type: integer / integer or string"),
        (list[int], INTEGER, "result: type: array of integer / integer"),
        (list[int], list_of(TEXT), "result[]: type: integer / string"),
        (list[list[int]], list_of(list_of(TEXT)), "result[][]: type: integer / string"),
        (dict[str, int], {"type": "object", "additionalProperties": TEXT}, "result{}: type: integer / string"),
        (dict[str, int], POINT, "result: type: object of integer / object"),
        (Color, {"type": "string", "enum": ["red"]}, 'Color: enum: "red", "blue" / "red"'),
        (Literal["a", "b"], {"enum": ["a", "c"]}, 'result: enum: "a", "b" / "a", "c"'),
        (Literal["a"], TEXT, 'result: enum: "a" / any string'),
        (UUID, TEXT, "result: format: string (uuid) / string"),
        (datetime, {"type": "string", "format": "date"}, "result: format: string (date-time) / string (date)"),
        (Point, object_of(["x"], x=INTEGER, y=INTEGER), "Point.y: required: required / optional"),
        (Point, object_of(["x", "y"], x=INTEGER, y=TEXT), "Point.y: type: integer / string"),
        (Point, object_of(["x", "z"], x=INTEGER, z=INTEGER), "Point.y: name: 'y' / 'z'"),
        (Point, object_of(["x"], x=INTEGER), "Point.y: gone: integer / nothing"),
        (Size, {**SIZE, "required": ["width", "height"]}, "Size.height: required: optional / required"),
        (Size, object_of(["width"], **SIZE["properties"], hue=TEXT), "Size.hue: missing: nothing / string, optional"),
        (Point, {"type": "object"}, "result: type: Point / object"),
        (Aliased, object_of(["firstName", "a"], firstName=TEXT, a=TEXT), "Aliased.lastName: name: 'lastName' / 'a'"),
        (None, INTEGER, "result: type: nothing / integer"),
        (Cat | Dog, refer("Cat"), "result: type: Cat or Dog / Cat"),
        (Cat, refer("Dog"), "result: type: Cat / Dog"),
        (Tags, {"type": "array", "items": object_of(["id"], id=TEXT)}, "Tag.id: type: integer / string"),
        (Tags, {"type": "array", "items": TEXT}, "Tags[]: type: Tag / string"),
    ],
    ids=str,
)  # fmt: skip
def test_a_difference_is_reported_once(kind: Any, schema: Any, expected: str) -> None:
    """At its outermost type, with both sides."""
    what = expected if expected[0].isupper() else f"GET /things: {expected}"
    assert [what] == drift(described(answers(schema), schemas=SCHEMAS), returning(kind))


class Choices(BaseModel):
    name: str = Field(validation_alias=AliasChoices("name", "title"))


def test_the_first_of_several_aliases_is_the_name() -> None:
    assert [] == drift(described(answers(object_of(["name"], name=TEXT))), returning(Choices))


def test_a_class_used_in_several_places_is_reported_once() -> None:
    """Also if it is in lists, in itself, and in another operation."""
    node = object_of(["id"], id=TEXT, children=list_of(refer("Node")), parent=refer("Node"))
    document = described(answers(refer("Node")), schemas={**SCHEMAS, "Node": node})
    document["paths"]["/more"] = {"get": answers({"type": "array", "items": refer("Node")})}
    found = drift(document, returning(Node), returning(list[Node], path="/more"))
    assert ["Node.id: type: integer / string"] == found


class Named(BaseModel):
    name: str


class Extended(Named):
    id: int


def test_an_inherited_field_is_reported_in_the_class_that_defines_it() -> None:
    """Once, however many classes inherit it."""
    named = object_of(["name"], name=INTEGER, planted=TEXT)
    extended = {"allOf": [refer("Named"), object_of(["id"], id=INTEGER)]}
    document = described(answers(refer("Extended")), schemas={"Named": named, "Extended": extended})
    document["paths"]["/more"] = {"get": answers(refer("Named"))}
    assert [
        "Named.name: type: string / integer",
        "Named.planted: missing: nothing / string, optional",
    ] == drift(document, returning(Extended), returning(Named, path="/more"))
