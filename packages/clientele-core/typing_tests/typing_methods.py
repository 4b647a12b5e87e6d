"""Methods of an APIClient subclass, on its instances, its subclasses and the class itself."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, assert_type

from pydantic import BaseModel

from clientele.api import (
    APIClient,
    EndpointFunction,
    Query,
    Response,
    delete,
    endpoint,
    get,
    head,
    options,
    patch,
    post,
    put,
)
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
    async def auser(self, result: User, user_id: int) -> User:
        return result

    @get("/users/{user_id}")
    def status(self, result: User, response: Response, user_id: int, *, page: int = 1) -> tuple[User, int]:
        return result, response.status_code

    @get("/users/{user_id}")
    async def astatus(self, result: User, response: Response, user_id: int, *, page: int = 1) -> tuple[User, int]:
        return result, response.status_code

    @get("/users")
    def find(self, result: Any, words: Any, size: Annotated[int, Query("s")] = 1, **more: str) -> list[str]:
        return list(more)

    @post("/users")
    def add(self, result: User, data: User) -> Users:
        return self

    @put("/users")
    def replace(self, result: None, data: User) -> None:
        return result

    @patch("/users")
    def change(self, result: None, data: dict[str, str]) -> None:
        return result

    @delete("/users/{user_id}")
    def remove(self, result: None, user_id: int) -> None:
        return result

    @head("/users")
    def users_head(self, result: Response) -> Response:
        return result

    @options("/users")
    def users_options(self, result: Response) -> Response:
        return result

    @endpoint("PROPFIND", "/users")
    def users_propfind(self, result: str) -> str:
        return result


class Admins(Users):
    """Overrides with a narrower result, and with the same."""

    @get("/admins/{user_id}")
    def user(self, result: Admin, user_id: int) -> Admin:
        return result

    @get("/admins/{user_id}")
    async def auser(self, result: User, user_id: int) -> User:
        return result

    def first(self) -> tuple[Admin, User]:
        return self.user(1), super().user(1)


users = Users(base_url="https://api.example.com", http_backend=fake)
admins = Admins(base_url="https://api.example.com", http_backend=fake)


def called() -> None:
    """Right calls, and the types of what they give."""
    user = User(id=1)
    assert_type(users.user(7), User)
    assert_type(users.user(user_id=7), User)
    assert_type(users.status(7), tuple[User, int])
    assert_type(users.status(7, page=2), tuple[User, int])
    assert_type(users.find("a"), list[str])
    assert_type(users.find(1, 2, colour="red"), list[str])
    assert_type(users.add(user), Users)
    assert_type(users.add(user).add(data=user), Users)
    assert_type(users.replace(user), None)
    assert_type(users.change({"a": "b"}), None)
    assert_type(users.remove(7), None)
    assert_type(users.users_head(), Response)
    assert_type(users.users_options(), Response)
    assert_type(users.users_propfind(), str)
    assert_type(admins.user(7), Admin)
    assert_type(admins.status(7), tuple[User, int])
    assert_type(admins.first(), tuple[Admin, User])
    assert_type(Users.user(users, 7), User)
    with Users(base_url="https://api.example.com", http_backend=fake) as entered:
        assert_type(entered.user(7), User)


async def acalled() -> None:
    """The same for asynchronous ones."""
    assert_type(await users.auser(7), User)
    assert_type(await users.astatus(7, page=2), tuple[User, int])
    assert_type(await admins.auser(user_id=7), User)
    assert_type(await Users.auser(users, 7), User)


def takes(number: Callable[[int], User]) -> None:
    """Wants a function, as a caller of callbacks does."""


def passed() -> None:
    """A bound method goes where a function of its signature goes."""
    takes(users.user)
    takes(admins.user)
    takes(users.auser)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    takes(users.status)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    bound: EndpointFunction[[int], User] = users.user
    assert_type(bound(7), User)


async def miscalled() -> None:
    """Calls that Python refuses, too: each line is executed by itself in the tests."""
    # Missing.
    users.user()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await users.auser()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    users.status()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await users.astatus(page=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    users.find()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    users.add()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    admins.user()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Users.user(users)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    # Extra.
    users.user(7, 8)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await users.auser(7, page=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    users.status(7, 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await users.astatus(7, size=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    users.find(1, 2, 3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    users.users_head(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    admins.user(7, 8)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    # What is injected is not for the caller.
    users.user(7, result=User(id=1))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    users.status(7, response=None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def mistyped() -> None:
    """Wrong types, which only a checker sees."""
    users.user("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await users.auser(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    users.status("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await users.astatus(7, page="2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    users.find("a", size="2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    users.find("a", colour=2)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    users.add({"id": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    admins.user("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Users.user(users, "7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Users.user("users", 7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
