"""A server of FastAPI with models that are hard to write, for its description."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from ipaddress import IPv4Address
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from fastapi import Cookie, Depends, FastAPI, File, Form, Header, HTTPException, Path, Query, UploadFile
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.security import APIKeyHeader, HTTPBasic
from pydantic import AnyUrl, BaseModel, ConfigDict, Field, SecretStr
from pydantic.alias_generators import to_camel

T = TypeVar("T")


class Color(Enum):
    """A colour."""

    RED = "red"
    LIGHT_BLUE = "light blue"


class Level(IntEnum):
    """A level."""

    LOW = 1
    HIGH = 2


class CamelModel(BaseModel):
    """Has names as in JavaScript."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Everything(CamelModel):
    """Has a field of each kind."""

    the_id: UUID
    created_at: datetime
    on_day: date
    at_time: time
    how_long: timedelta
    price: Decimal
    color: Color = Color.RED
    level: Level = Level.LOW
    address: IPv4Address | None = None
    link: AnyUrl | None = None
    password: SecretStr | None = None
    parent: Everything | None = None
    children: list[Everything] = []
    scores: dict[str, list[float]] = {}
    pair: tuple[int, str] = (1, "a")
    anything: Any = None
    either: int | str | None = None
    only: Literal["a", 1, True] = "a"
    short: Annotated[str, Field(min_length=2, max_length=5)] = "ab"
    ratio: Annotated[float, Field(gt=0, lt=1)] = 0.5
    class_: Annotated[str, Field(alias="class")] = "x"
    odd: Annotated[str, Field(alias="x-odd name")] = "x"


class Cat(BaseModel):
    """A cat."""

    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    """A dog."""

    kind: Literal["dog"]
    bark: str


class Bird(BaseModel):
    """A bird."""

    kind: Literal["parrot", "crow"]


Pet = Annotated[Cat | Dog | Bird, Field(discriminator="kind")]


class Page(BaseModel, Generic[T]):
    """Some of many."""

    items: list[T]
    total: int


class Problem(BaseModel):
    """What went wrong."""

    detail: str


class Filters(BaseModel):
    """What is looked for."""

    limit: int = Field(100, gt=0, le=100)
    order: Literal["up", "down"] = "up"
    tags: list[str] = []


app = FastAPI(title='Shop "of" things\\', servers=[{"url": "/api"}])
key = APIKeyHeader(name="X-Key")
basic = HTTPBasic()


@app.get("/everything", tags=["everything"], responses={404: {"model": Problem}})
def list_everything(
    filters: Annotated[Filters, Query()],
    x_token: Annotated[str | None, Header()] = None,
    sid: Annotated[str | None, Cookie()] = None,
    theme: Annotated[Color, Cookie()] = Color.RED,
) -> Page[Everything]:
    """List everything.

    A second paragraph with \"\"\"quotes\"\"\" and a \\backslash.
    """
    raise HTTPException(404)


@app.post("/everything", tags=["everything"], status_code=201, dependencies=[Depends(key)])
def create_everything(thing: Everything) -> Everything:
    return thing


@app.put("/everything/{the-id}", tags=["everything"], responses={200: {"model": Everything}, 202: {"model": Problem}})
def replace_everything(the_id: Annotated[UUID, Path(alias="the-id")], thing: Everything) -> Everything:
    return thing


@app.patch("/everything/{the_id}", tags=["everything"], dependencies=[Depends(key)])
def change_everything(the_id: UUID, thing: dict[str, Any]) -> Everything:
    raise HTTPException(404)


@app.delete("/everything/{the_id}", tags=["everything"], status_code=204)
def delete(the_id: UUID, *, force: bool = False) -> None:
    """Delete it."""


@app.post("/pets", tags=["pets"])
def add_pet(pet: Pet) -> Pet:
    return pet


@app.post("/pets/many", tags=["pets"])
def add_pets(pets: list[Pet], level: Level = Level.LOW, since: datetime | None = None) -> dict[str, Pet]:
    return {}


@app.get("/pets/{kind}/{number}", tags=["pets"], deprecated=True, operation_id="list")
def find_pets(
    kind: Color, number: Annotated[int, Path(ge=1, le=9)], ids: Annotated[list[int] | None, Query()] = None
) -> str:
    return ""


@app.post("/upload", tags=["files"])
def upload(
    file: UploadFile,
    many: Annotated[list[UploadFile], File()],
    count: Annotated[int, Form()],
    note: Annotated[str | None, Form()] = None,
) -> None:
    """Upload files."""


@app.post("/login", tags=["files"], dependencies=[Depends(basic)])
def login(
    user: Annotated[str, Form()], password: Annotated[str, Form()], *, keep: Annotated[bool, Form()] = False
) -> str:
    return ""


@app.get("/text", tags=["files"], response_class=PlainTextResponse)
def text() -> str:
    return ""


@app.get(
    "/events",
    tags=["files"],
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def events() -> AsyncIterator[str]:
    yield ""


@app.head("/ping")
@app.get("/ping")
def ping() -> None:
    """No tag."""
