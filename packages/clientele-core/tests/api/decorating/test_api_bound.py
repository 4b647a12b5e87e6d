"""Decorated methods are methods: what Python and its tools find out about one."""

from __future__ import annotations

import asyncio
import copy
import functools
import inspect
import pickle
import pydoc
import weakref
from types import FunctionType, MethodType
from typing import Any
from unittest import mock

import pytest

from clientele.api import APIClient, get
from clientele.http import FakeHTTPBackend


class Users(APIClient):
    """A client."""

    @get("/users/{user_id}")
    def user(self, result: dict[str, int], user_id: int) -> int:
        """One user."""
        return result["id"]

    @get("/users/{user_id}")
    async def auser(self, result: dict[str, int], user_id: int) -> int:
        return result["id"]


class Cached(Users):
    """Overrides, and calls what it overrides."""

    def user(self, user_id: int) -> int:  # type: ignore[override]
        return super().user(user_id) + super().user.with_options(timeout=1)(user_id) * 10

    async def auser(self, user_id: int) -> int:  # type: ignore[override]
        return await super().auser(user_id) + await super().user.aio(user_id) * 10


@pytest.fixture
def users() -> Users:
    return Users(base_url="https://a", http_backend=FakeHTTPBackend(default_content={"id": 1}))


def test_on_its_class_it_is_a_function() -> None:
    """As it is in the dictionary of the class, for those who look there."""
    functions: list[Any] = [Users.user, Users.auser, Users.user.aio]
    assert [FunctionType] * 3 == [type(function) for function in functions]
    for found in (vars(Users)["user"], inspect.getattr_static(Users, "user")):
        assert inspect.isfunction(found)
        assert inspect.isroutine(found)
    kinds = {one.name: one.kind for one in inspect.classify_class_attrs(Users)}
    assert ("method", "method") == (kinds["user"], kinds["auser"])
    assert inspect.iscoroutinefunction(vars(Users)["auser"])
    assert not inspect.iscoroutinefunction(vars(Users)["user"])


def test_on_an_instance_it_is_a_method(users: Users) -> None:
    """Of this instance and that function."""
    for method in (users.user, users.auser, users.user.aio, users.user.with_options(timeout=1)):
        assert isinstance(method, MethodType)
        assert inspect.ismethod(method)
        assert method.__self__ is users
    bound: Any = users.user
    assert bound.__func__ is Users.user
    assert inspect.iscoroutinefunction(users.auser)
    assert asyncio.iscoroutinefunction(users.user.aio)
    assert not inspect.iscoroutinefunction(users.user)
    assert ["user_id"] == list(inspect.signature(users.user.aio).parameters)
    assert "One user." in pydoc.render_doc(users.user)


def test_methods_of_the_same_are_equal(users: Users) -> None:
    """As those of Python are: a callback can be taken out of a list again."""
    other = Users(config=users.config)
    plain = MethodType(Users.user, users)
    on_class: Any = Users.user
    assert users.user == users.user == plain == users.user
    assert hash(users.user) == hash(users.user) == hash(plain)
    assert len({users.user, users.user, users.user.aio, users.auser, other.user}) == 4
    assert users.user != other.user
    assert users.user != on_class
    weak: Any = weakref.WeakMethod(users.user)
    assert weak() == users.user


def test_mocks_see_what_it_is(users: Users) -> None:
    """`patch.object` and `create_autospec`, with the class and with an instance."""
    with mock.patch.object(Users, "auser") as patched:
        assert isinstance(patched, mock.AsyncMock)
    with mock.patch.object(Users, "user", autospec=True, return_value=5) as patched:
        assert 5 == users.user(7)
        patched.assert_called_once_with(users, 7)
        with pytest.raises(TypeError, match="missing a required argument"):
            users.user()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    with mock.patch.object(users, "user", return_value=6):
        assert 6 == users.user(7)
    assert 1 == users.user(7) == asyncio.run(users.auser(7))
    for spec in (mock.create_autospec(Users, instance=True), mock.create_autospec(users)):
        assert spec.user(user_id=1) is not None
        assert isinstance(spec.auser, mock.AsyncMock) or inspect.iscoroutinefunction(spec.auser)
        with pytest.raises(TypeError, match="too many positional arguments"):
            spec.user(1, 2)


def test_a_subclass_overrides_it_and_calls_it(users: Users) -> None:
    """With a method of Python's, which has no options."""
    cached = Cached(config=users.config)
    assert (11, 11) == (cached.user(7), asyncio.run(cached.auser(7)))


def test_other_decorators_go_above_it() -> None:
    """In the body of the class, too: what they are given is the function."""

    def counted(function: Any) -> Any:
        assert inspect.iscoroutinefunction(function)

        @functools.wraps(function)
        async def around(self: Any, *args: Any) -> Any:
            return await function(self, *args) + 1

        return around

    class Counted(APIClient):
        @counted
        @get("/users/{user_id}")
        async def user(self, result: dict[str, int], user_id: int) -> int:
            return result["id"]

    client = Counted(base_url="https://a", http_backend=FakeHTTPBackend(default_content={"id": 1}))
    assert 2 == asyncio.run(client.user(7))
    assert "user" == client.user.__name__
    assert ["user_id"] == list(inspect.signature(client.user).parameters)


def test_it_is_pickled_with_its_client() -> None:
    """By its name, its asynchronous twin too; not with options, which would be lost."""
    users = Users(base_url="https://a", timeout=3.0)
    methods: list[Any] = [users.user, users.auser, users.user.aio]
    for method in methods:
        loaded = pickle.loads(pickle.dumps(method))  # noqa: S301
        assert method.__func__ is loaded.__func__
        assert users.config == loaded.__self__.config
    with pytest.raises(pickle.PicklingError, match=r"Users\.user: with options it can't be pickled"):
        pickle.dumps(users.user.with_options(timeout=1))


def test_a_client_is_pickled_by_its_configuration() -> None:
    """What a subclass adds to it goes along; the backend is built anew. A copy has the same configuration."""
    users = Users(base_url="https://a", http_backend="httpx", headers={"Accept": "text/plain"})
    vars(users)["tenant"] = "t"
    others: list[Any] = [pickle.loads(pickle.dumps(users)), copy.copy(users), copy.deepcopy(users)]  # noqa: S301
    for other in others:
        assert (Users, users.config, "t") == (type(other), other.config, other.tenant)
        assert other.state.holder is not users.state.holder


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"headers": {"X-Key": "s3cret"}}, "headers may hold a secret, so it can't be pickled"),
        ({"auth": ("user", "s3cret")}, "auth may hold a secret"),
        ({"http_backend": FakeHTTPBackend()}, "http_backend is an instance, which can't be pickled; pass its name"),
    ],
)
def test_a_client_that_cannot_be_pickled_says_why(settings: Any, says: str) -> None:
    """And what to do; a copy in the same process can be had."""
    users = Users(base_url="https://a", **settings)
    with pytest.raises(TypeError, match=says) as caught:
        pickle.dumps(users)
    assert "s3cret" not in str(caught.value)
    assert users.config == copy.deepcopy(users).config
