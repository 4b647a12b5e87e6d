"""A generic client, and its subclasses."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel

from clientele.api import (
    APIClient,
    Cursor,
    Pages,
    Query,
    Stream,
    get,
    post,
)
from clientele.http import FakeHTTPBackend

T = TypeVar("T")


K = TypeVar("K")


Item = TypeVar("Item")


class Problem(BaseModel):
    title: str


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next: str | None = None


class CRUD(APIClient, Generic[T]):
    @get("/one")
    def one(self, result: T) -> T:
        return result

    @get("/all")
    def all(self, result: list[T]) -> list[T]:
        return result

    @get("/pages")
    def pages(self, result: list[Page[T]]) -> list[Page[T]]:
        return result

    @post("/new")
    def new(self, result: T, data: T) -> T:
        return result

    @post("/new")
    async def anew(self, result: T, data: T) -> T:
        return result

    @get("/found")
    def found(self, result: T | None, like: Annotated[T, Query()]) -> T | None:
        return result

    @get("/mapped", response_map={200: T, 404: Problem}, errors={"4XX": list[T]})  # type: ignore[misc]
    def mapped(self, result: T | Problem) -> T | Problem:
        return result

    @get("/walk", pages=Cursor(items="items", next="next", param="cursor"))
    def walk(self, result: Pages[Page[T], T]) -> Pages[Page[T], T]:
        return result

    @get("/stream", streaming_response=True)
    def stream(self, result: Stream[T]) -> Stream[T]:
        return result


def made(kind: Any, fake: FakeHTTPBackend) -> Any:
    return kind(base_url="https://a", http_backend=fake)


class Keyed(CRUD[T], Generic[K, T]):
    @get("/by/{key}")
    def by(self, result: dict[K, T], key: K) -> dict[K, T]:
        return result


class User(BaseModel):
    id: int


class Group(BaseModel):
    id: str


class Users(CRUD[User]):
    pass


class Groups(CRUD[Group]):
    pass


class Admins(Users):
    pass
