"""The fake's routes: which requests they are for, what they answer, and what they tell of afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.http import FakeHTTPBackend, Response
from clientele.http.errors import ConfigurationError, ConnectError, InvalidHeader, ReadError
from clientele.http.fake import Answer, FakeRequest, Lines, Reply, RouteWithoutReply, UnmatchedRequest

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


def test_the_base_url_is_part_of_the_path_and_an_origin_may_be_asked_for(fake: FakeHTTPBackend, send: Send) -> None:
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
def test_a_query_is_compared_whole(
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
def test_a_json_body_has_at_least_what_a_route_asks_for(
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


def test_a_body_that_is_no_json_differs(fake: FakeHTTPBackend, send: Send) -> None:
    """And none is none."""
    fake.on("POST", "/", json={})
    for options in ({}, {"content": b"{"}):
        with pytest.raises(UnmatchedRequest, match="json: no JSON body"):
            send(fake, "POST", "/", **options)


def test_headers_are_compared_whole_and_blind_to_the_case_of_names(fake: FakeHTTPBackend, send: Send) -> None:
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


def test_a_fake_that_is_not_strict_answers_by_default(send: Send) -> None:
    """The seed's form stays, beside routes too."""
    fake = FakeHTTPBackend(default_status=202)
    fake.on("GET", "/known").reply(204)
    assert [204, 202] == [send(fake, "GET", path).status_code for path in ("/known", "/unknown")]


def test_the_route_made_first_answers(fake: FakeHTTPBackend, send: Send) -> None:
    """And a queued answer comes before all of them, once."""
    fake.on("GET", "/users/me").reply(200, "me")
    fake.on("GET", "/users/{id}").reply(200, "somebody")
    fake.queue_response(status=503, path="/users/{id}", method="GET", headers={"Retry-After": "1"})
    assert send(fake, "GET", "/users/me").headers["retry-after"] == "1"
    assert ["me", "somebody"] == [send(fake, "GET", path).text for path in ("/users/me", "/users/1")]


def test_a_queued_answer_waits_for_its_request(send: Send) -> None:
    """One for another path or method is kept for that."""
    fake = FakeHTTPBackend()
    fake.queue_response(status=201, path="/b")
    fake.queue_response(status=202, method="DELETE")
    fake.queue_response(status=203)
    calls = [("GET", "/a"), ("GET", "/a"), ("DELETE", "/a"), ("GET", "/b"), ("GET", "/b")]
    assert [203, 200, 202, 201, 200] == [send(fake, *call).status_code for call in calls]


def test_answers_of_a_sequence_are_given_in_turn_and_the_last_for_good(fake: FakeHTTPBackend, send: Send) -> None:
    """Replies, responses, errors and functions in one."""
    given = Response(status_code=202, headers={"X-A": "1", "Content-Encoding": "gzip"}, content=b"plain")
    answers: list[Answer] = [ConnectError("refused"), given, lambda request: Reply(203, request.path), Reply(204)]
    fake.on("GET", "/").reply_with(*answers)
    with pytest.raises(ConnectError, match=r"GET http://fake\.invalid/: refused") as caught:
        send(fake, "GET", "/")
    assert (caught.value.backend, caught.value.request_sent) == ("fake", False)
    assert ("plain", "1") == ((response := send(fake, "GET", "/")).text, response.headers["x-a"])
    assert send(fake, "GET", "/").text == "/"
    assert [204, 204] == [send(fake, "GET", "/").status_code for _ in range(2)]


def test_an_error_tells_of_each_request_anew(fake: FakeHTTPBackend, send: Send) -> None:
    """The same instance may answer many requests."""
    fake.on(None, "/{path}").reply_with(ReadError("cut"))
    for path in ("/a", "/b"):
        with pytest.raises(ReadError) as caught:
            send(fake, "GET", path)
        assert caught.value.request_url == f"http://fake.invalid{path}"


def test_an_asynchronous_function_answers_asynchronous_calls(fake: FakeHTTPBackend) -> None:
    """A synchronous call can't wait for it, and says so."""

    async def answer(request: FakeRequest) -> Reply:
        await asyncio.sleep(0)
        return Reply(200, request.json)

    fake.on("POST", "/").reply_with(answer)
    assert [1] == asyncio.run(fake.send_async_request("POST", "/", json=[1])).json()
    with pytest.raises(TypeError, match="reply to POST / is a coroutine"):
        fake.send_sync_request("POST", "/", json=[1])


