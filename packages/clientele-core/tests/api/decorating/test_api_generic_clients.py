"""Generic clients: each subclass determines the types of its calls."""

from __future__ import annotations

import asyncio
import gc
import pickle
import sys
import weakref
from types import ModuleType
from typing import Any, Generic, TypeVar

import pytest
import typing_extensions
from pydantic import BaseModel

from clientele.api import (
    APIClient,
    ResponseValidationError,
    declarations,
    get,
)
from clientele.http import FakeHTTPBackend
from crud_clients import CRUD, Admins, Group, Groups, Keyed, Page, Problem, T, User, Users, made

M = TypeVar("M", bound=BaseModel)


D = typing_extensions.TypeVar("D", default=int)


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


def answer(fake: FakeHTTPBackend, content: Any, status: int = 200) -> None:
    fake.queue_response(status=status, content=content)


@pytest.mark.parametrize("kind", [Users, Admins, CRUD[User]])
def test_each_use_of_a_type_variable(kind: Any, fake: FakeHTTPBackend) -> None:
    """A result by itself, in containers, in other generic types, by status, in a stream; an argument."""
    client = made(kind, fake)
    assert User(id=1) == client.one()
    answer(fake, [{"id": 1}])
    assert [User(id=1)] == client.all()
    answer(fake, [{"items": [{"id": 1}]}])
    assert [Page[User](items=[User(id=1)])] == client.pages()
    assert User(id=1) == client.new(User(id=2))
    assert {"id": 2} == fake.requests[-1]["kwargs"]["json"]
    answer(fake, None)
    assert client.found(User(id=3)) is None
    assert {"id": 3} == dict(fake.requests[-1]["kwargs"]["params"])
    answer(fake, {"title": "none"}, 404)
    assert Problem(title="none") == client.mapped()
    assert User(id=1) == client.mapped()
    with client.stream() as stream:
        assert [User(id=1)] == list(stream)
    answer(fake, {"items": [{"id": 1}], "next": "b"})
    answer(fake, {"items": [{"id": 2}]})
    assert [User(id=1), User(id=2)] == list(client.walk())


def test_classes_do_not_share_types(fake: FakeHTTPBackend) -> None:
    """Nor do instances of one class with other arguments."""
    users, groups, other = made(Users, fake), made(Groups, fake), made(CRUD[dict[str, int]], fake)
    for _ in range(2):
        answer(fake, {"id": 1})
        assert User(id=1) == users.one()
        answer(fake, {"id": "a"})
        assert Group(id="a") == groups.one()
        assert {"id": 1} == other.one()
    answer(fake, {"id": "a"})
    with pytest.raises(ResponseValidationError):
        users.one()


def test_aio_options_and_pickling_keep_the_type(fake: FakeHTTPBackend) -> None:
    """Its asynchronous form, its response, options, and itself when pickled."""
    users = made(Users, fake)
    assert User(id=1) == asyncio.run(users.one.aio()) == asyncio.run(users.anew(User(id=1)))
    assert User(id=1) == users.one.with_response().result == users.one.with_options(timeout=20.0)()
    assert User(id=1) == asyncio.run(users.one.with_options(timeout=20.0).with_response.aio()).result
    assert User(id=1) == Users.one(users)
    for client in (Users(base_url="https://a"), CRUD[User](base_url="https://a")):
        copied = pickle.loads(pickle.dumps(client))  # noqa: S301 - our own
        copied.configure(http_backend=fake)
        assert User(id=1) == copied.one()


class Numbered(Keyed[int, M], Generic[M]):
    """Half of it is known."""


class NumberedUsers(Numbered[User]):
    pass


class Defaulted(CRUD[D], Generic[D]):
    pass


class Listing(APIClient, Generic[T]):
    @get("/all")
    def all(self, result: list[T]) -> list[T]:
        return result


class Mixed(Keyed[str, Group], CRUD[Group]):  # A diamond.
    pass


