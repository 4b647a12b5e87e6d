"""`events`: which events of a stream are items, what ends it, what is an error; both modes, every installed backend."""

from __future__ import annotations

import asyncio
import importlib
import pickle
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import (
    APIClient,
    AsyncStream,
    EventError,
    Events,
    HTTPStatusError,
    ReadError,
    ResponseValidationError,
    ServerSentEvent,
)
from clientele_conformance.callers import Caller, calling
from clientele_conformance.installed import MODES, each
from clientele_conformance.servers import (
    Close,
    HTTP2Origin,
    Origin,
    Stall,
    WaitFor,
    certificates,
    chunk,
    chunked_head,
    chunked_response,
    json_response,
)
from clientele_conformance.servers import response as whole_response


class Delta(BaseModel):
    n: int


class Usage(BaseModel):
    tokens: int


class Problem(BaseModel):
    title: str


STREAM = [("Content-Type", "text/event-stream; charset=utf-8")]
ALL = Events({"delta": Delta, "usage": Usage, "error": Problem}, end="[DONE]", skip={"ping"})


@pytest.fixture(params=each(MODES))
def caller(request: pytest.FixtureRequest, origin: Origin) -> Iterator[Caller]:
    name, mode = request.param
    with calling(name, mode, origin.url()) as caller:
        yield caller


def uses_once(caller: Caller) -> bool:
    """CON-4 and STM-7, a known gap: requests on urllib3-future, which niquests puts in urllib3's place."""
    return caller.name == "requests" and hasattr(importlib.import_module("urllib3"), "HttpVersion")


def sized(content: bytes, size: int) -> list[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)]


BODY = (
    b": hello\r\n\r\nevent: ping\r\ndata: {}\r\n\r\n"
    b'event: delta\r\ndata: {\r\ndata: "n": 1}\r\n\r\nevent: delta\r\ndata:\r\n\r\n'
    b'event: delta\r\n\r\nid: 7\r\n\r\nretry: 5\r\n\r\nevent: usage\r\ndata: {"tokens":2}\r\n\r\n'
    b'data: [DONE]\r\n\r\nevent: delta\r\ndata: {"n":9}\r\n\r\n'
)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_events_are_distinguished_by_name(size: int, caller: Caller, origin: Origin) -> None:
    """STM-5 comments, empty events, skipped ones and those behind the end are no items, however the body is cut."""
    origin.on("/", chunked_response(*sized(BODY, size), headers=STREAM))
    with caller.declared(Delta | Usage, events=ALL)() as stream:
        assert [Delta(n=1), Usage(tokens=2)] == list(stream)
        assert [] == list(stream)


def test_an_item_may_be_the_whole_event(caller: Caller, origin: Origin) -> None:
    """Its data has the type of its name."""
    origin.on("/", chunked_response(BODY, headers=STREAM))
    expected = [
        ServerSentEvent(Delta(n=1), "delta"),
        ServerSentEvent(Usage(tokens=2), "usage", "7"),
    ]
    with caller.declared(ServerSentEvent[Delta | Usage], events=ALL)() as stream:
        assert expected == list(stream)


@pytest.mark.parametrize("kind", [Delta, dict[str, int], str, Any])
def test_without_names_each_event_is_an_item(kind: Any, caller: Caller, origin: Origin) -> None:
    """Of the type that the stream declares, as OpenAI's are; text is the data, not its lines."""
    origin.on("/", chunked_response(b'data: {"n":1}\n\ndata: {"n":2}\n\ndata: [DONE]\n\n', headers=STREAM))
    with caller.declared(kind, events=Events(end="[DONE]"))() as stream:
        items = list(stream)
    texts = ['{"n":1}', '{"n":2}']
    assert items == (texts if kind is str else [Delta(n=1), Delta(n=2)] if kind is Delta else [{"n": 1}, {"n": 2}])


@pytest.mark.parametrize("last", [b"data: [DONE]\n\n", b"data: [DONE]\n", b"data: [DONE]", b"data:  [DONE] \n\n"])
def test_a_stream_that_is_over_gives_its_connection_back(last: bytes, caller: Caller, origin: Origin) -> None:
    """STM-7 the next call uses it, though the marker came before the end of the body, or without its blank line."""
    origin.on("/", chunked_response(b'data: {"n":1}\n\n', last, headers=STREAM))
    declared = caller.declared(Delta, events=Events(end="[DONE]"))
    for _ in range(3):
        with declared() as stream:
            assert [Delta(n=1)] == list(stream)
    if caller.name == "pyreqwest":  # A thread of its own gives the connection back, maybe after the next call began.
        assert origin.connections < 3
    else:
        assert (3 if uses_once(caller) else 1) == origin.connections


