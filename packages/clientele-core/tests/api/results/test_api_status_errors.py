"""`errors`: what the body of a status that raises is, for a client and for a call."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import (
    APIClient,
    APIException,
    BaseConfig,
    ConfigurationError,
    HTTPStatusError,
    Response,
    ResponseValidationError,
    get,
)
from clientele.http import FakeHTTPBackend


class User(BaseModel):
    id: int


class NotFound(BaseModel):
    missing: str


class Problem(BaseModel):
    title: str


CLIENT: dict[Any, Any] = {404: NotFound, "4XX": Problem}


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url="https://api.example.com", http_backend=fake, errors=CLIENT)


def error_of(api: APIClient, fake: FakeHTTPBackend, status: int, content: Any, **options: Any) -> HTTPStatusError:
    """What a declared call raises for this answer; the others, of each kind, raise the same."""

    @api.get("/x", **options)
    def call(result: User) -> User:
        return result

    @api.get("/x", **options)
    async def acall(result: User) -> User:
        return result

    @api.get("/x", streaming_response=True, **options)
    def stream(result: Iterator[User]) -> Iterator[User]:
        return result

    @api.get("/x", streaming_response=True, **options)
    async def astream(result: AsyncIterator[User]) -> AsyncIterator[User]:
        return result

    async def first() -> Any:
        return await anext(await astream())

    calls: list[Any] = [call, lambda: asyncio.run(acall()), lambda: next(stream()), lambda: asyncio.run(first())]
    raised = []
    for each in calls:
        fake.queue_response(status=status, content=content)
        with pytest.raises(HTTPStatusError) as caught:
            each()
        raised.append(caught.value)
    assert all(error.problem == raised[0].problem for error in raised)
    return raised[0]


@pytest.mark.parametrize(
    ("status", "content", "problem"),
    [
        (404, {"missing": "user 7"}, NotFound(missing="user 7")),
        (422, {"title": "no"}, Problem(title="no")),
        (500, {"title": "no"}, None),
    ],
)
def test_the_client_says_what_an_error_is(
    status: int, content: Any, problem: Any, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """By status, then by range; what it leaves out has none."""
    assert problem == error_of(api, fake, status, content).problem


@pytest.mark.parametrize("status", [404, 422])
def test_a_call_wins(status: int, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Even with a range or a default over a status of the client's."""
    for errors in ({status: User}, {"4XX": User}, {"default": User}):
        assert User(id=1) == error_of(api, fake, status, {"id": 1}, errors=errors).problem


def test_what_a_call_leaves_out_is_the_clients(api: APIClient, fake: FakeHTTPBackend) -> None:
    """As if the call said nothing."""
    assert NotFound(missing="a") == error_of(api, fake, 404, {"missing": "a"}, errors={409: User}).problem


def test_a_status_that_is_an_answer_raises_nothing(api: APIClient, fake: FakeHTTPBackend) -> None:
    """`response_map` comes before `errors`."""
    fake.queue_response(status=404, content={"title": "t"})
    assert Problem(title="t") == api.request("GET", "/x", response_map={404: Problem})


@pytest.mark.parametrize(
    "content", [b"", b"<html>bad gateway</html>", b"\xff\xfe\x00", {"name": "t"}, [1], b"{" * 10_000, "text"]
)
def test_an_unexpected_body_keeps_the_status_error(content: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """It is raised as what it is; its problem is None, and the body is there to read."""
    error = error_of(api, fake, 422, content)
    assert error.problem is None
    assert 422 == error.response.status_code
    assert str(error).startswith("422 Unprocessable")


def test_a_problem_is_validated_once_and_when_it_is_asked_for(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Who only wants the status pays nothing for it."""
    validated = []

    class Counting(BaseModel):
        title: str

        def model_post_init(self, context: Any) -> None:
            validated.append(context)

    error = error_of(api, fake, 400, {"title": "t"}, errors={400: Counting})
    validated.clear()
    another = copy.copy(error)
    assert error.problem is error.problem
    assert another.problem is error.problem
    assert 1 >= len(validated)


@pytest.mark.parametrize(("kind", "problem"), [(str, '{"title":"t"}'), (dict[str, str], {"title": "t"}), (None, None)])
def test_any_type_may_be_a_problem(kind: Any, problem: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """As in a `response_map`."""
    assert problem == error_of(api, fake, 400, {"title": "t"}, errors={400: kind}).problem


def test_the_response_itself_may_be_the_problem(api: APIClient, fake: FakeHTTPBackend) -> None:
    """For who wants to read it alone."""
    fake.queue_response(status=400)
    api.configure(errors={"default": Response})
    with pytest.raises(HTTPStatusError) as caught:
        api.request("GET", "/x", result=User)
    assert caught.value.response is caught.value.problem


def test_direct_calls_downloads_and_hooks_have_it_too(tmp_path: Any, fake: FakeHTTPBackend) -> None:
    """What `on_error` is told of has its problem already."""
    seen: list[Any] = []
    api = APIClient(base_url="https://a.example", http_backend=fake, errors=CLIENT, on_error=seen.append)
    calls: list[Any] = [
        lambda: api.request("GET", "/x", result=User),
        lambda: asyncio.run(api.arequest("GET", "/x", result=User)),
        lambda: api.download("/x", tmp_path / "file"),
    ]
    for call in calls:
        fake.queue_response(status=404, content={"missing": "a"})
        with pytest.raises(HTTPStatusError) as caught:
            call()
        assert NotFound(missing="a") == caught.value.problem == seen.pop().problem


def test_methods_and_parsers_have_it_too(fake: FakeHTTPBackend) -> None:
    """And a configuration may be a class of its own."""

    class Config(BaseConfig):
        errors: Any = CLIENT

    class Users(APIClient):
        @get("/x", response_parser=lambda response: response.status_code)
        def call(self, result: int) -> int:
            return result

    fake.queue_response(status=400, content={"title": "t"})
    with pytest.raises(HTTPStatusError) as caught:
        Users(config=Config(base_url="https://a.example", http_backend=fake)).call()
    assert Problem(title="t") == caught.value.problem


def test_other_errors_have_none(api: APIClient, fake: FakeHTTPBackend) -> None:
    """A body that isn't what `result` says is no problem of the API's."""
    api.configure(errors={"default": dict})
    fake.queue_response(content={"title": "t"})
    with pytest.raises(ResponseValidationError) as caught:
        api.request("GET", "/x", result=User)
    assert caught.value.problem is None
    assert HTTPStatusError(Response(status_code=404), "404").problem is None


def test_an_error_with_a_problem_travels(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Without the problem, which is the body, and may be of a type that nobody can import."""

    class Local(BaseModel):
        title: str

    error = error_of(api, fake, 400, {"title": "t"}, errors={400: Local})
    assert Local(title="t") == error.problem
    again: APIException = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert again.problem is None
    assert (str(error), {"title": "t"}) == (str(again), again.response.json())


def test_mistakes_raise_at_decoration() -> None:
    """With the option, and what to write."""

    class Unknown: ...

    with pytest.raises(ConfigurationError, match="errors is a mapping of statuses to types"):
        APIClient(errors=Problem)  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="errors: Pydantic can't validate this type"):
        APIClient(errors={404: Unknown})
    with pytest.raises(ConfigurationError, match="BaseModel itself has no fields"):
        APIClient(errors={404: BaseModel})
    with pytest.raises(ConfigurationError, match="errors names Nobody, which isn't defined"):
        APIClient(errors={404: list["Nobody"]})  # type: ignore[name-defined]  # noqa: F821
