"""Arguments of a decorated function: how they are given, and where they go without a marker."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel

from clientele.api import APIClient, InvalidPathValue
from clientele.http import FakeHTTPBackend, Response

BASE = "https://api.example.com/v1"


class User(BaseModel):
    id: int
    name: str = "Ada"


class Colour(Enum):
    RED = "red"


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url=BASE, http_backend=fake)


def sent(fake: FakeHTTPBackend) -> dict[str, Any]:
    options: dict[str, Any] = fake.requests[-1]["kwargs"]
    return options


def test_arguments_go_to_the_path_the_query_and_the_body(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Names in braces go to the path, `data` is the body, the rest is the query."""

    @api.post("/teams/{team}/users/{user_id}")
    def add(result: User, team: str, user_id: int, data: User, *, notify: bool = False) -> User:
        return result

    add("a/b c", 7, data=User(id=2, name="Bob"), notify=True)
    assert f"{BASE}/teams/a%2Fb%20c/users/7" == fake.requests[-1]["url"]
    assert sent(fake) == {"params": {"notify": True}, "json": {"id": 2, "name": "Bob"}}


def test_data_in_the_path_is_not_the_body(api: APIClient, fake: FakeHTTPBackend) -> None:
    """A place in the path is said more plainly than a name."""

    @api.get("/sets/{data}")
    def get_set(result: Any, data: str) -> Any:
        return result

    get_set("a")
    assert {"method": "GET", "url": f"{BASE}/sets/a", "kwargs": {}} == fake.requests[-1]