def test_what_a_function_raises_reaches_the_test(fake: FakeHTTPBackend, send: Send) -> None:
    """An assertion in it is the test's own."""

    def check(request: FakeRequest) -> Reply:
        assert request.headers["x-a"] == "2"
        return Reply()

    fake.on("GET", "/").reply_with(check)
    with pytest.raises(AssertionError):
        send(fake, "GET", "/", headers={"X-A": "1"})


def test_what_is_no_answer_is_refused(fake: FakeHTTPBackend, send: Send) -> None:
    """When the route is told, where that can be seen."""
    route = fake.on("GET", "/")
    not_an_answer: Any
    for not_an_answer in ({"id": 1}, ReadError, ValueError("no"), None):
        with pytest.raises(TypeError, match="a reply is a Reply"):
            route.reply_with(not_an_answer)
    plain_value: Any = FakeRequest.params.fget  # type: ignore[attr-defined]  # A function that returns a dict.
    route.reply_with(plain_value)
    with pytest.raises(TypeError, match="the reply to GET / is a dict; return a Reply"):
        send(fake, "GET", "/")


def test_a_route_that_has_no_reply_says_so(fake: FakeHTTPBackend, send: Send) -> None:
    """What was forgotten is not an empty answer; and the route knows of the request."""
    route = fake.on("GET", "/users/{id}")
    with pytest.raises(RouteWithoutReply, match=r"the route for GET /users/\{id\} has no reply.*\.reply\(200"):
        send(fake, "GET", "/users/7")
    route.assert_called_once()


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
def test_a_pattern_that_no_request_can_be_like_is_refused(
    fake: FakeHTTPBackend, arguments: dict[str, Any], message: str
) -> None:
    """It would only ever be unused."""
    with pytest.raises((ConfigurationError, InvalidHeader), match=message):
        fake.on(**{"method": "GET", **arguments})


def test_a_route_tells_what_it_was_asked(fake: FakeHTTPBackend, send: Send) -> None:
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


def test_bodies_of_any_kind_are_kept(fake: FakeHTTPBackend) -> None:
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


def test_an_unmatched_request_is_remembered_though_it_was_caught(fake: FakeHTTPBackend, send: Send) -> None:
    """Code under test may catch more than it should."""
    with pytest.raises(UnmatchedRequest):
        send(fake, "GET", "/")
    with pytest.raises(AssertionError, match="no route of the fake matches GET"):
        fake.assert_all_matched()


def test_a_redirect_is_followed_from_route_to_route(fake: FakeHTTPBackend, send: Send) -> None:
    """As by every backend: the method, the body and credentials change as they would."""
    fake.on("POST", "/old").reply(303, headers={"Location": "https://other.example/new"})
    new = fake.on("GET", "https://other.example/new").reply(200, "here")
    options: dict[str, Any] = {"json": 1, "headers": {"X-Api-Key": "k"}, "follow_redirects": True}
    response = send(fake, "POST", "/old", **options)
    assert ("here", 1) == (response.text, len(response.history))
    assert (new.last_request.content, "x-api-key" in new.last_request.headers) == (None, False)
    assert len(fake.requests) == 1


def test_an_iterator_serves_one_answer_only(fake: FakeHTTPBackend, send: Send) -> None:
    """A second answer would be empty, and nobody would know."""
    fake.on("GET", "/").reply(200, Lines(iter(["a"])))
    assert send(fake, "GET", "/").text == "a\n"
    with pytest.raises(ConfigurationError, match="an iterator can be used for one response only"):
        send(fake, "GET", "/")


def test_answers_are_taken_once_each_by_racing_threads(fake: FakeHTTPBackend) -> None:
    """A fake may be shared."""
    for number in range(200):
        fake.queue_response(content=number)
    with ThreadPoolExecutor(20) as threads:
        seen = list(threads.map(lambda _: fake.send_sync_request("GET", "/").json(), range(200)))
    assert sorted(seen) == list(range(200))
