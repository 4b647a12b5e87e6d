"""Clients that inherit their calls, and what they make of them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import pytest
from pydantic import BaseModel

from clientele.api import APIClient, ConfigurationError, get, post
from clientele.http import FakeHTTPBackend

K = TypeVar("K")


class User(BaseModel):
    id: int


class Users(APIClient):
    """What the others inherit."""

    @get("/users/{user_id}")
    def user(self, result: User, user_id: int) -> User:
        return result

    @post("/users")
    def add(self, result: User, data: User) -> User:
        return result


class Renamed(Users):
    """Inherits all but one."""

    @get("/people/{user_id}")
    def user(self, result: User, user_id: int) -> User:
        return result


class Extended(Users):
    """Calls what it overrides."""

    @property
    def twice(self) -> int:
        return self.user(1).id + super().user(2).id

    def user(self, user_id: int) -> User:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return super().user(user_id + 100)


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


def urls(fake: FakeHTTPBackend) -> list[str]:
    return [request["url"] for request in fake.requests]


def test_methods_are_inherited_and_overridden(fake: FakeHTTPBackend) -> None:
    """By another call, or by a plain method that calls the one it overrides."""
    renamed = Renamed(base_url="https://a", http_backend=fake)
    renamed.user(1)
    renamed.add(User(id=1))
    assert 2 == Extended(base_url="https://a", http_backend=fake).twice
    assert urls(fake) == ["https://a/people/1", "https://a/users", "https://a/users/101", "https://a/users/2"]


def test_a_mixin_has_calls_for_the_clients_that_take_it(fake: FakeHTTPBackend) -> None:
    """It may be a client itself, which type checkers prefer, or a plain class."""

    class Mixin:
        @get("/mixed")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
        def mixed(self, result: User) -> User:
            return result

    class Mixed(Mixin, Users):
        pass

    client: Any = Mixed(base_url="https://a", http_backend=fake)
    assert User(id=1) == client.mixed() == client.user(1)


def test_a_subclass_may_have_its_own_init(fake: FakeHTTPBackend) -> None:
    """With what its users have to say."""

    class Own(Users):
        def __init__(self, token: str, **settings: Any) -> None:
            super().__init__(headers={"Authorization": f"Bearer {token}"}, **settings)

    Own("t", base_url="https://a", http_backend=fake).user(7)
    assert {"headers": {"Authorization": "Bearer t"}} == fake.requests[-1]["kwargs"]
    with pytest.raises(ConfigurationError):
        Own("t", base_url="ftp://a")


def test_a_client_may_be_generic(fake: FakeHTTPBackend) -> None:
    """In what its arguments are; what a body is has to be known."""

    class Store(APIClient, Generic[K]):
        @get("/items/{key}")
        def item(self, result: User, key: K) -> User:
            return result

    assert User(id=1) == Store[str](base_url="https://a", http_backend=fake).item("a b")
    assert ["https://a/items/a%20b"] == urls(fake)


def test_a_call_may_have_a_second_name(fake: FakeHTTPBackend) -> None:
    """It is a call of the client all the same."""

    class Aliased(Users):
        person = Users.user

    client = Aliased(base_url="https://a", http_backend=fake)
    assert User(id=1) == client.person(7)  # type: ignore[call-arg, arg-type]  # what a class has is not bound
    assert ["https://a/users/7"] == urls(fake)
