"""Streams as callers have them: decorated functions, both modes, every installed backend, real sockets."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from clientele.api import (
    APIException,
    HTTPStatusError,
    InvalidPathValue,
    ReadError,
    ResponseValidationError,
)
from clientele.http.message.body.server_sent_events import ServerSentEvent as Event
from clientele_conformance.callers import Caller, calling
from clientele_conformance.installed import MODES, each
from clientele_conformance.servers import (
    Close,
    Origin,
    Stall,
    WaitFor,
    chunk,
    chunked_head,
    head,
    json_response,
    redirect,
    response,
)


class User(BaseModel):
    id: int


class Movie(TypedDict):
    id: int


def uses_once(caller: Caller) -> bool:
    """CON-4 and STM-7, a known gap: requests on urllib3-future, which niquests puts in urllib3's place."""
    return caller.name == "requests" and hasattr(importlib.import_module("urllib3"), "HttpVersion")


@pytest.fixture(params=each(MODES))
def caller(request: pytest.FixtureRequest, origin: Origin) -> Iterator[Caller]:
    name, mode = request.param
    with calling(name, mode, origin.url()) as caller:
        yield caller


LINES = b'{"id":1}\n\n{"id":2}'
EVENTS = b'event: new\nid: 7\ndata: {"id":\ndata: 1}\n\n: a comment\ndata: {"id":2}\n\n'


@pytest.mark.parametrize("as_iterator", [False, True], ids=["stream", "iterator"])
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (str, ['{"id":1}', "", '{"id":2}']),
        (User, [User(id=1), User(id=2)]),
        (Movie, [{"id": 1}, {"id": 2}]),
        (dict[str, int], [{"id": 1}, {"id": 2}]),
        (User | int, [User(id=1), User(id=2)]),
        (Any, [{"id": 1}, {"id": 2}]),
    ],
    ids=str,
)
def test_a_line_is_an_item(kind: Any, expected: list[Any], as_iterator: bool, caller: Caller, origin: Origin) -> None:  # noqa: FBT001
    """STM-4 of the type that `Stream[T]` or `Iterator[T]` says."""
    origin.on("/", response(headers=[("Content-Type", "application/x-ndjson")], body=LINES))
    with caller.declared(kind, as_iterator=as_iterator)() as stream:
        assert expected == list(stream)


def test_bytes_are_the_body(caller: Caller, origin: Origin) -> None:
    """STM-4 piece by piece."""
    origin.on("/", [chunked_head(), chunk(b"a\n"), chunk(b"\xff"), chunk(b""), Close()])
    with caller.declared(bytes)() as stream:
        assert b"a\n\xff" == b"".join(stream)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (User, [User(id=1), User(id=2)]),
        (Event[User], [Event(User(id=1), "new", "7"), Event(User(id=2), id="7")]),
        (Event[str], [Event('{"id":\n1}', "new", "7"), Event('{"id":2}', id="7")]),
        (str, EVENTS.decode().split("\n")[:-1]),
    ],
    ids=str,
)
def test_an_event_is_an_item(kind: Any, expected: list[Any], caller: Caller, origin: Origin) -> None:
    """STM-5 its data for a JSON type, all of it for `ServerSentEvent[T]`."""
    origin.on("/", response(headers=[("Content-Type", "text/event-stream")], body=EVENTS))
    with caller.declared(kind)() as stream:
        assert expected == list(stream)


@pytest.mark.parametrize("media_type", ["text/plain", "text/event-stream"])
def test_a_parser_makes_the_items(media_type: str, caller: Caller, origin: Origin) -> None:
    """STM-5 of the raw lines, whatever they are; what it raises reaches the caller, and the connection is free."""
    origin.on("/", [chunked_head(headers=[("Content-Type", media_type)]), chunk(b"data: 1\n\ndata: x\n"), Stall()])
    with caller.declared(int, response_parser=lambda line: int(line.removeprefix("data: ")))() as stream:
        assert 1 == next(stream)
        with pytest.raises(ValueError, match="invalid literal"):
            next(stream)
    origin.wait_until_open(0)


def test_a_stream_is_an_iterator_and_a_context_manager(caller: Caller, origin: Origin) -> None:
    """One object is both, whatever it was declared as."""
    origin.on("/", response(body=b"1\n2\n3\n"))
    stream = caller.declared(int, as_iterator=True)()
    assert stream is iter(stream)
    with stream as entered:
        assert entered is stream
        assert [1, 2, 3] == [next(stream), *stream]
        assert [] == list(stream)


def test_nothing_is_sent_before_the_stream_is_used(caller: Caller, origin: Origin) -> None:
    """One that is never entered, and never asked for an item, costs nothing, and leaves nothing behind."""
    origin.on("/", response(body=b"1\n"))
    stream = caller.declared(int)()
    with pytest.raises(RuntimeError, match="before the stream is entered"):
        _ = stream.response
    stream.close()
    assert [] == list(stream)
    with stream:
        assert [] == list(stream)
    assert [] == origin.requests


