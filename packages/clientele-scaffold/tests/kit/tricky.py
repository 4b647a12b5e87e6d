"""An application whose description has most of what a client has to be told."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Body, Cookie, FastAPI, Header, Path, Query
from pydantic import BaseModel, Field


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    bark: str | None


class Node(BaseModel):
    id: UUID
    children: list[Node] = []
    parent: Node | None = None
    price: Decimal | None = None


class Item(BaseModel):
    name: str = Field(alias="itemName")
    color: Color = Color.RED
    level: Level | None = None
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]
    counts: dict[str, int] = {}
    changed: datetime | None = None
    day: date
    tags: set[str] = set()


class Filters(BaseModel):
    limit: int = 10
    order: Literal["asc", "desc"] = "asc"
    tags: list[str] = []


class Problem(BaseModel):
    detail: str


def tricky() -> dict[str, Any]:
    """The description of the application."""
    app = FastAPI(title="Tricky")

    @app.get("/items/{item_id}", responses={404: {"model": Problem}})
    def read_item(
        item_id: int,
        q: str | None = None,
        color: Color = Color.RED,
        x_token: Annotated[str | None, Header()] = None,
        session: Annotated[str | None, Cookie()] = None,
    ) -> Item:
        raise NotImplementedError

    @app.get("/items")
    def list_items(filters: Annotated[Filters, Query()]) -> list[Item]:
        raise NotImplementedError

    @app.post("/items", status_code=201)
    def make_item(item: Item) -> Item:
        raise NotImplementedError

    @app.put("/items/{item_id}")
    def put_item(item_id: Annotated[int, Path(ge=1)], item: Item, owner: Annotated[Cat, Body()]) -> Item | None:
        raise NotImplementedError

    @app.delete("/items/{item_id}", status_code=204)
    def delete_item(item_id: int) -> None:
        raise NotImplementedError

    @app.get("/nodes")
    def nodes() -> Node:
        raise NotImplementedError

    return app.openapi()
