"""Clients with type variables: what the methods of their subclasses take and give."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar, assert_type

from pydantic import BaseModel

from clientele.api import (
    Answer,
    APIClient,
    AsyncStream,
    LinkHeader,
    Pages,
    Query,
    Response,
    Stream,
    get,
    post,
)
from clientele.http import FakeHTTPBackend

T = TypeVar("T")
K = TypeVar("K")
M = TypeVar("M", bound=BaseModel)

fake = FakeHTTPBackend(default_content={"id": 1})


class User(BaseModel):
    id: int


class CRUD(APIClient, Generic[T]):
    @get("/one")
    def one(self, result: T) -> T:
        return result

    @get("/one")
    async def aone(self, result: T, response: Response, size: Annotated[int, Query("s")] = 1) -> T:
        return result

    @get("/maybe")
    def maybe(self, result: T | None) -> T | None: ...

    @get("/by-id", response_parser=lambda response: {"1": response.json()})
    def by_id(self, result: dict[str, T]) -> dict[str, T]:
        return result

    @get("/with-status")
    def status(self, result: T, response: Response, size: int = 1) -> tuple[T, int]:
        return result, response.status_code

    @post("/new")
    def new(self, result: T, data: T) -> T:
        return result

    @get("/stream", streaming_response=True)
    def stream(self, result: Stream[T]) -> Stream[T]:
        return result

    @get("/pages", pages=LinkHeader())
    def walk(self, result: Pages[list[T], T]) -> Pages[list[T], T]:
        return result

    def twice(self) -> tuple[T, T]:
        return self.one(), self.one()


class Keyed(CRUD[T], Generic[K, T]):
    @get("/by/{key}")
    def by(self, result: T, key: K) -> T:
        return result


class Numbered(Keyed[int, M], Generic[M]):
    """Half of it is known."""


class Users(CRUD[User]):
    """Calls the one that it inherits."""

    def first(self) -> User:
        return super().one()


class NumberedUsers(Numbered[User]):
    pass


class Loose(CRUD[Any]):
    pass


users = Users(base_url="https://api.example.com", http_backend=fake)
others = CRUD[dict[str, int]](base_url="https://api.example.com", http_backend=fake)
numbered = NumberedUsers(base_url="https://api.example.com", http_backend=fake)
loose = Loose(base_url="https://api.example.com", http_backend=fake)


def called() -> None:
    """Right calls, and the types of what they give."""
    assert_type(users.one(), User)
    assert_type(users.maybe(), User | None)
    assert_type(users.by_id(), dict[str, User])
    assert_type(users.status(size=2), tuple[User, int])
    assert_type(users.new(User(id=1)), User)
    assert_type(users.new(data=User(id=1)), User)
    assert_type(users.twice(), tuple[User, User])
    assert_type(users.first(), User)
    assert_type(users.one.with_response(), Answer[User])
    assert_type(users.one.with_options(timeout=20.0)(), User)
    assert_type(Users.one(users), User)
    assert_type(others.one(), dict[str, int])
    assert_type(others.new({"id": 1}), dict[str, int])
    assert_type(numbered.by(7), User)
    assert_type(numbered.one(), User)
    assert_type(loose.one(), Any)
    with users.stream() as stream:
        assert_type(stream, Stream[User])
        assert_type(list(stream), list[User])
    assert_type(users.walk(), Pages[list[User], User])


async def acalled() -> None:
    """The same for asynchronous ones."""
    assert_type(await users.aone(2), User)
    assert_type(await users.one.aio(), User)
    assert_type(await users.one.with_response.aio(), Answer[User])
    assert_type(await numbered.aone(size=2), User)
    assert_type(await users.stream.aio(), AsyncStream[User])


async def miscalled() -> None:
    """Calls that Python refuses, too: each line is executed by itself in the tests."""
    users.one(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    users.new()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    users.status(1, 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await users.aone(1, 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    numbered.by()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def mistyped() -> None:
    """Wrong types, which only a checker sees."""
    users.new(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    others.new({"id": "a"})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    numbered.by("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
