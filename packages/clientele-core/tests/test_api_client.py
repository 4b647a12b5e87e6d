"""The client, over the fake: what is sent for which declaration, and what comes back."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from clientele.api import (
    APIClient,
    APIException,
    AsyncStream,
    BaseConfig,
    HTTPStatusError,
    ResponseValidationError,
    Stream,
)
from clientele.api.exceptions import ConfigurationError, InvalidBody, InvalidPathValue
from clientele.http import FakeHTTPBackend, Response, Timeout

BASE = "https://api.example.com/v1"


class User(BaseModel):
    id: int
    name: str = Field(default="Ada", alias="fullName")


class Colour(Enum):
    RED = "red"


@dataclass
class Point:
    x: int


class Movie(TypedDict):
    title: str


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url=BASE, http_backend=fake)


def sent(fake: FakeHTTPBackend) -> dict[str, Any]:
    return fake.requests[-1]


@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete"])
def test_each_verb_sends_its_method(verb: str, api: APIClient, fake: FakeHTTPBackend) -> None:
    """The decorator's name is the request's method, sync and async."""

    def declared(result: User) -> User:
        return result

    async def adeclared(result: User) -> User:
        return result

    decorate = getattr(api, verb)("/users")
    assert User(id=1) == decorate(declared)() == asyncio.run(decorate(adeclared)())
    assert [verb.upper()] * 2 == [request["method"] for request in fake.requests]


def test_arguments_go_to_the_path_the_query_and_the_body(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Names in braces go to the path, `data` is the body, the rest is the query."""

    @api.post("/teams/{team}/users/{user_id}")
    def add(result: User, team: str, user_id: int, data: User, *, notify: bool = False) -> User:
        return result

    add("a/b c", 7, data=User(id=2, fullName="Bob"), notify=True)
    assert f"{BASE}/teams/a%2Fb%20c/users/7" == sent(fake)["url"]
    assert sent(fake)["kwargs"] == {
        "params": {"notify": True},
        "json": {"id": 2, "fullName": "Bob"},
    }


