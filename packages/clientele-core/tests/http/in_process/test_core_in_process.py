"""Applications called in-process: FastAPI and Flask as users have them, and small ones for what these hide."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import fastapi
import flask
import pytest
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from clientele.api import APIClient
from clientele.http import HTTPBackend, Response, Timeout
from clientele.http.errors import DeadlineExceeded, ReadTimeout
from clientele.http.in_process import ApplicationError, ASGIBackend, WSGIBackend


class User(BaseModel):
    id: int
    name: str


class State:
    """What the applications share with a test."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.happened: list[str] = []


def lines(state: State) -> Iterator[str]:
    """Two lines, the second of which waits until the test has the first."""
    yield '{"id": 1, "name": "a"}\n'
    if not state.go_on.wait(10):
        raise RuntimeError("the first line never arrived")
    yield '{"id": 2, "name": "b"}\n'


def fastapi_app(state: State) -> Any:
    @asynccontextmanager
    async def lifespan(_: fastapi.FastAPI) -> AsyncIterator[dict[str, str]]:
        state.happened.append("startup")
        yield {"greeting": "hello"}
        state.happened.append("shutdown")

    app = fastapi.FastAPI(lifespan=lifespan)

    @app.post("/users/{id}")
    async def create(id: int, request: fastapi.Request, limit: int = 0) -> dict[str, Any]:  # noqa: A002
        return {"id": id, "limit": limit, "body": await request.json(), "agent": request.headers["user-agent"]}

    @app.get("/greeting")
    async def greeting(request: fastapi.Request) -> str:
        return str(request.state.greeting)

    @app.get("/lines")
    async def stream() -> StreamingResponse:
        async def waiting() -> AsyncIterator[str]:
            yield '{"id": 1, "name": "a"}\n'
            assert await asyncio.to_thread(state.go_on.wait, 10)
            yield '{"id": 2, "name": "b"}\n'

        return StreamingResponse(waiting(), media_type="application/x-ndjson")

    @app.get("/wrong")
    async def wrong() -> None:
        raise ValueError("planted in the application")

    @app.get("/slow")
    async def slow() -> None:
        await asyncio.sleep(30)

    @app.get("/later")
    async def later(tasks: fastapi.BackgroundTasks) -> None:
        tasks.add_task(state.happened.append, "background")

    return app


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


def send(backend: HTTPBackend, method: str, url: str, *, is_async: bool, **options: Any) -> Response:
    """One call, and the end of the backend."""
    if not is_async:
        try:
            response: Response = backend.send_sync_request(method, url, **options)
            return response
        finally:
            backend.close()

    async def run() -> Any:
        try:
            return await backend.send_async_request(method, url, **options)
        finally:
            await backend.aclose()

    return asyncio.run(run())  # type: ignore[no-any-return]


def test_a_call_reaches_the_application_as_it_would_over_a_socket(build: Build, is_async: bool) -> None:  # noqa: FBT001
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


def test_a_stream_may_be_left(build: Build, state: State) -> None:
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
def test_an_application_that_is_slow_meets_the_limits(
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


def test_an_asgi_application_lives_from_the_first_call_to_the_end(state: State, is_async: bool) -> None:  # noqa: FBT001
    """Its state is there for each request."""
    backend = ASGIBackend(fastapi_app(state))
    assert state.happened == []
    assert send(backend, "GET", "/greeting", is_async=is_async).json() == "hello"
    assert state.happened == ["startup", "shutdown"]


def test_an_asgi_application_need_not_be_started(state: State, is_async: bool) -> None:  # noqa: FBT001
    """`lifespan=False` leaves it out."""
    send(ASGIBackend(fastapi_app(state), lifespan=False), "GET", "/nowhere", is_async=is_async)
    assert state.happened == []


def test_a_call_ends_after_the_background_tasks_that_it_began(state: State, is_async: bool) -> None:  # noqa: FBT001
    """A test sees what they did."""
    send(ASGIBackend(fastapi_app(state), lifespan=False), "GET", "/later", is_async=is_async)
    assert state.happened == ["background"]


def test_an_application_that_fails_to_start_says_why(is_async: bool) -> None:  # noqa: FBT001
    """The exception of its lifespan is the cause."""

    @asynccontextmanager
    async def lifespan(_: fastapi.FastAPI) -> AsyncIterator[None]:
        raise OSError("no database")
        yield

    with pytest.raises(ApplicationError, match="startup failed: the application raised OSError: no database"):
        send(ASGIBackend(fastapi.FastAPI(lifespan=lifespan)), "GET", "/", is_async=is_async)


def scripted(*messages: dict[str, Any]) -> Any:
    """An ASGI application that sends just these messages, and knows no lifespan."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        for message in messages:
            await send(message)

    return app


START = {"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"1"), (b"X-A", b"2")]}
BODY = {"type": "http.response.body", "body": b"ab", "more_body": True}


def test_repeated_fields_of_an_application_stay_apart(is_async: bool) -> None:  # noqa: FBT001
    """RSP-1: as they were sent."""
    response = send(ASGIBackend(scripted(START, {**BODY, "more_body": False})), "GET", "/", is_async=is_async)
    assert (response.headers.get_list("x-a"), response.content) == (["1", "2"], b"ab")


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ((), "returned without http.response.start"),
        ((BODY,), "sent http.response.body instead of http.response.start"),
        ((START,), "returned without http.response.body"),
        ((START, BODY), "returned without http.response.body"),
        ((START, START), "sent http.response.start instead of http.response.body"),
    ],
)
def test_an_asgi_application_that_breaks_its_protocol_is_told(
    messages: tuple[dict[str, Any], ...],
    reason: str,
    is_async: bool,  # noqa: FBT001
) -> None:
    """What is missing is said, in place of half an answer."""
    with pytest.raises(ApplicationError, match=reason):
        send(ASGIBackend(scripted(*messages)), "GET", "/", is_async=is_async)


def test_a_wsgi_application_may_begin_with_its_first_chunk_or_with_write(is_async: bool) -> None:  # noqa: FBT001
    """PEP 3333 allows both; the iterable is closed."""
    closed = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"b", b"c"])

        def close(self) -> None:
            closed.append(True)

    def late(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("201 Created", [("X-A", "1")])
        yield b"a"

    def writing(environ: dict[str, Any], start_response: Any) -> Body:
        start_response("202 Accepted", [])(b"a")
        return Body()

    first, second = (send(WSGIBackend(app), "GET", "/", is_async=is_async) for app in (late, writing))
    assert ((201, b"a"), (202, b"abc")) == ((first.status_code, first.content), (second.status_code, second.content))
    assert closed == [True]


def test_a_wsgi_application_that_starts_no_response_is_told(is_async: bool) -> None:  # noqa: FBT001
    """In place of a head made up."""

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        return [b"a"]

    with pytest.raises(ApplicationError, match="without calling start_response"):
        send(WSGIBackend(app), "GET", "/", is_async=is_async)


def test_many_calls_at_once_get_their_own_answers(build: Build) -> None:
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
