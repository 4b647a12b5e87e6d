"""The fake's routes: which requests they match, and what they record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.http import FakeHTTPBackend, Response
from clientele.http.errors import ConfigurationError, InvalidHeader
from clientele.http.fake import UnmatchedRequest

Send = Callable[..., Response]


class Model(BaseModel):
    name: str


@pytest.fixture(params=["sync", "async"])
def send(request: pytest.FixtureRequest) -> Callable[..., Response]:
    """Sends over a fake, in each mode."""

    def sync(fake: FakeHTTPBackend, method: str, url: str, **options: Any) -> Response:
        return fake.send_sync_request(method, url, **options)

    def asynchronous(fake: FakeHTTPBackend, method: str, url: str, **options: Any) -> Response:
        return asyncio.run(fake.send_async_request(method, url, **options))

    return sync if request.param == "sync" else asynchronous


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(strict=True)


def test_a_template_stands_for_one_segment(fake: FakeHTTPBackend, send: Send) -> None:
    """Not for none, not for two; the request says what stood there."""
    route = fake.on("GET", "/users/{id}/posts/{post}").reply(200, {"ok": True})
    assert send(fake, "GET", "/users/a%2Fb/posts/7").json() == {"ok": True}
    assert route.last_request.path_arguments == {"id": "a/b", "post": "7"}
    for path in ("/users//posts/7", "/users/1/2/posts/7", "/users/1/posts/7/8", "/users/1/posts", "/users/1/Posts/7"):
        with pytest.raises(UnmatchedRequest):
            send(fake, "GET", path)


def test_a_path_is_compared_in_its_normal_form_and_literally(fake: FakeHTTPBackend, send: Send) -> None:
    """A dot is a dot, and a blank is what goes on the wire for it."""
    fake.on("GET", "/a.b/c%20d").reply(204)
    assert send(fake, "GET", "/a%2Eb/c%20d").status_code == 204
    with pytest.raises(UnmatchedRequest):
        send(fake, "GET", "/aXb/c%20d")


def test_a_route_may_have_an_origin(fake: FakeHTTPBackend, send: Send) -> None:
    """What a route sees is the request on the wire."""
    fake.on("GET", "https://api.example.com/v2/users").reply(200, "there")
    fake.on("GET", "/v2/users").reply(200, "anywhere")
    assert send(fake, "GET", "https://api.example.com/v2/users").text == "there"
    assert send(fake, "GET", "https://api.example.org/v2/users").text == "anywhere"


@pytest.mark.parametrize(
    ("wanted", "params", "matches"),
    [
        ({"limit": 3, "on": True}, {"on": True, "limit": 3}, True),
        ({"limit": 3}, {"limit": 4}, False),
        ({"limit": 3}, {"limit": 3, "page": 1}, False),
        ({"tag": ["a", "b"]}, {"tag": ["a", "b"]}, True),
        ({"tag": ["a", "b"]}, {"tag": ["b", "a"]}, False),
        ({}, {}, True),
        ({}, {"limit": 3}, False),
        (None, {"limit": 3}, True),
        ({"q": "a+b c"}, {"q": "a+b c"}, True),
    ],
)
def test_a_query_is_compared_in_full(
    fake: FakeHTTPBackend, send: Send, wanted: Any, params: dict[str, Any], *, matches: bool
) -> None:
    """Every value of every name, and none besides."""
    fake.on("GET", "/", query=wanted).reply(204)
    if matches:
        assert send(fake, "GET", "/", params=params).status_code == 204
    else:
        with pytest.raises(UnmatchedRequest, match="query "):
            send(fake, "GET", "/", params=params)


@pytest.mark.parametrize(
    ("wanted", "body", "difference"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, None),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 2, "d": 3}], "e": 4}}, None),
        (Model(name="Ada"), {"name": "Ada", "age": 36}, None),
        (None, [], "json: [], not None"),
        ({"a": 1}, {"b": 1}, "json.a: missing"),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "json.a.b: 2, not 1"),
        ({"a": [1]}, {"a": [1, 2]}, "json.a: [1, 2], not [1]"),
        ({"a": True}, {"a": 1}, "json.a: 1, not True"),
        ({"a": 1}, ["a"], "json: ['a'], not {'a': 1}"),
    ],
)
def test_a_json_body_may_have_more_members_than_the_route(
    fake: FakeHTTPBackend, send: Send, wanted: Any, body: Any, difference: str | None
) -> None:
    """An object may have more members; a list, a number and a truth value are compared as they are."""
    fake.on("POST", "/", json=wanted).reply(204)
    if difference is None:
        assert send(fake, "POST", "/", json=body).status_code == 204
    else:
        with pytest.raises(UnmatchedRequest) as caught:
            send(fake, "POST", "/", json=body)
        assert f"    {difference}" in str(caught.value).splitlines()


def test_a_body_that_is_not_json_does_not_match(fake: FakeHTTPBackend, send: Send) -> None:
    """And none is none."""
    fake.on("POST", "/", json={})
    for options in ({}, {"content": b"{"}):
        with pytest.raises(UnmatchedRequest, match="json: no JSON body"):
            send(fake, "POST", "/", **options)


def test_header_values_are_compared_in_full_and_names_ignore_case(fake: FakeHTTPBackend, send: Send) -> None:
    """Others may be there."""
    fake.on("GET", "/", headers={"X-Tenant": "a", "accept": "*/*"}).reply(204)
    assert send(fake, "GET", "/", headers={"x-tenant": "a", "x-more": "b"}).status_code == 204
    with pytest.raises(UnmatchedRequest, match="header X-Tenant: missing"):
        send(fake, "GET", "/")


def test_an_unmatched_request_shows_the_nearest_routes_first(fake: FakeHTTPBackend, send: Send) -> None:
    """With every difference, and no value of a header that may be a secret."""
    fake.on("DELETE", "/files/{name}")
    fake.on("GET", "/teams/{id}", query={"deep": True}, headers={"Authorization": "Bearer expected-secret"})
    fake.on("POST", "/users/{id}")
    fake.on("GET", "/users/{id}", query={"limit": 3})
    with pytest.raises(UnmatchedRequest) as caught:
        send(fake, "GET", "/users/7", params={"limit": 2}, headers={"authorization": "Bearer planted-secret"})
    assert str(caught.value).splitlines() == [
        "no route of the fake matches GET http://fake.invalid/users/7?limit=2",
        "  GET /users/{id}",
        "    query limit: '2', not '3'",
        "  POST /users/{id}",
        "    method: GET, not POST",
        "  GET /teams/{id}",
        "    path: /users/7, not /teams/{id}",
        "    query deep: missing, not 'true'",
        "    query limit: '2', not missing",
        "    header Authorization: ***, not ***",
    ]


def test_an_unmatched_request_without_any_route_says_how_to_make_one(fake: FakeHTTPBackend, send: Send) -> None:
    """The first thing that goes wrong."""
    with pytest.raises(UnmatchedRequest, match=r'fake.on\("GET", "/path"\)'):
        send(fake, "GET", "/")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"path": "users"}, "'users' is not a path"),
        ({"path": "/users?limit=1"}, "has a query; pass it as query="),
        ({"path": "/{a}/{a}"}, "two parameters of one name"),
        ({"path": "/", "method": "G T"}, "is not a token"),
        ({"path": "/", "headers": {"X-A": "a\nb"}}, "printable ASCII"),
    ],
)
def test_a_pattern_that_no_request_can_match_raises(
    fake: FakeHTTPBackend, arguments: dict[str, Any], message: str
) -> None:
    """It would only ever be unused."""
    with pytest.raises((ConfigurationError, InvalidHeader), match=message):
        fake.on(**{"method": "GET", **arguments})


def test_a_route_records_its_requests(fake: FakeHTTPBackend, send: Send) -> None:
    """In the terms of the call: params, headers, json, form."""
    route = fake.on("POST", "/users").reply(201)
    with pytest.raises(AssertionError, match="POST /users was never called, not called once"):
        route.assert_called_once()
    with pytest.raises(AssertionError, match="POST /users was never called"):
        _ = route.last_request
    send(fake, "POST", "/users", params={"a": [1, 2], "b": "ü"}, headers={"X-A": "1"}, json={"name": "Ada"})
    route.assert_called_once()
    asked = route.last_request
    assert ({"a": ["1", "2"], "b": "ü"}, {"name": "Ada"}, "1") == (asked.params, asked.json, asked.headers["X-a"])
    assert asked.url == "http://fake.invalid/users?a=1&a=2&b=%C3%BC"
    send(fake, "POST", "/users", data={"name": "Ada Lovelace"}, timeout=3.0)
    assert ({"name": "Ada Lovelace"}, 3.0) == (route.last_request.form, route.last_request.timeout.read)
    assert [asked, route.last_request] == route.calls
    with pytest.raises(AssertionError, match="was called 2 times, not called once"):
        route.assert_called_once()
    assert "b=***" in repr(asked)


def test_bodies_of_any_kind_are_recorded(fake: FakeHTTPBackend) -> None:
    """As they would have gone on the wire."""
    route = fake.on("PUT", "/").reply()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    fake.send_sync_request("PUT", "/", content=iter([b"a", b"b"]))
    asyncio.run(fake.send_async_request("PUT", "/", content=pieces()))
    fake.send_sync_request("PUT", "/")
    assert [b"ab", b"ab", None] == [request.content for request in route.calls]


def test_unused_routes_and_queued_answers_can_be_an_error(fake: FakeHTTPBackend, send: Send) -> None:
    """All of them at once."""
    fake.on("GET", "/used").reply()
    fake.on("GET", "/unused")
    fake.queue_response(path="/never")
    send(fake, "GET", "/used")
    fake.assert_all_matched()
    with pytest.raises(AssertionError) as caught:
        fake.assert_all_called()
    assert str(caught.value).splitlines() == [
        "GET /unused was never called",
        "the response queued for any method /never was never used",
    ]
    fake.reset()
    fake.assert_all_called()


def test_an_unmatched_request_is_recorded_even_if_caught(fake: FakeHTTPBackend, send: Send) -> None:
    """Code under test may catch more than it should."""
    with pytest.raises(UnmatchedRequest):
        send(fake, "GET", "/")
    with pytest.raises(AssertionError, match="no route of the fake matches GET"):
        fake.assert_all_matched()
