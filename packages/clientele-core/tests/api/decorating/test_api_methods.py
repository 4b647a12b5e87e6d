"""Calls as methods of an APIClient subclass."""

from __future__ import annotations

import asyncio
import gc
import inspect
import weakref
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import (
    APIClient,
    AsyncStream,
    HTTPStatusError,
    Response,
    Stream,
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


class User(BaseModel):
    id: int


class Users(APIClient):
    """A client with a call of every kind."""

    @get("/users/{user_id}")
    def user(self, result: User, user_id: int) -> User:
        """One user."""
        return result

    @get("/users/{user_id}")
    async def auser(self, result: User, response: Response, user_id: int, *, page: int = 1) -> tuple[User, int]:
        return result, response.status_code

    @post("/users")
    def add(self, result: User, data: User) -> tuple[Users, User]:
        return self, result

    @get("/lines", streaming_response=True)
    def lines(self, result: Iterator[User]) -> Iterator[User]:
        return result

    @get("/lines", streaming_response=True)
    async def alines(self, result: AsyncIterator[User]) -> AsyncIterator[User]:
        return result


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


@pytest.fixture
def users(fake: FakeHTTPBackend) -> Users:
    return Users(base_url="https://a", http_backend=fake)


def urls(fake: FakeHTTPBackend) -> list[str]:
    return [request["url"] for request in fake.requests]


def test_a_method_makes_its_call_on_its_client(users: Users, fake: FakeHTTPBackend) -> None:
    """Sync and async; `self` is the client, in the body too."""
    assert User(id=1) == users.user(7) == users.user(user_id=8)
    assert (User(id=1), 200) == asyncio.run(users.auser(9, page=2))
    assert (users, User(id=1)) == users.add(User(id=3))
    assert urls(fake) == ["https://a/users/7", "https://a/users/8", "https://a/users/9", "https://a/users"]
    assert [{}, {}, {"params": {"page": 2}}, {"json": {"id": 3}}] == [call["kwargs"] for call in fake.requests]


def test_streams_are_methods_too(users: Users, fake: FakeHTTPBackend) -> None:
    """Sync and async."""

    async def collect() -> list[User]:
        return [user async for user in await users.alines()]

    for _ in range(2):
        fake.queue_response(content=[{"id": 1}, {"id": 2}])
    stream = users.lines()
    assert isinstance(stream, Stream)
    assert [User(id=1), User(id=2)] == list(stream) == asyncio.run(collect())
    assert issubclass(AsyncStream, AsyncIterator)


def test_each_instance_has_its_own_configuration() -> None:
    """And each call that of its moment."""
    fakes = [FakeHTTPBackend(default_content={"id": number}) for number in range(3)]
    clients = [Users(base_url=f"https://h{number}", http_backend=fake) for number, fake in enumerate(fakes)]
    bound = [client.user for client in clients]
    clients[0].configure(base_url="https://other")
    assert [0, 1, 2] == [call(7).id for call in bound]
    assert ["https://other/users/7", "https://h1/users/7", "https://h2/users/7"] == [
        url for f in fakes for url in urls(f)
    ]


@pytest.mark.parametrize(
    ("decorator", "method"),
    [
        (get, "GET"),
        (post, "POST"),
        (put, "PUT"),
        (patch, "PATCH"),
        (delete, "DELETE"),
        (head, "HEAD"),
        (options, "OPTIONS"),
        (lambda path: endpoint("propfind", path), "PROPFIND"),
    ],
)
def test_each_decorator_sends_its_method(decorator: Any, method: str, fake: FakeHTTPBackend) -> None:
    """Those of `clientele.api` have the names of those of a client."""

    def call(self: APIClient, result: Response) -> Response:
        return result

    client: Any = type("Client", (APIClient,), {"call": decorator("/x")(call)})(http_backend=fake)
    client.call()
    assert method == fake.requests[-1]["method"]


def test_a_method_can_be_called_on_its_class(users: Users, fake: FakeHTTPBackend) -> None:
    """As any method can."""
    assert User(id=1) == Users.user(users, 7)
    assert ["self", "user_id"] == list(inspect.signature(Users.user).parameters)


def test_a_bound_method_looks_like_one(users: Users) -> None:
    """Its name, docstring and signature are those of the call."""
    assert ["user_id"] == list(inspect.signature(users.user).parameters)
    assert ["user_id", "page"] == list(inspect.signature(users.auser).parameters)
    assert ("user", "One user.", __name__) == (
        users.user.__name__,
        inspect.getdoc(users.user),
        users.user.__module__,
    )
    assert f"<bound method Users.user of {users!r}>" == repr(users.user)


def test_options_for_a_call_of_a_method(users: Users, fake: FakeHTTPBackend) -> None:
    """They hold for the copy, which stays with its client."""
    users.user.with_options(query={"a": 1}, timeout=None).with_options(headers={"X-A": "1"})(7)
    users.user(8)
    first, second = fake.requests
    assert {"params": {"a": 1}, "headers": {"X-A": "1"}} == {
        name: first["kwargs"][name] for name in ("params", "headers")
    }
    assert (None, {}) == (first["kwargs"]["timeout"].read, second["kwargs"])
    assert (User(id=1), 200) == asyncio.run(users.auser.with_options(timeout=1)(7))


def test_errors_of_the_answer_are_the_same(users: Users, fake: FakeHTTPBackend) -> None:
    """As for functions."""
    fake.queue_response(status=404)
    with pytest.raises(HTTPStatusError, match="404"):
        users.user(7)
    with pytest.raises(TypeError, match=r"user\(\) missing 1 required positional argument: 'user_id'"):
        users.user()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def test_a_class_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instances, and looking a method up, compile nothing."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr("clientele.api.decorating.decorators.read_endpoint", refuse)
    monkeypatch.setattr("inspect.signature", refuse)
    for number in range(3):
        fake = FakeHTTPBackend(default_content={"id": number})
        assert number == Users(base_url="https://a", http_backend=fake).user(7).id


def test_a_client_is_freed_without_the_garbage_collector(fake: FakeHTTPBackend) -> None:
    """Looking a method up makes no cycle."""
    users = Users(base_url="https://a", http_backend=fake)
    users.user(7)
    gone = weakref.ref(users)
    gc.disable()
    try:
        del users
        assert gone() is None
    finally:
        gc.enable()


def test_a_class_that_is_not_a_client_raises() -> None:
    """Nor has a client whose `__init__` hasn't been run; the error says so."""

    class Plain:
        @get("/users")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
        def user(self, result: User) -> User:
            return result

    class Unready(APIClient):
        def __init__(self) -> None:
            self.user()

        @get("/users")
        def user(self, result: User) -> User:
            return result

    unbound: Any = Plain()
    with pytest.raises(TypeError, match=r"Plain\.user is a method of APIClient subclasses; this Plain isn't one"):
        unbound.user()
    with pytest.raises(
        TypeError, match=r"Unready\.user is a method of APIClient subclasses; .* its __init__ hasn't run"
    ):
        Unready()


def test_a_method_may_name_its_own_class_and_those_inside(fake: FakeHTTPBackend) -> None:
    """Annotations that are text are looked up in the class and in the block around it, too."""

    class Outer(BaseModel):
        id: int

    class Nested(APIClient):
        class Item(BaseModel):
            id: int

        @get("/items")
        def items(self: Nested, result: Item) -> Item:
            return result

        @get("/items")
        def outer(self, result: Outer | Item) -> Outer | Item:
            return result

    nested = Nested(base_url="https://a", http_backend=fake)
    assert Nested.Item(id=1) == nested.items()
    assert Outer(id=1) == nested.outer()