def test_keywords_without_a_parameter_are_further_query_values(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Where the function takes `**`, whatever it calls it."""

    def find(result: Any, **more: Any) -> Any:
        return more

    decorate: Any = api.get("/users")
    assert {"colour": Colour.RED} == decorate(find)(colour=Colour.RED)
    assert {"params": {"colour": Colour.RED}} == sent(fake)["kwargs"]


def test_a_query_value_of_none_is_left_out(api: APIClient, fake: FakeHTTPBackend) -> None:
    """An optional argument that isn't given isn't sent."""

    @api.get("/users")
    def find(result: Any, name: str | None = None, limit: int = 10) -> Any:
        return result

    find()
    assert sent(fake)["kwargs"] == {"params": {"limit": 10}}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (7, "7"),
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

    @api.get("/things/{thing}/parts")
    def parts(result: Any, *, thing: Any) -> Any:
        return result

    parts(thing=value)
    assert f"{BASE}/things/{written}/parts" == sent(fake)["url"]


@pytest.mark.parametrize("value", ["", ".", "..", None])
def test_a_path_value_that_would_reach_another_path_is_refused(
    value: Any, api: APIClient, fake: FakeHTTPBackend
) -> None:
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
    ],
)
def test_wrong_arguments_are_refused_in_the_words_of_python(
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


def test_a_wrong_call_of_an_async_function_is_refused_before_it_is_awaited(api: APIClient) -> None:
    """As Python does it: the TypeError comes from the call, not from the await."""

    @api.get("/users/{user_id}")
    async def get_user(result: User, user_id: int) -> User:
        return result

    with pytest.raises(TypeError, match="missing 1 required"):
        _ = get_user()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def test_the_function_makes_of_the_result_what_it_likes(api: APIClient) -> None:
    """Its body runs after the call, with `result`, `response` and the caller's arguments."""

    @api.get("/users/{user_id}")
    def get_user(result: User, response: Response, user_id: int, suffix: str = "!") -> str:
        return f"{result.name}{suffix}{response.status_code}{user_id}"

    assert get_user(3, suffix="?") == "Ada?2003"


def test_callers_see_the_signature_without_what_is_injected(api: APIClient) -> None:
    """`inspect.signature`, the name and the docstring are those of the call."""

    @api.get("/users/{user_id}")
    def get_user(result: User, response: Response, user_id: int, *, page: int = 1) -> User:
        """One user."""
        return result

    assert list(inspect.signature(get_user).parameters) == ["user_id", "page"]
    assert (get_user.__name__, get_user.__doc__) == ("get_user", "One user.")  # type: ignore[attr-defined]


def test_positional_only_parameters_stay_so(api: APIClient, fake: FakeHTTPBackend) -> None:
    """The markers `/` and `*` of the function hold for its callers."""

    @api.get("/users/{user_id}")
    def get_user(result: User, user_id: int, /, page: int, *, size: int) -> tuple[int, int, int]:
        return user_id, page, size

    assert (1, 2, 3) == get_user(1, 2, size=3) == get_user(1, page=2, size=3)
    with pytest.raises(TypeError, match="positional-only"):
        get_user(user_id=1, page=2, size=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        (User, {"id": 1, "fullName": "Bob"}, User(id=1, fullName="Bob")),
        (list[User], [{"id": 1}], [User(id=1)]),
        (User | None, {"id": 1}, User(id=1)),
        (User | None, None, None),
        (Point, {"x": 1}, Point(1)),
        (Movie, {"title": "M"}, {"title": "M"}),
        (dict[str, int], {"a": 1}, {"a": 1}),
        (Any, [1, "a", None], [1, "a", None]),
        (str, "text é", "text é"),
        (bytes, b"\x00\xff", b"\x00\xff"),
        (None, {"ignored": 1}, None),
        (dict, '{"a": 1}'.encode("utf-16"), {"a": 1}),
        (dict, b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
    ],
)
def test_the_body_is_read_as_the_result_declares(
    kind: Any, content: Any, expected: Any, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """Any type that Pydantic validates; str, bytes and None mean what they say."""
    fake.queue_response(content=content)
    assert expected == api.request("GET", "/x", result=kind)
    fake.queue_response(content=content)
    assert expected == asyncio.run(api.arequest("GET", "/x", result=kind))


@pytest.mark.parametrize(
    ("kind", "content"), [(User, {"id": "secret"}), (User, None), (User, b"{"), (Movie, {"name": 1})]
)
def test_a_body_that_is_not_what_the_result_declares(
    kind: Any, content: Any, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """The error has the response and says where the difference is, but never what stands there."""
    fake.queue_response(content=content)
    with pytest.raises(ResponseValidationError) as caught:
        api.request("GET", "/x?token=secret", result=kind)
    assert caught.value.response.status_code == 200
    assert caught.value.__cause__ is not None
    assert "secret" not in f"{caught.value}{caught.value!r}"
    assert f"GET {BASE}/x?token=***" in str(caught.value)


@pytest.mark.parametrize("kind", [User, str, bytes, None, Response])
def test_4xx_and_5xx_raise(kind: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Whatever the result is, the error has the body."""
    fake.queue_response(status=404, content={"detail": "no such user"})
    with pytest.raises(HTTPStatusError, match="404 Not Found: GET") as caught:
        api.request("GET", "/users/1", result=kind)
    assert caught.value.response.json() == {"detail": "no such user"}


@pytest.mark.parametrize("kind", [User, str, bytes])
def test_a_redirect_that_is_not_followed_is_no_result(kind: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Its body is not the resource; the error says how to go on."""
    fake.queue_response(status=304)
    with pytest.raises(APIException, match="304 Not Modified"):
        api.request("GET", "/users/1", result=kind)


@pytest.mark.parametrize("kind", [None, Response])
def test_a_redirect_may_be_the_answer(kind: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Who asks for the Response, or for nothing, gets it."""
    fake.queue_response(status=302)
    answer = api.request("GET", "/users/1", result=kind)
    assert answer.status_code == 302 if kind else answer is None


@pytest.mark.parametrize(
    ("kind", "value", "option"),
    [
        (User, User(id=1), {"json": {"id": 1, "fullName": "Ada"}}),
        (Point, Point(1), {"json": {"x": 1}}),
        (Movie, {"title": "M"}, {"json": {"title": "M"}}),
        (list[User], [User(id=1)], {"json": [{"id": 1, "fullName": "Ada"}]}),
        (dict[str, Decimal], {"a": Decimal("1.5")}, {"json": {"a": "1.5"}}),
        (bytes, b"\x00", {"content": b"\x00"}),
        (str, "text", {"content": "text"}),
        (User | None, None, {}),
    ],
)
def test_data_is_the_body(kind: Any, value: Any, option: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Models, dataclasses, TypedDicts, dicts and lists are JSON; bytes and str are the body as they are."""

    def put(result: Any, *, data: Any) -> Any:
        return result

    put.__annotations__["data"] = kind
    api.put("/x")(put)(data=value)
    assert option == sent(fake)["kwargs"]


def test_data_of_the_wrong_type_is_refused(api: APIClient, fake: FakeHTTPBackend) -> None:
    """The error names function and parameter; nothing is sent."""

    @api.put("/x")
    def put(result: Any, data: Point) -> Any:
        return result

    with pytest.raises(InvalidBody, match=r"put\(data=\.\.\.\)"):
        put(object())  # type: ignore[arg-type]
    assert fake.requests == []


@pytest.mark.parametrize("path", ["/lines"])
def test_a_stream_is_an_iterator_and_a_context_manager(path: str, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Items are validated one by one, sync and async."""

    @api.get(path, streaming_response=True)
    def lines(result: Stream[User]) -> Stream[User]:
        return result

    @api.get(path, streaming_response=True)
    async def alines(result: AsyncStream[User]) -> AsyncStream[User]:
        return result

    async def collect() -> list[User]:
        async with await alines() as stream:
            return [user async for user in stream]

    for _ in range(2):
        fake.queue_response(content=[{"id": 1}, {"id": 2}])
    with lines() as stream:
        assert [User(id=1), User(id=2)] == list(stream)
    assert [User(id=1), User(id=2)] == asyncio.run(collect())


def test_a_generator_function_may_wrap_its_stream(api: APIClient, fake: FakeHTTPBackend) -> None:
    """`yield` in the function works on the items as they come."""

    @api.get("/lines", streaming_response=True)
    def names(result: Iterator[User]) -> Iterator[str]:
        for user in result:
            yield user.name

    @api.get("/lines", streaming_response=True)
    async def anames(result: AsyncIterator[User]) -> AsyncIterator[str]:
        async for user in result:
            yield user.name

    async def collect() -> list[str]:
        return [name async for name in anames()]

    for _ in range(2):
        fake.queue_response(content=[{"id": 1}])
    assert ["Ada"] == list(names()) == asyncio.run(collect())


def test_a_stream_item_that_is_not_what_was_declared_is_named_by_its_index(
    api: APIClient, fake: FakeHTTPBackend
) -> None:
    """STM-9 the items before it have been handed over."""
    fake.queue_response(content=[{"id": 1}, {"id": "x"}])

    @api.get("/lines", streaming_response=True)
    def lines(result: Iterator[User]) -> Iterator[User]:
        return result

    stream = lines()
    assert User(id=1) == next(stream)
    with pytest.raises(ResponseValidationError, match="item 1 of the stream"):
        next(stream)


def test_a_response_parser_makes_the_items(api: APIClient, fake: FakeHTTPBackend) -> None:
    """It gets every line that isn't blank."""
    fake.queue_response(content="a=1\n\nb=2\n")

    @api.get("/lines", streaming_response=True, response_parser=lambda line: line.split("="))
    def pairs(result: Iterator[list[str]]) -> Iterator[list[str]]:
        return result

    assert list(pairs()) == [["a", "1"], ["b", "2"]]


def test_the_options_of_a_decorator_win_over_the_configuration(fake: FakeHTTPBackend) -> None:
    """Headers merge by name whatever their case; None takes one away."""
    api = APIClient(base_url=BASE, http_backend=fake, timeout=3.0, headers={"X-A": "1", "X-B": "1", "X-C": "1"})

    @api.get("/x", headers={"x-b": "2", "X-C": None}, timeout=9.0, follow_redirects=True)
    def call(result: Any) -> Any:
        return result

    call()
    kwargs = sent(fake)["kwargs"]
    assert kwargs["headers"] == {"X-A": "1", "x-b": "2", "X-C": None}
    assert kwargs["timeout"].read == 9.0
    assert kwargs["follow_redirects"] is True


def test_a_request_without_a_function(api: APIClient, fake: FakeHTTPBackend) -> None:
    """`request` takes the options of a call and gives the Response unless told otherwise."""
    response = api.request("post", "/users", params={"a": [1, 2]}, json={"b": None})
    assert isinstance(response, Response)
    assert {"method": "POST", "url": f"{BASE}/users", "kwargs": {"params": {"a": [1, 2]}, "json": {"b": None}}} == sent(
        fake
    )


def test_one_line_is_logged_for_each_call(fake: FakeHTTPBackend, caplog: pytest.LogCaptureFixture) -> None:
    """It says method, URL, status and time, without the values of the query."""
    logger = logging.getLogger("test.clientele")
    api = APIClient(base_url=BASE, http_backend=fake, logger=logger)
    with caplog.at_level(logging.INFO, "test.clientele"):
        api.request("GET", "/x?token=secret")
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith(f"GET {BASE}/x?token=***: 200 in ")


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda api: api.get("/x")(lambda: None), "the first parameter is not `result`"),
        (lambda api: api.get("/x")(_without_annotation), "`result` has no annotation"),
        (
            lambda api: api.get("/x/{y}")(_plain),
            r"the path '/x/\{y\}' has \{y\}, but the function has no such parameter",
        ),
        (lambda api: api.get("/x/{y")(_plain), "a brace without its partner"),
        (lambda api: api.get("/x/{0}")(_plain), "is not the name of a parameter"),
        (lambda api: api.get("/x")(_late_response), "`response` stands directly after `result`"),
        (lambda api: api.get("/x")(_stars), r"\*rest has no name"),
        (
            lambda api: api.get("/x", streaming_response=True)(_plain),
            r"the `result` of a stream is Stream\[Type\] or Iterator\[Type\] in a function",
        ),
        (lambda api: api.get("/x", response_parser=str)(_plain), "set streaming_response=True"),
        (lambda api: api.get("/x", headers={"a b": "c"})(_plain), "'a b' is not a header name"),
        (lambda api: api.get("/x", timeout=-1)(_plain), "-1 is not a time limit"),
        (lambda api: api.get("/x")(_no_type), r"`result`: .*APIClient.* can't be validated by Pydantic"),
    ],
)
def test_mistakes_show_at_decoration(declare: Any, message: str, api: APIClient) -> None:
    """Each names the function and what to change."""
    with pytest.raises(ConfigurationError, match=message):
        declare(api)


def test_an_unknown_option_of_a_decorator_is_refused(api: APIClient) -> None:
    """As Python does for a keyword that a function doesn't have."""
    with pytest.raises(TypeError, match="unknown option 'retries'"):
        api.get("/x", retries=3)(_plain)  # type: ignore[call-arg]


def test_an_annotation_may_be_defined_further_down(api: APIClient) -> None:
    """It is looked up again at the first call."""
    decorated = api.get("/x")(_forward)
    globals()["DefinedLater"] = User
    try:
        assert User(id=1) == decorated()
    finally:
        del globals()["DefinedLater"]


def test_a_subclass_of_the_config_has_defaults_of_its_own(fake: FakeHTTPBackend) -> None:
    """They count as set."""

    class Config(BaseConfig):
        base_url: str = BASE
        timeout: float | Timeout | None = 9.0

    APIClient(config=Config(http_backend=fake)).request("GET", "/x")
    assert {"method": "GET", "url": f"{BASE}/x", "kwargs": {"timeout": 9.0}} == sent(fake)


def _without_annotation(result):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return result


def _no_type(result: APIClient) -> Any:
    return result


def _plain(result: Any) -> Any:
    return result


def _late_response(result: Any, other: int, response: Response) -> Any:
    return result


def _stars(result: Any, *rest: int) -> Any:
    return result


def _forward(result: DefinedLater) -> DefinedLater:  # type: ignore[name-defined]  # noqa: F821
    return result