def test_a_stream_that_is_over_needs_no_end_of_its_body(caller: Caller, origin: Origin) -> None:
    """STM-7 a server that goes on, or falls silent, keeps nobody waiting; slot and connection are free."""
    origin.on("/", [chunked_head(200, STREAM), chunk(b'data: {"n":1}\n\ndata: [DONE]\n\n: more\n\n'), Stall()])
    caller.api.configure(timeout=None)
    declared = caller.declared(Delta, events=Events(end="[DONE]"))
    for _ in range(2):
        with declared() as stream:
            assert [Delta(n=1)] == list(stream)
    origin.wait_until_open(0)


@pytest.mark.parametrize("ending", [b"", b'data: {"n":2', b"data: [DONE"])
def test_a_body_that_ends_before_its_stream_is_an_error(ending: bytes, caller: Caller, origin: Origin) -> None:
    """STM-7 after the complete items, though HTTP's own framing was complete."""
    origin.on("/", chunked_response(b'data: {"n":1}\n\n', *filter(None, [ending]), headers=STREAM))
    read: list[Delta] = []
    with (
        pytest.raises(ReadError, match=r"ended without the event that ends it, '\[DONE\]'"),
        caller.declared(Delta, events=Events(end="[DONE]"))() as stream,
    ):
        read.extend(stream)
    assert [Delta(n=1)] == read


def test_an_event_that_is_an_error_raises(caller: Caller, origin: Origin) -> None:
    """After the items before it, with its data; the connection is free."""
    head = chunked_head(200, [*STREAM, ("X-Request-Id", "r7")])
    body = b'event: delta\ndata: {"n":1}\n\nevent: error\ndata: {"title":"Too\\u001b much","detail":"wait"}\n\n'
    origin.on("/", [head, chunk(body), Stall()])
    read: list[Any] = []
    with pytest.raises(EventError) as raised, caller.declared(Delta | Usage, events=ALL)() as stream:
        read.extend(stream)
    assert [Delta(n=1)] == read
    error = raised.value
    assert ("error", Problem(title="Too\x1b much")) == (error.event, error.problem)
    assert ("r7", "wait") == (error.response.headers["x-request-id"], error.response.json()["detail"])
    assert r"the server sent the event 'error': Too\x1b much: wait: GET" in str(error)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (str(error), "error", None) == (str(again), again.event, again.problem)
    origin.wait_until_open(0)


@pytest.mark.parametrize(
    ("data", "errors", "problem"),
    [
        (b"overloaded", Events(), None),
        (b'{"title":"t"}', Events({"error": Problem}), Problem(title="t")),
        (b"overloaded", Events({"error": Problem}), None),
        (b"overloaded", Events({"error": str}), "overloaded"),
        (b"", Events({"error": str}), ""),
    ],
    ids=str,
)
def test_data_that_does_not_validate_hides_no_error(
    data: bytes, errors: Events, problem: Any, caller: Caller, origin: Origin
) -> None:
    """It is raised as what its name says, declared or not."""
    origin.on("/", chunked_response(b"event: error\ndata: " + data + b"\n\n", headers=STREAM))
    with caller.declared(Delta, events=errors)() as stream, pytest.raises(EventError, match="'error': ") as raised:
        next(stream)
    assert problem == raised.value.problem
    assert data == raised.value.response.content


def test_names_of_errors_are_the_apis(caller: Caller, origin: Origin) -> None:
    """And `error` may be an item, where it is none of them."""
    body = b'event: error\ndata: {"n":1}\n\nevent: response.failed\ndata: {"title":"t"}\n\n'
    origin.on("/", chunked_response(body, headers=STREAM))
    events = Events({"error": Delta, "response.failed": Problem}, errors={"response.failed"})
    with caller.declared(Delta, events=events)() as stream:
        assert Delta(n=1) == next(stream)
        with pytest.raises(EventError) as raised:
            next(stream)
    assert Problem(title="t") == raised.value.problem


