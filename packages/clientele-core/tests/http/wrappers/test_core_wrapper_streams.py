"""The flow of a stream: its head, its errors, and its end."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterator
from typing import Any

import pytest

from clientele.http import (
    Call,
    End,
    Flow,
    HTTPBackend,
    Response,
)
from clientele.http.errors import (
    ConfigurationError,
    HTTPStatusError,
    ReadError,
)
from clientele_conformance.installed import MODES, each
from clientele_conformance.servers import Origin, Reset, Stall, chunk, chunked_head, chunked_response, response
from flowing import Flowing, Wrap, ending_early, returning, wrapping


@pytest.fixture(params=each(MODES))
def wrap(request: pytest.FixtureRequest) -> Iterator[Wrap]:
    with wrapping(*request.param) as wrap:
        yield wrap


def test_the_flow_of_a_stream_receives_its_head(wrap: Wrap, origin: Origin) -> None:
    """And the items go past it: the server has not sent the rest when it returns."""
    origin.on("/", [chunked_head(200, [("X-Id", "7")]), chunk(b"one\n"), Stall()])
    seen: list[tuple[int, str | None, bytes, bool]] = []

    def flow(call: Call) -> Flow:
        head = yield call
        seen.append((head.status_code, head.headers.get("x-id"), head.content, call.is_stream))
        return head

    with wrap(flow).stream("GET", origin.url(), str) as items:
        assert "one" == next(items)
    assert [(200, "7", b"", True)] == seen


def test_the_error_of_a_stream_is_a_response_to_its_flow(wrap: Wrap, origin: Origin) -> None:
    """With its body; returned, it raises as it does without a wrapper."""
    origin.on("/", response(503, body=b"busy"), chunked_response(b"one\n"))
    seen: list[bytes] = []

    def flow(call: Call) -> Flow:
        answer = yield call
        seen.append(answer.content)
        if "again" in call.options["headers"]:
            answer = yield call.with_(attempt=2)
        return answer

    with wrap(flow).stream("GET", origin.url(), str, headers={"again": "1"}) as items:
        assert ["one"] == list(items)
    origin.on("/", response(503, body=b"busy"))
    with wrap(flow).stream("GET", origin.url(), str, headers={}) as items, pytest.raises(HTTPStatusError) as caught:
        next(items)
    assert b"busy" == caught.value.response.content
    assert [b"busy", b"busy"] == seen


def test_an_unused_stream_is_closed(wrap: Wrap, origin: Origin) -> None:
    """The one before the last, so that a backend of one connection goes on."""
    origin.on("/", [chunked_head(), chunk(b"one\n"), Stall()])

    def flow(call: Call) -> Flow:
        yield call
        return (yield call.with_(attempt=2))

    with wrap(flow, max_connections=1).stream("GET", origin.url(), str) as items:
        assert "one" == next(items)
    assert 2 == len(origin.requests)


class Noted:
    """What the flow of `noting` goes through."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def flow(self, call: Call) -> Flow:
        answer = yield call
        self.events.append("head")
        try:
            yield End(answer)
        except BaseException as error:
            self.events.append(type(error).__name__)
            raise
        finally:
            self.events.append("over")
        return answer


def test_a_flow_resumes_when_its_response_ends(wrap: Wrap, origin: Origin) -> None:
    """Read, taken to its end, broken off, left, or an error from the start."""
    origin.on("/whole", chunked_response(b"one\n"))
    origin.on("/cut", [chunked_head(), chunk(b"one\n"), Reset()])
    origin.on("/endless", [chunked_head(), chunk(b"one\n"), Stall()])
    origin.on("/missing", response(404))
    noted = Noted()
    subject = wrap(noted.flow)
    assert b"one\n" == subject.send("GET", origin.url("/whole")).content
    with subject.stream("GET", origin.url("/whole"), str) as items:
        assert "one" == next(items)
        assert ["head", "over", "head"] == noted.events
        assert [] == list(items)
    with subject.stream("GET", origin.url("/cut"), str) as items, pytest.raises(ReadError):
        list(items)
    with subject.stream("GET", origin.url("/endless"), str) as items:
        next(items)
    with subject.stream("GET", origin.url("/missing"), str) as items, pytest.raises(HTTPStatusError):
        next(items)
    assert ["ReadError", "GeneratorExit", "HTTPStatusError"] == [
        event for event in noted.events if event not in {"head", "over"}
    ]
    assert 5 == noted.events.count("over")


class Untold(HTTPBackend):
    """Gives items, and knows no options."""

    def build_client(self) -> None: ...

    def build_async_client(self) -> None: ...

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Any: ...

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Any: ...

    def handle_sync_stream(self, *_: Any, **kwargs: Any) -> Generator[Any, None, None]:
        yield from sorted(kwargs)

    async def handle_async_stream(self, *_: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        for name in sorted(kwargs):
            yield name

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        raise TypeError(native_response)

    def close(self) -> None: ...

    async def aclose(self) -> None: ...


def test_a_backend_without_on_head() -> None:
    """Its flow gets one that says nothing, and its caller none; nor is the backend asked for what it doesn't know."""
    heads: list[Response] = []

    def flow(call: Call) -> Flow:
        head = yield call
        heads.append(head)
        return head

    backend = Flowing(Untold(), flow)
    assert ["x"] == list(backend.handle_sync_stream("GET", "http://h/", str, x=1, home="http://h"))
    told: list[Response] = []
    assert ["on_head", "x"] == list(backend.handle_sync_stream("GET", "http://h/", str, x=1, on_head=told.append))
    assert [] == told
    assert [(200, 0)] * 2 == [(head.status_code, len(head.headers)) for head in heads]


def test_another_response_for_a_stream_raises(wrap: Wrap, origin: Origin) -> None:
    """It would have to read all of it."""
    origin.on("/", chunked_response(b"one\n"))
    with (
        wrap(returning(Response(status_code=200, content=b"one\n"))).stream("GET", origin.url(), str) as items,
        pytest.raises(ConfigurationError, match=r"a stream must return the response of the last `yield call`"),
    ):
        next(items)


def test_a_request_after_the_end_of_a_stream_raises(wrap: Wrap, origin: Origin) -> None:
    """Its caller has seen it."""
    origin.on("/", chunked_response(b"one\n"))
    with (
        wrap(ending_early).stream("GET", origin.url(), str) as items,
        pytest.raises(ConfigurationError, match="must not send anything after that"),
    ):
        list(items)
