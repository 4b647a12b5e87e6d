"""Applications called in-process: FastAPI and Flask as users have them, and small ones for what these hide."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import flask
import pytest
from pydantic import BaseModel

from applications import State, fastapi_app, send
from clientele.api import APIClient
from clientele.http import HTTPBackend, Timeout
from clientele.http.errors import DeadlineExceeded, ReadTimeout
from clientele.http.in_process import ApplicationError, ASGIBackend, WSGIBackend


class User(BaseModel):
    id: int
    name: str


def lines(state: State) -> Iterator[str]:
    """Two lines, the second of which waits until the test has the first."""
    yield '{"id": 1, "name": "a"}\n'
    if not state.go_on.wait(10):
        raise RuntimeError("the first line never arrived")
    yield '{"id": 2, "name": "b"}\n'


def flask_app(state: State) -> Any:
    app = flask.Flask("app")
    app.testing = True

    @app.post("/users/<int:id>")
    def create(id: int) -> dict[str, Any]:  # noqa: A002
        request = flask.request
        limit = int(request.args.get("limit", 0))
        return {"id": id, "limit": limit, "body": request.json, "agent": request.headers["user-agent"]}

    @app.get("/lines")
    def stream() -> Any:
        return flask.Response(flask.stream_with_context(lines(state)), mimetype="application/x-ndjson")

    @app.get("/wrong")
    def wrong() -> str:
        raise ValueError("planted in the application")

    @app.get("/slow")
    def slow() -> str:
        state.go_on.wait(30)
        return ""

    return app


@pytest.fixture
def state() -> Iterator[State]:
    state = State()
    yield state
    state.go_on.set()


Build = Callable[..., HTTPBackend]


@pytest.fixture(params=["asgi", "wsgi"])
def build(request: pytest.FixtureRequest, state: State) -> Build:
    """Makes a backend around the application of each kind."""
    if request.param == "asgi":
        return lambda **options: ASGIBackend(fastapi_app(state), **options)
    return lambda **options: WSGIBackend(flask_app(state), **options)


@pytest.fixture(params=["sync", "async"])
def is_async(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "async")


def test_an_application_receives_path_query_headers_and_body(build: Build, is_async: bool) -> None:  # noqa: FBT001
    """Path, query, headers and body; and what it answers comes back."""
    response = send(build(), "POST", "/users/7", is_async=is_async, params={"limit": 3}, json={"name": "Ada"})
    answer = response.json()
    assert (7, 3, {"name": "Ada"}) == (answer["id"], answer["limit"], answer["body"])
    assert answer["agent"].startswith("clientele/")


def test_a_status_of_the_framework_is_a_response(build: Build, is_async: bool) -> None:  # noqa: FBT001
    """404 for what has no route."""
    assert send(build(), "GET", "/nowhere", is_async=is_async).status_code == 404


def test_a_client_calls_an_application(build: Build) -> None:
    """The way a user has it: decorated functions, typed results."""
    backend = build()
    api = APIClient(base_url="https://api.example.com", http_backend=backend)

    @api.post("/users/{id}")
    def create(result: dict[str, Any], id: int, data: dict[str, str]) -> Any:  # noqa: A002
        return result["body"]

    assert create(id=1, data={"name": "Ada"}) == {"name": "Ada"}
    backend.close()


def test_items_arrive_as_the_application_sends_them(build: Build, state: State) -> None:
    """STM-1: the application waits for the first to arrive before it makes the second."""
    backend = build()
    items = backend.handle_sync_stream("GET", "/lines", User)
    assert next(items) == User(id=1, name="a")
    state.go_on.set()
    assert list(items) == [User(id=2, name="b")]
    backend.close()


def test_items_arrive_as_the_application_sends_them_asynchronously(build: Build, state: State) -> None:
    """STM-1: in an asynchronous call, too."""

    async def run() -> list[Any]:
        backend = build()
        stream = backend.handle_async_stream("GET", "/lines", User)
        found = [await anext(stream)]
        state.go_on.set()
        found.extend([item async for item in stream])
        await backend.aclose()
        return found

    assert asyncio.run(run()) == [User(id=1, name="a"), User(id=2, name="b")]


def test_a_stream_can_be_closed_early(build: Build, state: State) -> None:
    """STM-7: the application is told, and the next call works."""
    backend = build()
    items = backend.handle_sync_stream("GET", "/lines", User)
    next(items)
    state.go_on.set()
    items.close()
    assert backend.send_sync_request("GET", "/nowhere").status_code == 404
    backend.close()


def test_what_the_application_raises_is_the_cause(build: Build, is_async: bool) -> None:  # noqa: FBT001
    """A test that fails in the application shows where."""
    with pytest.raises(ApplicationError, match="/wrong: the application raised ValueError: planted") as caught:
        send(build(), "GET", "/wrong", is_async=is_async)
    assert isinstance(caught.value.__cause__, ValueError)
    assert caught.value.__cause__.__traceback__ is not None
    assert not caught.value.retryable


def test_what_the_application_raises_can_be_a_500(build: Build, is_async: bool) -> None:  # noqa: FBT001
    """As over a socket."""
    assert send(build(raise_app_exceptions=False), "GET", "/wrong", is_async=is_async).status_code == 500


@pytest.mark.parametrize(
    ("timeout", "error"), [(0.3, ReadTimeout), (Timeout(total=0.3), DeadlineExceeded)], ids=["read", "total"]
)
def test_a_slow_application_raises_timeouts(
    build: Build,
    is_async: bool,  # noqa: FBT001
    timeout: Any,
    error: type[Exception],
) -> None:
    """TMO-1, TMO-2: the call ends when they say."""
    started = monotonic()
    with pytest.raises(error):
        send(build(timeout=timeout), "GET", "/slow", is_async=is_async)
    assert monotonic() - started < 15


def test_a_head_has_no_body(build: Build, is_async: bool) -> None:  # noqa: FBT001
    """RSP-7: whatever the application sends."""
    assert send(build(), "HEAD", "/nowhere", is_async=is_async).content == b""


def test_concurrent_calls_get_their_own_responses(build: Build) -> None:
    """CON-1: of one loop, and of many threads."""
    backend = build()

    async def run() -> list[int]:
        sent = (backend.send_async_request("POST", f"/users/{number}", json={}) for number in range(50))
        responses = await asyncio.gather(*sent)
        await backend.aclose()
        return [response.json()["id"] for response in responses]

    assert asyncio.run(run()) == list(range(50))
    with ThreadPoolExecutor(10) as threads:
        urls = [f"/users/{number}" for number in range(50)]
        found = threads.map(lambda url: backend.send_sync_request("POST", url, json={}).json()["id"], urls)
        assert list(found) == list(range(50))
    backend.close()
