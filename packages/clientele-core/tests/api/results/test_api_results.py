"""The result of a call: the body as what is declared, and the error where it isn't."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar, cast

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator
from typing_extensions import TypeAliasType, TypedDict

from clientele.api import (
    APIClient,
    APIException,
    AsJSON,
    HTTPStatusError,
    JSONDecodeError,
    ResponseValidationError,
)
from clientele.http import FakeHTTPBackend, Response
from clientele.http.transport import causes

BASE = "https://api.example.com/v1"
SECRET = "s3cret"
T = TypeVar("T")


class User(BaseModel):
    id: int
    name: str = Field(default="Ada", alias="fullName")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: int


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]


class Page(BaseModel, Generic[T]):
    items: list[T]


class Checked(BaseModel):
    token: str

    @field_validator("token")
    @classmethod
    def _check(cls, token: str) -> str:
        raise ValueError(f"{token} is bad")


@dataclass
class Point:
    x: int


class Movie(TypedDict):
    title: str


Animal = Annotated[Cat | Dog, Field(discriminator="kind")]
Text = TypeAliasType("Text", str)
Users = TypeAliasType("Users", list[User])


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url=BASE, http_backend=fake)


@pytest.fixture(params=["request", "arequest", "function", "async function"])
def ask(request: pytest.FixtureRequest, api: APIClient) -> Callable[[Any], Any]:
    """Ask for a result of a type, in each of the ways that there are."""

    def declared(result: Any) -> Any:
        return result

    async def adeclared(result: Any) -> Any:
        return result

    def asked(kind: Any) -> Any:
        path = f"/x?token={SECRET}"
        declared.__annotations__["result"] = adeclared.__annotations__["result"] = kind
        ways: dict[str, Callable[[], Any]] = {
            "request": lambda: api.request("GET", path, result=kind),
            "arequest": lambda: asyncio.run(api.arequest("GET", path, result=kind)),
            "function": lambda: api.get(path)(declared)(),  # noqa: PLW0108 - decorated when it is asked for
            "async function": lambda: asyncio.run(api.get(path)(adeclared)()),
        }
        return ways[request.param]()

    return asked


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        (User, {"id": 1, "fullName": "Bob"}, User(id=1, fullName="Bob")),
        (list[User], [{"id": 1}], [User(id=1)]),
        (dict[str, User], {"a": {"id": 1}}, {"a": User(id=1)}),
        (User | None, {"id": 1}, User(id=1)),
        (User | None, None, None),
        (User | None, b"null", None),
        (User | Point, {"x": 1}, Point(1)),
        (Animal, {"kind": "dog"}, Dog(kind="dog")),
        (list[Animal], [{"kind": "cat", "lives": 9}], [Cat(kind="cat", lives=9)]),
        (Page[User], {"items": [{"id": 1}]}, Page[User](items=[User(id=1)])),
        (Page[int], {"items": ["7"]}, Page[int](items=[7])),
        (Point, {"x": 1}, Point(1)),
        (Movie, {"title": "M"}, {"title": "M"}),
        (Users, [{"id": 1}], [User(id=1)]),
        (dict[str, int], {"a": 1}, {"a": 1}),
        (int, b"7", 7),
        (Literal["a"], b'"a"', "a"),
        (Annotated[int, Field(gt=3)], b"7", 7),
        (Any, [1, "a", None], [1, "a", None]),
        (Any, None, None),
        (object, {"a": 1}, {"a": 1}),
        (str, "text \u00e9", "text \u00e9"),
        (str, None, ""),
        (Text, "text", "text"),
        (str | None, "text", "text"),
        (str | None, None, None),
        (Annotated[str, StringConstraints(max_length=9)], "text", "text"),
        (Annotated[str, AsJSON()], b'"text"', "text"),
        (Annotated[str, AsJSON], b'"text"', "text"),
        (cast(Any, Annotated[str, AsJSON()]) | None, b"null", None),
        (Annotated[str, AsJSON(), StringConstraints(max_length=4)], b'"text"', "text"),
        (bytes, b"\x00\xff", b"\x00\xff"),
        (bytes | None, None, None),
        (None, {"ignored": 1}, None),
        (dict, '{"a": 1}'.encode("utf-16"), {"a": 1}),
        (dict, '{"a": 1}'.encode("utf-32-be"), {"a": 1}),
        (dict, b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
    ],
)
def test_the_body_is_read_as_the_result_declares(
    kind: Any, content: Any, expected: Any, ask: Callable[[Any], Any], fake: FakeHTTPBackend
) -> None:
    """Any type that Pydantic validates, from JSON; str, bytes and None mean what they say, whatever the media type."""
    fake.queue_response(content=content)
    assert expected == ask(kind)


@pytest.mark.parametrize("kind", [Response, Response | None])
def test_the_response_itself(kind: Any, ask: Callable[[Any], Any], fake: FakeHTTPBackend) -> None:
    """With its body, whatever that is."""
    fake.queue_response(content=b"{")
    assert ask(kind).content == b"{"


@pytest.mark.parametrize(
    ("kind", "content", "problem"),
    [
        (User, {"id": SECRET}, "id: Input should be a valid integer, unable to parse string as an integer"),
        (User, None, "the body is empty, which is not User"),
        (list[int], None, "the body is empty, which is not list[int]"),
        (User, b"{", "the body: Invalid JSON: EOF while parsing an object at line 1 column 1; it came as "),
        (User, f"<p>{SECRET}", "the body: Invalid JSON: expected value at line 1 column 1; it came as text/plain; "),
        (User, [1], "the body: Input should be an object"),
        (User, {}, "id: Field required"),
        (User, {"id": 1, "fullName": 3}, "fullName: Input should be a valid string"),
        (list[User], [{"id": 1}, {"id": "a"}, {}], "1.id: Input should be a valid integer, unable to parse string as "),
        (
            list[User],
            [{"id": "a"}, {}],
            "0.id: Input should be a valid integer, unable to parse string as an integer (",
        ),
        (Movie, {"name": SECRET}, "title: Field required"),
        (Strict, {"id": 1, "nick": SECRET}, "nick: Extra inputs are not permitted"),
        (dict[str, int], {SECRET: "a"}, "*: Input should be a valid integer, unable to parse string as an integer"),
        (dict[str, User], {SECRET: {"id": "a"}}, "*.id: Input should be a valid integer, unable to parse string as "),
        (User | Cat, {"kind": SECRET}, "User.id: Field required (and 2 more)"),
        (Animal, {"kind": SECRET}, "the body: the tag in 'kind' is not one of "),
        (Checked, {"token": SECRET}, "token: Input was refused by the validator (value_error)"),
        (Annotated[str, StringConstraints(max_length=2)], SECRET, "the body: String should have at most 2 characters"),
        (Annotated[str, AsJSON()], SECRET, "the body: Invalid JSON: expected value at line 1 column 1"),
        (Annotated[str, AsJSON()], b"7", "the body: Input should be a valid string"),
        (Annotated[str, AsJSON()], None, "the body is empty, which is not "),
        (Annotated[bytes, AfterValidator(int)], SECRET, "the body: Input was refused by the validator (value_error)"),
        (User, '{"id": "\ud83d'.encode("utf-16", "surrogatepass"), "the body is not JSON: "),
        (User, '{"id": "a"}'.encode("utf-16"), "id: Input should be a valid integer, unable to parse string as an "),
    ],
)
def test_a_body_that_is_not_what_the_result_declares(
    kind: Any, content: Any, problem: str, ask: Callable[[Any], Any], fake: FakeHTTPBackend
) -> None:
    """The error has the response and Pydantic's error, and says where the difference is, never what stands there."""
    fake.queue_response(content=content)
    with pytest.raises(ResponseValidationError) as caught:
        ask(kind)
    said = str(caught.value)
    assert said.startswith(f"the response is not what `result` declares: {problem}")
    assert said.endswith(f": GET {BASE}/x?token=***")
    assert SECRET not in f"{said}{caught.value!r}"
    assert 200 == caught.value.response.status_code
    assert isinstance(caught.value.__cause__, (ValidationError, JSONDecodeError))
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in "".join(f"{each}{each!r}" for each in causes(caught.value))


