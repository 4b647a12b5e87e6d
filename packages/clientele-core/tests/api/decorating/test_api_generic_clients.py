"""Clients with type variables: each subclass says which types its calls are of."""

from __future__ import annotations

import asyncio
import gc
import pickle
import sys
import weakref
from types import ModuleType
from typing import Annotated, Any, Generic, TypeVar

import pytest
import typing_extensions
from pydantic import BaseModel

from clientele.api import (
    APIClient,
    ConfigurationError,
    Cursor,
    Pages,
    Query,
    ResponseValidationError,
    Stream,
    declarations,
    get,
    post,
)
from clientele.http import FakeHTTPBackend

T = TypeVar("T")
K = TypeVar("K")
M = TypeVar("M", bound=BaseModel)
D = typing_extensions.TypeVar("D", default=int)
Item = TypeVar("Item")


class User(BaseModel):
    id: int


class Group(BaseModel):
    id: str


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


class Users(CRUD[User]):
    pass


class Groups(CRUD[Group]):
    pass


class Admins(Users):
    pass


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


def made(kind: Any, fake: FakeHTTPBackend) -> Any:
    return kind(base_url="https://a", http_backend=fake)


def answer(fake: FakeHTTPBackend, content: Any, status: int = 200) -> None:
    fake.queue_response(status=status, content=content)


@pytest.mark.parametrize("kind", [Users, Admins, CRUD[User]])
def test_each_place_of_a_type_variable(kind: Any, fake: FakeHTTPBackend) -> None:
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


def test_what_a_method_has_besides(fake: FakeHTTPBackend) -> None:
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


class Keyed(CRUD[T], Generic[K, T]):
    @get("/by/{key}")
    def by(self, result: dict[K, T], key: K) -> dict[K, T]:
        return result


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


class Unbound(CRUD):  # type: ignore[type-arg]  # pyright: ignore[reportMissingTypeArgument]
    pass


class NotGeneric(APIClient):
    @get("/one")
    def one(self, result: T) -> T:
        return result


@pytest.mark.parametrize(
    ("kind", "method", "message"),
    [
        (
            CRUD,
            "one",
            (
                "CRUD.one: `result` is ~T, and CRUD doesn't define the type variable T; write class Users(CRUD[User]) "
                "with "
                "a type instead of User, or call CRUD[User](...)"
            ),
        ),
        (
            Unbound,
            "all",
            (
                "CRUD.all: `result` is list[~T], and Unbound doesn't define the type variable T; write class "
                "Users(CRUD[User]) with a type instead of User, or call CRUD[User](...)"
            ),
        ),
        (
            Keyed[str, T],  # type: ignore[valid-type]  # pyright: ignore[reportGeneralTypeIssues]
            "one",
            (
                "CRUD.one: `result` is ~T, and Keyed doesn't define the type variable T; write class Users(Keyed[K, "
                "User]) "
                "with a type instead of User, or call Keyed[K, User](...)"
            ),
        ),
        (
            NotGeneric,
            "one",
            (
                "NotGeneric.one: `result` is ~T, and NotGeneric doesn't define the type variable T; write the type "
                "itself, or "
                "a generic client: class NotGeneric(APIClient, Generic[...])"
            ),
        ),
    ],
)
def test_no_type_is_an_error_of_the_call(kind: Any, method: str, message: str, fake: FakeHTTPBackend) -> None:
    """Nothing is sent, and the message says how the class is told the type."""
    for _ in range(2):
        with pytest.raises(ConfigurationError) as caught:
            getattr(made(kind, fake), method)()
        assert message == str(caught.value)
    assert [] == fake.requests


def test_no_type_within_a_model_is_one_too(fake: FakeHTTPBackend) -> None:
    """A model with a type variable is a class, in which the variable is found all the same."""
    with pytest.raises(ConfigurationError, match="doesn't define the type variable T"):
        made(CRUD, fake).pages()


def test_a_type_that_is_nowhere(fake: FakeHTTPBackend) -> None:
    """Written as text, in a block that is gone."""

    class Local(BaseModel):
        id: int

    class Locals(CRUD["Local"]):
        pass

    with pytest.raises(ConfigurationError, match="Local"):
        made(Locals, fake).one()


def test_what_classes_declare() -> None:
    """A list of their calls has the types of each, once where they are the same."""

    def results(source: Any) -> dict[str, Any]:
        return {each.name: each.result for each in declarations(source)}

    assert User == results(Users)["CRUD.one"]
    assert list[Page[User]] == results(Users(base_url="https://a"))["CRUD.pages"]
    assert list[Group] == results(CRUD[Group](base_url="https://a"))["CRUD.all"]
    assert Any is results(CRUD)["CRUD.one"]
    module = ModuleType(__name__)
    for kind in (CRUD, Users, Groups, Admins):
        setattr(module, kind.__name__, kind)
    ones = [each.result for each in declarations(module) if each.name == "CRUD.one"]
    assert [Any, User, Group] == ones


def test_other_mistakes_show_at_decoration() -> None:
    """Whatever the type variables will stand for."""
    with pytest.raises(ConfigurationError, match="no such parameter"):

        class Wrong(APIClient, Generic[T]):
            @get("/x/{user_id}")
            def one(self, result: T) -> T:
                return result


def test_classes_are_let_go(fake: FakeHTTPBackend) -> None:
    """What was made for a class goes with it."""

    def used() -> weakref.ref[Any]:
        class Short(CRUD[User]):
            pass

        made(Short, fake).one()
        return weakref.ref(Short)

    kind = used()
    gc.collect()
    assert kind() is None
