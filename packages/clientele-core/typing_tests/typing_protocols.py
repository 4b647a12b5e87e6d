"""A client as a Protocol, and methods that override others."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, assert_type

from pydantic import BaseModel

from clientele.api import APIClient, Response, Stream, get
from clientele.http import FakeHTTPBackend

fake = FakeHTTPBackend(default_content={"id": 1})


class User(BaseModel):
    id: int


class Admin(User):
    level: int = 1


class Users(APIClient):
    @get("/users/{user_id}")
    def user(self, result: User, user_id: int) -> User:
        return result

    @get("/users/{user_id}")
    async def auser(self, result: User, response: Response, user_id: int, *, page: int = 1) -> User:
        return result

    @get("/users", streaming_response=True)
    def lines(self, result: Stream[User]) -> Stream[User]:
        return result


class API(Protocol):
    """What a program needs of a client."""

    def user(self, user_id: int) -> User: ...

    async def auser(self, user_id: int, *, page: int = 1) -> User: ...

    def lines(self) -> Iterator[User]: ...


class OfText(Protocol):
    """What the client doesn't have."""

    def user(self, user_id: int) -> str: ...


class Found(APIClient):
    """Overrides nothing, and has all that the Protocol wants."""

    @get("/admins/{user_id}")
    def user(self, result: Admin, user_id: int, level: int = 1) -> Admin:
        return result

    async def auser(self, user_id: int, *, page: int = 1) -> User:
        return await self.user.aio(user_id)

    def lines(self) -> Iterator[User]:
        yield self.user(1)


class Admins(Users):
    """Overrides with a narrower result, and with the same; what is overridden can be called."""

    @get("/admins/{user_id}")
    def user(self, result: Admin, user_id: int) -> Admin:
        return result

    @get("/admins/{user_id}")
    async def auser(self, result: User, user_id: int, *, page: int = 1) -> User:
        return await super().auser(user_id)

    def first(self) -> tuple[Admin, User]:
        return self.user(1), super().user(1)


class Wider(Users):
    """Overrides with one parameter more: it may do so for mypy; to pyright each list of parameters is a type of its own."""

    @get("/admins/{user_id}")
    def user(self, result: User, user_id: int, level: int = 1) -> User:  # pyright: ignore[reportIncompatibleVariableOverride]
        return result


class Plain(Users):
    """Overrides with a method that has neither options nor `aio`: of this mypy warns, and pyright doesn't."""

    def user(self, user_id: int) -> User:  # type: ignore[override]
        return super().user(user_id)


class Wrong(Users):
    """Overrides with another result."""

    def user(self, user_id: int) -> str:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return str(super().user(user_id))


users = Users(base_url="https://api.example.com", http_backend=fake)
admins = Admins(base_url="https://api.example.com", http_backend=fake)
found = Found(base_url="https://api.example.com", http_backend=fake)


def takes(api: API) -> User:
    """Wants a client of any kind."""
    return api.user(7)


def makes(make: Callable[[], API]) -> User:
    """Wants a class of clients."""
    return takes(make())


def called() -> None:
    """A client is what the Protocol says, without being a subclass of it."""
    clients: list[API] = [users, admins, found, Plain(config=users.config)]
    for client in clients:
        assert_type(takes(client), User)
    assert_type(admins.first(), tuple[Admin, User])
    assert_type(admins.user(7), Admin)


def passed() -> None:
    """The class of a client makes what the Protocol says."""
    assert_type(makes(Users), User)


async def acalled() -> None:
    """The same for asynchronous ones."""
    api: API = users
    assert_type(await api.auser(7, page=2), User)
    assert_type(await admins.auser(7), User)


def mistyped() -> None:
    """What only a checker sees."""
    text: OfText = users  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    assert_type(text, OfText)