class Renamed(Listing[list[T]], Generic[T]):
    """Means another type by the same variable."""

    @get("/one")
    def one(self, result: T) -> T:
        return result


class Later(CRUD["Late"]):
    pass


class Late(BaseModel):
    id: int


@pytest.mark.parametrize(
    ("kind", "method", "arguments", "content", "result"),
    [
        (NumberedUsers, "by", (7,), {"1": {"id": 1}}, {1: User(id=1)}),
        (NumberedUsers, "one", (), {"id": 1}, User(id=1)),
        (Numbered[Group], "by", (7,), {"1": {"id": "a"}}, {1: Group(id="a")}),
        (Mixed, "by", ("a",), {"1": {"id": "a"}}, {"1": Group(id="a")}),
        (Mixed, "one", (), {"id": "a"}, Group(id="a")),
        (Defaulted, "one", (), 7, 7),
        (Defaulted[str], "one", (), "a", "a"),
        (Renamed[int], "all", (), [[1]], [[1]]),
        (Renamed[int], "one", (), 1, 1),
        (Later, "one", (), {"id": 1}, Late(id=1)),
        (CRUD[list[Page[User]]], "one", (), [{"items": [{"id": 1}]}], [Page[User](items=[User(id=1)])]),
    ],
)
def test_deeper_classes(kind: Any, method: str, arguments: tuple[Any, ...], content: Any, result: Any) -> None:
    """Two variables, some of them known, defaults, one variable in two meanings, types that are defined later."""
    fake = FakeHTTPBackend(default_content=content)
    got = getattr(made(kind, fake), method)(*arguments)
    assert (result, type(result)) == (got, type(got))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="classes with type parameters came with Python 3.12")
@pytest.mark.parametrize("future", ["", "from __future__ import annotations\n"])
def test_classes_with_type_parameters(future: str, fake: FakeHTTPBackend) -> None:
    """PEP 695, with annotations that are evaluated, and with text."""
    names: dict[str, Any] = dict(globals())
    code = f"""{future}
class Store[V](APIClient):
    @get("/one")
    def one(self, result: V) -> V:
        return result
    @get("/all")
    def all(self, result: list[V]) -> list[V]: ...
class Shop[V: BaseModel](Store[V]):
    pass
class Users(Shop[User]):
    pass
"""
    exec(compile(code, "<test>", "exec", dont_inherit=True), names)  # noqa: S102
    for kind in (names["Users"], names["Store"][User], names["Shop"][User]):
        assert User(id=1) == made(kind, fake).one()
        answer(fake, [{"id": 1}])
        assert [User(id=1)] == made(kind, fake).all()
    answer(fake, {"id": "a"})
    with pytest.raises(ResponseValidationError):
        made(names["Users"], fake).one()


def test_declarations_have_the_types_of_each_class() -> None:
    """A list of their calls has the types of each, once where they are the same."""

    def results(source: Any) -> dict[str, Any]:
        return {each.name: each.result for each in declarations(source)}

    assert User == results(Users)["CRUD.one"]
    assert list[Page[User]] == results(Users(base_url="https://a"))["CRUD.pages"]
    assert list[Group] == results(CRUD[Group](base_url="https://a"))["CRUD.all"]
    assert Any is results(CRUD)["CRUD.one"]
    module = ModuleType(CRUD.__module__)
    for kind in (CRUD, Users, Groups, Admins):
        setattr(module, kind.__name__, kind)
    ones = [each.result for each in declarations(module) if each.name == "CRUD.one"]
    assert [Any, User, Group] == ones


def test_classes_are_garbage_collected(fake: FakeHTTPBackend) -> None:
    """What was made for a class goes with it."""

    def used() -> weakref.ref[Any]:
        class Short(CRUD[User]):
            pass

        made(Short, fake).one()
        return weakref.ref(Short)

    kind = used()
    gc.collect()
    assert kind() is None