def test_the_values_are_in_pydantics_error(ask: Callable[[Any], Any], fake: FakeHTTPBackend) -> None:
    """For a program that looks for them: it is the text that has none."""
    fake.queue_response(content=[{"id": 1}, {"id": SECRET, SECRET: 2}])
    with pytest.raises(ResponseValidationError) as caught:
        ask(list[User])
    cause = caught.value.__cause__
    assert isinstance(cause, ValidationError)
    problem = cause.errors()[0]
    assert ((1, "id"), "int_parsing", SECRET) == (problem["loc"], problem["type"], problem["input"])
    assert "Input should be a valid integer" in str(cause)


@pytest.mark.parametrize("kind", [User, str, bytes, None, Response, Any, User | None])
@pytest.mark.parametrize("status", [400, 404, 500, 599])
def test_4xx_and_5xx_raise(kind: Any, status: int, ask: Callable[[Any], Any], fake: FakeHTTPBackend) -> None:
    """Whatever the result is, the error has the body."""
    fake.queue_response(status=status, content={"detail": "no such user"})
    with pytest.raises(HTTPStatusError, match=f"^{status}.*: GET") as caught:
        ask(kind)
    assert {"detail": "no such user"} == caught.value.response.json()


@pytest.mark.parametrize("kind", [User, str, bytes, Any])
@pytest.mark.parametrize("status", [300, 302, 304])
def test_a_redirect_that_is_not_followed_raises(
    kind: Any, status: int, ask: Callable[[Any], Any], fake: FakeHTTPBackend
) -> None:
    """Its body is not the resource."""
    fake.queue_response(status=status)
    with pytest.raises(APIException, match=f"^{status} .* is neither a success nor a redirect that can be followed"):
        ask(kind)


def test_a_redirect_that_could_be_followed_says_how() -> None:
    """It names the location, without the values of its query, and the option."""
    response = Response(status_code=302, headers={"Location": f"/y?key={SECRET}"})

    class Redirecting(FakeHTTPBackend):
        def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
            return response

    api = APIClient(base_url=BASE, http_backend=Redirecting())
    with pytest.raises(APIException, match=r"302 Found redirects to /y\?key=\*\*\*; set follow_redirects=True"):
        api.request("GET", "/x", result=User)


@pytest.mark.parametrize("kind", [None, Response, Response | None])
def test_a_redirect_may_be_the_answer(kind: Any, ask: Callable[[Any], Any], fake: FakeHTTPBackend) -> None:
    """Who asks for the Response, or for nothing, gets it."""
    fake.queue_response(status=302)
    answer = ask(kind)
    assert answer.status_code == 302 if kind else answer is None


def test_an_adapter_is_built_once_and_at_decoration(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call builds nothing: neither a validator nor a signature."""

    @api.post("/users/{user_id}")
    def add(result: list[User] | None, user_id: int, data: Point, page: int = 1) -> Any:
        return result

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr("pydantic.TypeAdapter.__init__", refuse)
    monkeypatch.setattr("inspect.signature", refuse)
    monkeypatch.setattr("inspect.Signature.bind", refuse)
    assert add(7, Point(1)) is None