def test_a_wrong_call_raises_before_it_is_sent(caller: Caller, origin: Origin) -> None:
    """By the call itself, not by its first item."""
    with pytest.raises(InvalidPathValue, match="user_id"):
        caller.declared(int, "/users/{user_id}")(user_id="..")
    assert [] == origin.requests


def test_items_arrive_as_they_are_sent(caller: Caller, origin: Origin) -> None:
    """STM-1 the server sends the second when the caller has the first."""
    taken = threading.Event()
    origin.on("/", [chunked_head(), chunk(b"1\n"), WaitFor(taken), chunk(b"2\n"), chunk(b""), Close()])
    with caller.declared(int)() as stream:
        assert 1 == next(stream)
        taken.set()
        assert [2] == list(stream)


def test_arguments_go_where_they_go(caller: Caller, origin: Origin) -> None:
    """Path, query and body, as in any call."""
    origin.on("/users/7/log", response(body=b"1\n"))
    with caller.declared(int, "/users/{user_id}/log", verb="post")(user_id=7, limit=3, data={"of": "all"}) as stream:
        assert [1] == list(stream)
    request = origin.requests[0]
    assert ("POST", "/users/7/log?limit=3", b'{"of":"all"}') == (request.method, request.target, request.body)


@pytest.mark.parametrize("how", ["leave", "close", "raise"])
def test_leaving_the_block_frees_the_connection(how: str, caller: Caller, origin: Origin) -> None:
    """STM-7 at once, although the server has more to say; there are no more items then."""
    origin.on("/", [chunked_head(), chunk(b"1\n2\n"), Stall()])
    stream = caller.declared(int)()
    if how == "raise":
        with pytest.raises(LookupError), stream:  # noqa: PT012
            assert 1 == next(stream)
            raise LookupError
    elif how == "close":
        assert 1 == next(stream)
        stream.close()
        stream.close()
    else:
        with stream:
            assert 1 == next(stream)
    origin.wait_until_open(0)
    assert [] == list(stream)


def test_a_stream_that_was_read_gives_its_connection_back(caller: Caller, origin: Origin) -> None:
    """STM-7 the next call uses it."""
    origin.on("/", response(body=b"1\n"))
    for _ in range(3):
        with caller.declared(int)() as stream:
            assert [1] == list(stream)
    assert (3 if uses_once(caller) else 1) == origin.connections
    if not uses_once(caller):
        origin.wait_until_open(1)


def test_an_error_status_raises_before_the_first_item(caller: Caller, origin: Origin) -> None:
    """STM-6 with a body that can be read; the connection is free."""
    origin.on("/", json_response({"detail": "no"}, 422, [("X-Request-Id", "r7")]))
    for _ in range(2):
        with pytest.raises(HTTPStatusError) as raised, caller.declared(User)() as stream:
            next(stream)
        answer = raised.value.response
        assert (422, {"detail": "no"}, "r7") == (answer.status_code, answer.json(), answer.headers["x-request-id"])
    assert (2 if uses_once(caller) else 1) == origin.connections
    if not uses_once(caller):
        origin.wait_until_open(1)


def test_a_redirect_of_a_stream_raises(caller: Caller, origin: Origin) -> None:
    """STM-6 unless it is followed."""
    origin.on("/", redirect("/there"))
    origin.on("/there", response(body=b"1\n"))
    with pytest.raises(APIException, match="302"), caller.declared(int)() as stream:
        next(stream)
    with caller.declared(int, follow_redirects=True)() as stream:
        assert [1] == list(stream)


def test_a_stream_that_is_cut_raises_after_its_items(caller: Caller, origin: Origin) -> None:
    """STM-7 those that are complete."""
    origin.on("/", [head(200, [("Content-Length", "100")]), b"1\n2\n3", Close()])
    read: list[int] = []
    with pytest.raises(ReadError), caller.declared(int)() as stream:
        read.extend(stream)
    assert [1, 2] == read


def test_an_item_that_is_not_as_declared_is_named(caller: Caller, origin: Origin) -> None:
    """STM-9 by its index, with the head of the response; the connection is free."""
    origin.on("/", [chunked_head(headers=[("X-Request-Id", "r7")]), chunk(b'{"id":1}\n\n{"id":"x"}\n'), Stall()])
    read: list[User] = []
    with (
        pytest.raises(ResponseValidationError, match=r"item 1 of the stream .*: id: Input should be a") as raised,
        caller.declared(User)() as items,
    ):
        read.extend(items)
    assert [User(id=1)] == read
    assert "r7" == raised.value.response.headers["x-request-id"]
    origin.wait_until_open(0)