def test_an_event_of_another_name_is_an_error(caller: Caller, origin: Origin) -> None:
    """That says what to write."""
    origin.on("/", chunked_response(b'event: delta\ndata: {"n":1}\n\nevent: n\x1bew\ndata: {}\n\n', headers=STREAM))
    with caller.declared(Delta | Usage, events=ALL)() as stream:
        next(stream)
        with pytest.raises(ResponseValidationError, match=r"item 1 .* event .*ew' is not one of delta, error, usage; "):
            next(stream)


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"[DONE]", r'if it ends the stream, declare it: events=Events\(end="\[DONE\]"\)'),
        (b"end", r"declare events that end the stream, or aren't items of it: events=Events\(end="),
        (b'{"m":1}', r"n: Field required: GET"),
    ],
)
def test_without_the_option_a_marker_is_an_error_that_names_it(
    data: bytes, hint: str, caller: Caller, origin: Origin
) -> None:
    """Whatever an API ends its stream with."""
    origin.on("/", chunked_response(b'data: {"n":1}\n\ndata: ' + data + b"\n\n", headers=STREAM))
    with caller.declared(Delta)() as stream:
        assert Delta(n=1) == next(stream)
        with pytest.raises(ResponseValidationError, match=hint) as raised:
            next(stream)
    assert "it came" not in str(raised.value)


def test_an_error_status_comes_before_all_events(caller: Caller, origin: Origin) -> None:
    """STM-6 as for any stream."""
    origin.on("/", json_response({"title": "t"}, 422))
    with pytest.raises(HTTPStatusError) as raised:
        caller.declared(Delta | Usage, events=ALL, errors={422: Problem})().__enter__()
    assert Problem(title="t") == raised.value.problem


def test_a_body_of_another_type_has_no_events(caller: Caller, origin: Origin) -> None:
    """Which is said, rather than that there were none."""
    origin.on("/", whole_response(headers=[("Content-Type", "text/html")], body=b"<p>sign in</p>"))
    with pytest.raises(ResponseValidationError, match="no events: its Content-Type is 'text/html'"):
        caller.declared(Delta | Usage, events=ALL)().__enter__()


def test_no_content_is_the_end(caller: Caller, origin: Origin) -> None:
    """Of a stream that has one, too: the server says that there are no more events."""
    origin.on("/", whole_response(204))
    with caller.declared(Delta | Usage, events=ALL)() as stream:
        assert [] == list(stream)


def test_a_stream_that_is_cut_raises_after_its_items(caller: Caller, origin: Origin) -> None:
    """STM-7 as without events."""
    origin.on("/", [chunked_head(200, STREAM), chunk(b'event: delta\ndata: {"n":1}\n\nevent: del'), Close()])
    read: list[Any] = []
    with pytest.raises(ReadError), caller.declared(Delta | Usage, events=ALL)() as stream:
        read.extend(stream)
    assert [Delta(n=1)] == read


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize("backend", ["httpx", "niquests"])
def test_over_http2_other_calls_go_on(backend: str, silent: bool) -> None:  # noqa: FBT001
    """CON-4 a stream that is over costs the others on its connection nothing, whether the server goes on or not."""
    left = threading.Event()
    with HTTP2Origin(certificates()) as server:
        rest: list[Any] = [WaitFor(left)] if silent else []
        server.on("/events", b'data: {"n":1}\n\n', b"data: [DONE]\n\n", *rest, headers=STREAM)
        server.on("/log", b"1\n", WaitFor(left), b"2\n")
        api = APIClient(base_url=server.url(), http_backend=backend, verify=False, http2=True)

        @api.get("/events", streaming_response=True, events=Events(end="[DONE]"))
        async def events(result: AsyncStream[Delta]) -> AsyncStream[Delta]:
            return result

        @api.get("/log", streaming_response=True)
        async def log(result: AsyncStream[int]) -> AsyncStream[int]:
            return result

        async def read() -> tuple[list[Delta], list[int]]:
            async with api, await log() as lines:
                assert "2" == lines.response.http_version
                first = await anext(lines)
                async with await events() as stream:
                    deltas = [delta async for delta in stream]
                left.set()
                return deltas, [first, *[line async for line in lines]]

        assert ([Delta(n=1)], [1, 2]) == asyncio.run(read())