@pytest.mark.parametrize(
    "value",
    [7, 1.5, True, "ü &", Colour.RED, Decimal("1.50"), UUID(int=1), date(2024, 2, 3), datetime(2024, 2, 3, tzinfo=UTC)],
)
def test_query_values_keep_their_types_up_to_the_backend(value: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """QRY-2 how they are written is one rule for all; a list repeats its name."""

    @api.get("/users")
    def find(result: Any, value: Any, values: list[Any]) -> Any:
        return result

    find(value, [value, value])
    assert sent(fake) == {"params": {"value": value, "values": [value, value]}}


def test_a_query_value_of_none_is_left_out(api: APIClient, fake: FakeHTTPBackend) -> None:
    """An optional argument that isn't given isn't sent."""

    @api.get("/users")
    def find(result: Any, name: str | None = None, limit: int = 10) -> Any:
        return result

    find()
    assert sent(fake) == {"params": {"limit": 10}}
    find(limit=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert sent(fake) == {}


@pytest.mark.parametrize("value", [{"a": 1}, b"a", object(), {1}])
def test_an_unencodable_value_raises_before_it_is_sent(value: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """QRY-2 the error names the parameter."""

    @api.get("/users")
    def find(result: Any, words: Any) -> Any:
        return result

    with pytest.raises(TypeError, match=r"params\['words'\]: \w+ can't be written as text"):
        find(value)
    assert fake.requests == []


def test_keywords_without_a_parameter_are_further_query_values(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Where the function takes `**`, whatever it calls it; the function gets them, too. None is left out (QRY-2)."""

    @api.get("/users/{user_id}")
    def find(result: Any, user_id: int, page: int = 1, **more: Colour | None) -> Any:
        return more

    assert {"colour": Colour.RED, "shade": None} == find(7, colour=Colour.RED, shade=None)
    assert sent(fake) == {"params": {"page": 1, "colour": Colour.RED}}
    find(7)
    assert sent(fake) == {"params": {"page": 1}}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (7, "7"),
        (-7, "-7"),
        (True, "true"),
        (Colour.RED, "red"),
        (Decimal("1.50"), "1.50"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("ü/?#%", "%C3%BC%2F%3F%23%25"),
        ("..a", "..a"),
        ("...", "..."),
    ],
)
def test_a_path_value_is_escaped_whole(value: Any, written: str, api: APIClient, fake: FakeHTTPBackend) -> None:
    """URL-4 nothing in a value can change the shape of the path."""

    @api.get("/things/{thing}/parts/{thing}")
    def parts(result: Any, *, thing: Any) -> Any:
        return result

    parts(thing=value)
    assert f"{BASE}/things/{written}/parts/{written}" == fake.requests[-1]["url"]


@pytest.mark.parametrize("value", ["", ".", "..", None])
def test_a_path_value_that_would_reach_another_path_raises(value: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """URL-4 the error names the function and the parameter, and nothing is sent."""

    @api.get("/users/{user_id}/keys")
    def keys(result: Any, *, user_id: Any) -> Any:
        return result

    with pytest.raises(InvalidPathValue, match=r"keys: path argument 'user_id' is "):
        keys(user_id=value)
    assert fake.requests == []


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((), {}, "missing 1 required positional argument: 'user_id'"),
        ((1,), {"colour": 1}, "got an unexpected keyword argument 'colour'"),
        ((1, 2, 3, 4), {}, "takes from 1 to 2 positional arguments but 4 were given"),
        ((1,), {"user_id": 2}, "got multiple values for argument 'user_id'"),
        ((1,), {"result": 2}, "got an unexpected keyword argument 'result'"),
    ],
)
def test_wrong_arguments_raise_the_message_of_python(
    args: tuple[Any, ...], kwargs: dict[str, Any], message: str, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """A decorated function complains like any other, before anything is sent."""

    @api.get("/users/{user_id}")
    def get_user(result: User, user_id: int, page: int = 1) -> User:
        return result

    with pytest.raises(TypeError) as caught:
        get_user(*args, **kwargs)
    assert f"get_user() {message}" in str(caught.value)
    assert fake.requests == []


def test_a_wrong_call_of_an_async_function_raises_before_it_is_awaited(api: APIClient) -> None:
    """As Python does it: the TypeError comes from the call, not from the await."""

    @api.get("/users/{user_id}")
    async def get_user(result: User, user_id: int) -> User:
        return result

    with pytest.raises(TypeError, match="missing 1 required"):
        _ = get_user()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def test_a_bad_value_for_an_async_function_shows_when_it_is_awaited(api: APIClient, fake: FakeHTTPBackend) -> None:
    """As with any error in an `async def`: tasks that were made before aren't lost."""

    @api.get("/users/{user_id}")
    async def get_user(result: User, user_id: str) -> User:
        return result

    call = get_user("..")
    with pytest.raises(InvalidPathValue, match=r"'user_id' is '\.\.'"):
        asyncio.run(call)
    assert fake.requests == []


def test_the_function_makes_of_the_result_what_it_likes(api: APIClient) -> None:
    """Its body runs after the call, with `result`, `response` and the caller's arguments."""

    @api.get("/users/{user_id}")
    def get_user(result: User, response: Response, user_id: int, suffix: str = "!") -> str:
        return f"{result.name}{suffix}{response.status_code}{user_id}"

    @api.get("/users/{user_id}")
    async def aget_user(result: User, response: Response, user_id: int, suffix: str = "!") -> str:
        await asyncio.sleep(0)
        return f"{result.name}{suffix}{response.status_code}{user_id}"

    assert get_user(3, suffix="?") == "Ada?2003"
    assert asyncio.run(aget_user(3)) == "Ada!2003"


def test_an_exception_of_the_function_reaches_the_caller_unchanged(api: APIClient) -> None:
    """It is the caller's own."""

    @api.get("/users")
    def get_user(result: User) -> User:
        raise LookupError(result.name)

    with pytest.raises(LookupError, match="Ada"):
        get_user()


def test_positional_only_parameters_stay_so(api: APIClient) -> None:
    """The markers `/` and `*` of the function hold for its callers."""

    def declared(result: Any, user_id: int, /, page: int, *, size: int) -> tuple[int, int, int]:
        return user_id, page, size

    decorate: Any = api.get("/users/{user_id}")
    get_user = decorate(declared)
    assert (1, 2, 3) == get_user(1, 2, size=3) == get_user(1, page=2, size=3)
    with pytest.raises(TypeError, match="positional-only"):
        get_user(user_id=1, page=2, size=3)


def test_defaults_are_those_of_the_function(api: APIClient, fake: FakeHTTPBackend) -> None:
    """The very objects, whatever they are."""
    words = ["a", "b"]

    @api.get("/users/{user_id}")
    def find(result: Any, user_id: int = 7, words: list[str] = words, *, size: int = 3) -> Any:
        return words

    assert find() is words
    assert {"method": "GET", "url": f"{BASE}/users/7", "kwargs": {"params": {"words": words, "size": 3}}} == (
        fake.requests[-1]
    )


@pytest.mark.parametrize("name", ["values", "options", "params", "result_", "headers_", "str", "v0", "owner", "é"])
def test_a_parameter_may_have_any_name(name: str, api: APIClient, fake: FakeHTTPBackend) -> None:
    """None of them gets in the way of what is done with it."""
    namespace: dict[str, Any] = {}
    exec(f"def find(result: object, {name}: int, response_: int = 1): return {name}", namespace)  # noqa: S102
    assert api.get(f"/x/{{{name}}}")(namespace["find"])(7) == 7
    assert fake.requests[-1] == {"method": "GET", "url": f"{BASE}/x/7", "kwargs": {"params": {"response_": 1}}}
