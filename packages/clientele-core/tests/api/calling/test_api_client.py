"""The client itself: its verbs, its direct requests, and what it refuses."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import APIClient, APIException, BaseConfig, ConfigurationError, HTTPStatusError
from clientele.http import FakeHTTPBackend, Response, Timeout

BASE = "https://api.example.com/v1"
VERBS = ["get", "post", "put", "patch", "delete", "head", "options"]


class User(BaseModel):
    id: int


class Problem(BaseModel):
    title: str


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content={"id": 1})


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url=BASE, http_backend=fake)


def declared(result: Response) -> Response:
    return result


async def adeclared(result: Response) -> Response:
    return result


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_sends_its_method(verb: str, api: APIClient, fake: FakeHTTPBackend) -> None:
    """The decorator's name is the request's method, sync and async."""
    decorate = getattr(api, verb)("/users")
    statuses = decorate(declared)().status_code, asyncio.run(decorate(adeclared)()).status_code
    assert (200, 200) == statuses
    assert [(verb.upper(), f"{BASE}/users")] * 2 == [(call["method"], call["url"]) for call in fake.requests]


@pytest.mark.parametrize(("given", "sent"), [("PROPFIND", "PROPFIND"), ("m-search", "M-SEARCH"), ("get", "GET")])
def test_any_other_method_has_a_decorator_too(given: str, sent: str, api: APIClient, fake: FakeHTTPBackend) -> None:
    """HDR-5 a method is a token, and goes out in upper case."""
    api.endpoint(given, "/users")(declared)()
    asyncio.run(api.endpoint(given, "/users")(adeclared)())
    assert [sent, sent] == [call["method"] for call in fake.requests]


def test_a_request_without_a_function(api: APIClient, fake: FakeHTTPBackend) -> None:
    """`request` takes the options of a call and gives the Response by default."""
    options: Any = {"params": {"a": [1, 2]}, "json": {"b": None}}
    responses = [api.request("post", "/users", **options), asyncio.run(api.arequest("post", "/users", **options))]
    assert [True, True] == [isinstance(response, Response) for response in responses]
    assert fake.requests == [{"method": "POST", "url": f"{BASE}/users", "kwargs": options}] * 2


def test_a_request_by_status(api: APIClient, fake: FakeHTTPBackend) -> None:
    """`response_map` says what the body is for each status that is expected."""
    for _ in range(2):
        fake.queue_response(status=404, content={"title": "none"})
    by_status = {200: User, 404: Problem}
    assert Problem(title="none") == api.request("GET", "/users/1", response_map=by_status)
    assert Problem(title="none") == asyncio.run(api.arequest("GET", "/users/1", response_map=by_status))
    assert User(id=1) == api.request("GET", "/users/1", response_map=by_status)
    fake.queue_response(status=500)
    with pytest.raises(HTTPStatusError, match="500 Internal Server Error"):
        api.request("GET", "/users/1", response_map=by_status)
    fake.queue_response(status=201, content={"id": 1})
    with pytest.raises(APIException, match="201 Created is not in response_map, which has 200, 404"):
        asyncio.run(api.arequest("GET", "/users/1", response_map=by_status))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"result": User, "response_map": {200: User}}, TypeError, "request: result and response_map both declare"),
        (
            {"result": FakeHTTPBackend},
            ConfigurationError,
            r"request\(result=\.\.\.\): Pydantic can't validate this type",
        ),
        (
            {"response_map": {200: FakeHTTPBackend}},
            ConfigurationError,
            r"request\(response_map=\.\.\.\): Pydantic can't validate this type",
        ),
        ({"response_map": {}}, ConfigurationError, "response_map is a mapping of statuses to types"),
        ({"retries": 3}, TypeError, "unknown option 'retries'"),
    ],
)
def test_a_wrong_request_is_not_sent(
    options: Any, error: type[Exception], message: str, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """The error says what is wrong, sync and async."""
    with pytest.raises(error, match=message):
        api.request("GET", "/users/1", **options)
    with pytest.raises(error, match=message):
        asyncio.run(api.arequest("GET", "/users/1", **options))
    assert fake.requests == []


def test_a_subclass_of_the_config_has_defaults_of_its_own(fake: FakeHTTPBackend) -> None:
    """They count as set."""

    class Config(BaseConfig):
        base_url: str = BASE
        timeout: float | Timeout | None = 9.0

    APIClient(config=Config(http_backend=fake)).request("GET", "/x")
    assert {"method": "GET", "url": f"{BASE}/x", "kwargs": {"timeout": 9.0}} == fake.requests[-1]


def test_the_options_of_a_decorator_win_over_the_configuration(fake: FakeHTTPBackend) -> None:
    """Headers merge by name whatever their case; None takes one away."""
    api = APIClient(base_url=BASE, http_backend=fake, timeout=3.0, headers={"X-A": "1", "X-B": "1", "X-C": "1"})

    @api.get("/x", headers={"x-b": "2", "X-C": None}, timeout=9.0, follow_redirects=True)
    def call(result: Any) -> Any:
        return result

    call()
    kwargs = fake.requests[-1]["kwargs"]
    assert kwargs["headers"] == {"X-A": "1", "x-b": "2", "X-C": None}
    assert (9.0, True) == (kwargs["timeout"].read, kwargs["follow_redirects"])
