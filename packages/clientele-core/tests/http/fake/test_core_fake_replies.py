"""The fake's replies: their order, functions, errors and invalid values."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from clientele.http import FakeHTTPBackend, Response
from clientele.http.errors import ConfigurationError, ConnectError, ReadError
from clientele.http.fake import Answer, FakeRequest, Lines, Reply, RouteWithoutReply

Send = Callable[..., Response]


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


def test_a_fake_that_is_not_strict_has_a_default_response(send: Send) -> None:
    """The seed's form stays, beside routes too."""
    fake = FakeHTTPBackend(default_status=202)
    fake.on("GET", "/known").reply(204)
    assert [204, 202] == [send(fake, "GET", path).status_code for path in ("/known", "/unknown")]


def test_the_first_matching_route_responds(fake: FakeHTTPBackend, send: Send) -> None:
    """And a queued answer comes before all of them, once."""
    fake.on("GET", "/users/me").reply(200, "me")
    fake.on("GET", "/users/{id}").reply(200, "somebody")
    fake.queue_response(status=503, path="/users/{id}", method="GET", headers={"Retry-After": "1"})
    assert send(fake, "GET", "/users/me").headers["retry-after"] == "1"
    assert ["me", "somebody"] == [send(fake, "GET", path).text for path in ("/users/me", "/users/1")]


def test_a_queued_response_waits_for_its_request(send: Send) -> None:
    """One for another path or method is kept for that."""
    fake = FakeHTTPBackend()
    fake.queue_response(status=201, path="/b")
    fake.queue_response(status=202, method="DELETE")
    fake.queue_response(status=203)
    calls = [("GET", "/a"), ("GET", "/a"), ("DELETE", "/a"), ("GET", "/b"), ("GET", "/b")]
    assert [203, 200, 202, 201, 200] == [send(fake, *call).status_code for call in calls]


def test_replies_are_used_in_turn_and_the_last_is_repeated(fake: FakeHTTPBackend, send: Send) -> None:
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


def test_an_error_has_the_url_of_each_request(fake: FakeHTTPBackend, send: Send) -> None:
    """The same instance may answer many requests."""
    fake.on(None, "/{path}").reply_with(ReadError("cut"))
    for path in ("/a", "/b"):
        with pytest.raises(ReadError) as caught:
            send(fake, "GET", path)
        assert caught.value.request_url == f"http://fake.invalid{path}"


def test_an_asynchronous_function_replies_to_asynchronous_calls(fake: FakeHTTPBackend) -> None:
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


def test_an_invalid_reply_raises(fake: FakeHTTPBackend, send: Send) -> None:
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


def test_a_route_without_a_reply_raises(fake: FakeHTTPBackend, send: Send) -> None:
    """What was forgotten is not an empty answer; and the route knows of the request."""
    route = fake.on("GET", "/users/{id}")
    with pytest.raises(RouteWithoutReply, match=r"the route for GET /users/\{id\} has no reply.*\.reply\(200"):
        send(fake, "GET", "/users/7")
    route.assert_called_once()


def test_a_redirect_is_followed_from_route_to_route(fake: FakeHTTPBackend, send: Send) -> None:
    """As by every backend: the method, the body and credentials change as they would."""
    fake.on("POST", "/old").reply(303, headers={"Location": "https://other.example/new"})
    new = fake.on("GET", "https://other.example/new").reply(200, "here")
    options: dict[str, Any] = {"json": 1, "headers": {"X-Api-Key": "k"}, "follow_redirects": True}
    response = send(fake, "POST", "/old", **options)
    assert ("here", 1) == (response.text, len(response.history))
    assert (new.last_request.content, "x-api-key" in new.last_request.headers) == (None, False)
    assert len(fake.requests) == 1


def test_an_iterator_can_be_used_once(fake: FakeHTTPBackend, send: Send) -> None:
    """A second answer would be empty, and nobody would know."""
    fake.on("GET", "/").reply(200, Lines(iter(["a"])))
    assert send(fake, "GET", "/").text == "a\n"
    with pytest.raises(ConfigurationError, match="an iterator can be used for one response only"):
        send(fake, "GET", "/")


def test_each_queued_response_is_used_once_by_racing_threads(fake: FakeHTTPBackend) -> None:
    """A fake may be shared."""
    for number in range(200):
        fake.queue_response(content=number)
    with ThreadPoolExecutor(20) as threads:
        seen = list(threads.map(lambda _: fake.send_sync_request("GET", "/").json(), range(200)))
    assert sorted(seen) == list(range(200))
