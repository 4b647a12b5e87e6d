"""Functions without a body, which return `result`."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from clientele.api import APIClient, AsyncStream, ConfigurationError, Response, Stream, get
from clientele.http import FakeHTTPBackend

# mypy: disable-error-code="empty-body"
# ruff: noqa: PIE790 - they are empty for a reason.


class User(BaseModel):
    id: int


class Admin(User):
    pass


class Movie(TypedDict):
    id: int


class HasId(Protocol):
    id: int


T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    items: list[T]


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url="https://a", http_backend=fake)


def ellipsis(result: User, user_id: int) -> User: ...


def passing(result: User, user_id: int) -> User:  # pyright: ignore[reportReturnType]
    pass


def documented(result: User, user_id: int) -> User:  # pyright: ignore[reportReturnType]
    """A user."""


def documented_too(result: User, response: Response, user_id: int = 1) -> User:
    """A user."""
    ...


def unannotated(result: User, user_id: int):  # type: ignore[no-untyped-def]  # noqa: ANN201
    pass


async def coroutine(result: User, user_id: int) -> User: ...


async def acoroutine_documented(result: User, user_id: int) -> User:  # pyright: ignore[reportReturnType]
    """A user."""


class Users(APIClient):
    @get("/users/{user_id}")
    def user(self, result: User, user_id: int) -> User: ...

    @get("/users/{user_id}")
    async def auser(self, result: User, user_id: int) -> User:
        """A user."""
        ...

    @get("/lines", streaming_response=True)
    def lines(self, result: Stream[User]) -> Iterator[User]: ...


STUBS: list[Callable[..., Any]] = [
    ellipsis,
    passing,
    documented,
    documented_too,
    unannotated,
    coroutine,
    acoroutine_documented,
]


@pytest.mark.parametrize("function", STUBS)
def test_an_empty_body_returns_the_result(function: Callable[..., Any], api: APIClient) -> None:
    """In both modes, with the response beside it too."""
    call = api.get("/users/{user_id}")(function)
    made = call(7)
    assert User(id=1) == (asyncio.run(made) if asyncio.iscoroutine(made) else made) == asyncio.run(call.aio(7))
    assert (User(id=1), 200) == (
        asyncio.run(call.with_response.aio(7)).result,
        asyncio.run(call.aio.with_response(7)).response.status_code,
    )


def test_methods_and_streams_may_be_empty(fake: FakeHTTPBackend) -> None:
    """In both modes."""
    users = Users(base_url="https://a", http_backend=fake)

    async def go() -> list[User]:
        return [user async for user in await users.lines.aio()]

    assert User(id=1) == users.user(7) == asyncio.run(users.auser(7)) == asyncio.run(users.user.aio(7))
    for _ in range(2):
        fake.queue_response(content=[{"id": 1}, {"id": 2}])
    assert [User(id=1), User(id=2)] == list(users.lines())
    assert [User(id=1), User(id=2)] == asyncio.run(go())


def test_one_that_returns_none_does(api: APIClient) -> None:
    """Where it says so, whatever `result` is."""

    @api.get("/x")
    def bare(result: User) -> None:
        return

    @api.get("/x")
    def explicit(result: User) -> None:
        """Nothing."""
        return None  # noqa: RET501

    @api.get("/x")
    async def coroutine(result: User) -> None:
        return

    @api.get("/x")
    def other(result: User) -> int:
        return 5

    assert (None, None, None, 5) == (bare(), explicit(), asyncio.run(coroutine()), other())


def test_without_source_the_annotation_decides(api: APIClient) -> None:
    """As for code that comes from `exec`."""
    block: dict[str, Any] = {"User": User}
    exec(  # noqa: S102
        "def empty(result: User) -> User: pass\n"
        "def none(result: User) -> None: return None\n"
        "def unannotated(result: User): pass\n"
        "def five(result: User) -> int: return 5\n",
        block,
    )
    calls = {name: api.get("/x")(block[name]) for name in ("empty", "none", "unannotated", "five")}
    assert [User(id=1), None, User(id=1), 5] == [call() for call in calls.values()]


FITTING: list[tuple[Any, Any]] = [
    (User, User),
    (User, Any),
    (User, object),
    (Any, User),
    (Admin, User),
    (User, User | None),
    (User | None, User | None),
    (None, None),
    (int, float),
    (bool, int),
    (list[User], list[User]),
    (list[Admin], Sequence[User]),
    (list[User], Iterable[User]),
    (list[User], list),
    (dict[str, int], Mapping[str, int]),
    (Movie, Movie),
    (Movie, dict[str, Any]),
    (User, HasId),
    (Page[User], Page[User]),
    ("User", "User"),
]
UNFITTING: list[tuple[Any, Any, str]] = [
    (User, int, "User is not int"),
    (User, None, "User is not NoneType"),
    (User, Admin, "User is not Admin"),
    (User | None, User, r"test_api_stubs\.User \| None is not User"),
    (list[User], list[int], r"is not list\[int\]"),
    (list[User], User, "is not User"),
    (float, int, "float is not int"),
    (dict[str, int], Movie, "is not Movie"),
    (Page[User], Page[int], r"is not Page\[int\]"),
]


def empty(result: Any, returned: Any) -> Any:
    """A function with these annotations."""

    def find(result: Any) -> Any: ...

    find.__annotations__ = {"result": result, "return": returned}
    return find


@pytest.mark.parametrize(("result", "returned"), FITTING)
def test_a_matching_return_type_is_accepted(result: Any, returned: Any, api: APIClient) -> None:
    """And what can't be told."""
    assert callable(api.get("/x")(empty(result, returned)))


@pytest.mark.parametrize(("result", "returned", "says"), UNFITTING)
def test_a_mismatched_return_type_raises_at_decoration(result: Any, returned: Any, says: str, api: APIClient) -> None:
    """The error names both types."""
    says = rf"find: the body is empty, so it returns `result`, and .*{says}; write ->"
    with pytest.raises(ConfigurationError, match=says):
        api.get("/x")(empty(result, returned))


def test_streams_fit_iterators(api: APIClient) -> None:
    """Of the same items."""
    for result, returned in ((Stream[int], Iterator[int]), (Iterator[int], Iterable[int]), (Stream[int], Stream[int])):
        assert callable(api.get("/x", streaming_response=True)(empty(result, returned)))
    with pytest.raises(ConfigurationError, match="the body is empty"):
        api.get("/x", streaming_response=True)(empty(Stream[int], list[int]))

    async def lines(result: AsyncStream[int]) -> AsyncIterator[str]: ...

    with pytest.raises(ConfigurationError, match="the body is empty"):
        api.get("/x", streaming_response=True)(lines)


def test_a_return_for_type_checkers_only_is_ignored(api: APIClient) -> None:
    """Nor is one that isn't there."""

    @api.get("/x")
    def find(result: User) -> OnlyForCheckers: ...  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]

    assert User(id=1) == find()


def test_a_decorator_in_between_raises(api: APIClient) -> None:
    """It calls the function, which returns None."""

    def traced(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def around(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return around

    with pytest.raises(
        ConfigurationError, match=r"ellipsis: the body is empty, and there is another .*`return result`"
    ):
        api.get("/users/{user_id}")(traced(ellipsis))
