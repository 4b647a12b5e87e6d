"""Small ASGI and WSGI applications: what the protocols allow, and what raises."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import fastapi
import pytest

from applications import send
from clientele.http.in_process import ApplicationError, ASGIBackend, WSGIBackend


@pytest.fixture(params=["sync", "async"])
def is_async(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "async")


def test_a_failed_startup_raises_its_cause(is_async: bool) -> None:  # noqa: FBT001
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


def test_repeated_fields_of_an_application_stay_separate(is_async: bool) -> None:  # noqa: FBT001
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
def test_an_asgi_protocol_violation_raises(
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


def test_a_wsgi_application_without_start_response_raises(is_async: bool) -> None:  # noqa: FBT001
    """In place of a head made up."""

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        return [b"a"]

    with pytest.raises(ApplicationError, match="without calling start_response"):
        send(WSGIBackend(app), "GET", "/", is_async=is_async)
