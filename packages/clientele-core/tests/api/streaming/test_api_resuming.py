"""`Events(resume=3)`: a stream that broke off is gone on with; both modes, every installed backend."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from clientele.api import (
    DeadlineExceeded,
    Events,
    HTTPStatusError,
    ProtocolError,
    ReadError,
    ReadTimeout,
    TransportError,
    WriteError,
)
from clientele.api.streaming.resuming import Resumption
from clientele.http.streams.event_items import EventReading, EventTypes
from clientele_conformance.callers import Caller, calling
from clientele_conformance.installed import MODES, each
from clientele_conformance.servers import Close, Origin, chunk, chunked_head, chunked_response, json_response
from clientele_conformance.servers import response as whole_response

STREAM = [("Content-Type", "text/event-stream")]
QUICK = b"retry: 10\n\n"


@pytest.fixture(params=each(MODES))
def caller(request: pytest.FixtureRequest, origin: Origin) -> Iterator[Caller]:
    name, mode = request.param
    with calling(name, mode, origin.url()) as caller:
        yield caller


def cut(body: bytes) -> list[Any]:
    return [chunked_head(200, STREAM), chunk(body), Close()]


def serve(origin: Origin, *answers: Any) -> list[str | None]:
    """Answer in turn; the last again and again. The ids that were sent are in what is returned."""
    ids: list[str | None] = []

    def answer(request: Any) -> Any:
        ids.append(request.header("last-event-id"))
        return answers[min(len(ids), len(answers)) - 1]

    origin.on("/", answer)
    return ids


def read(caller: Caller, events: Events, **options: Any) -> tuple[list[int], Exception | None]:
    items: list[int] = []
    try:
        with caller.declared(int, events=events, **options)() as stream:
            items.extend(stream)
    except (HTTPStatusError, TransportError) as error:
        return items, error
    return items, None


def test_a_stream_that_broke_off_goes_on(caller: Caller, origin: Origin) -> None:
    """From the id of the last whole event, also one without data; each item once, and the head is the last one's."""
    ids = serve(
        origin,
        cut(QUICK + b"id: 1\ndata: 1\n\nid: 2\ndata: 2\n\nid: 3\ndata: 3"),
        cut(b"id: 3\ndata: 3\n\nid: 4\n\n"),
        chunked_response(b"data: 5\n\ndata: [DONE]\n\n", headers=[*STREAM, ("X-Part", "3")]),
    )
    with caller.declared(int, events=Events(end="[DONE]", resume=3))() as stream:
        assert [1, 2, 3, 5] == list(stream)
        assert "3" == stream.response.headers["x-part"]
    assert [None, "2", "4"] == ids


def test_a_body_that_ends_before_its_stream_goes_on_too(caller: Caller, origin: Origin) -> None:
    """The end that is declared is missing; one without such an end is complete."""
    ids = serve(
        origin,
        chunked_response(QUICK + b"id: 1\ndata: 1\n\n", headers=STREAM),
        chunked_response(b"data: 2\n\ndata: x\n\n", headers=STREAM),
    )
    assert ([1, 2], None) == read(caller, Events(end="x", resume=1))
    assert [None, "1"] == ids
    assert ([2], None) == read(caller, Events(end="x", resume=1))


def test_the_number_of_resumptions_is_limited(caller: Caller, origin: Origin) -> None:
    """Then the error is the last one's, and all items have been handed out."""
    ids = serve(origin, cut(QUICK + b"id: 1\ndata: 1\n\n"))
    items, error = read(caller, Events(resume=2))
    assert ([1, 1, 1], ReadError) == (items, type(error))
    assert [None, "1", "1"] == ids


def test_without_the_option_nothing_is_sent_twice(caller: Caller, origin: Origin) -> None:
    """As for any other call."""
    ids = serve(origin, cut(QUICK + b"id: 1\ndata: 1\n\n"))
    items, error = read(caller, Events())
    assert ([1], ReadError, [None]) == (items, type(error), ids)


@pytest.mark.parametrize(
    ("verb", "body", "connections"),
    [
        ("get", QUICK + b"data: 1\n\n", 1),
        ("get", QUICK, 2),
        ("post", QUICK, 1),
        ("post", QUICK + b"id: 1\ndata: 1\n\n", 2),
        ("get", b"retry: 61000\n\nid: 1\ndata: 1\n\n", 1),
        ("get", "retry: 10\nid: é\ndata: 1\n\n".encode(), 1),
    ],
)
def test_nothing_is_repeated_or_lost(verb: str, body: bytes, connections: int, caller: Caller, origin: Origin) -> None:
    """A stream without ids is begun anew only where that does no harm; and nobody waits for more than a minute."""
    ids = serve(origin, cut(body), whole_response(204))
    _, error = read(caller, Events(resume=3), verb=verb)
    assert connections == len(ids)
    assert (connections == 1) == isinstance(error, ReadError)


@pytest.mark.parametrize("status", [204, 200])
def test_a_204_ends_the_events(status: int, caller: Caller, origin: Origin) -> None:
    """By 204, or by a body that ends."""
    ids = serve(origin, cut(QUICK + b"id: 1\ndata: 1\n\n"), whole_response(status, STREAM))
    assert ([1], None) == read(caller, Events(resume=3))
    assert 2 == len(ids)


def test_a_refusal_ends_it(caller: Caller, origin: Origin) -> None:
    """A status is an answer."""
    ids = serve(origin, cut(QUICK + b"id: 1\ndata: 1\n\n"), json_response({}, 503))
    items, error = read(caller, Events(resume=3))
    assert [1] == items
    assert isinstance(error, HTTPStatusError)
    assert 2 == len(ids)


def test_the_rest_of_the_request_stays(caller: Caller, origin: Origin) -> None:
    """Query, headers and body; what the caller has said of the id counts until there is another."""
    serve(origin, cut(QUICK + b"id: 8\ndata: 1\n\n"), whole_response(204))
    headers = {"Last-Event-ID": "7", "X-A": "a"}
    declared = caller.declared(int, verb="post", events=Events(resume=1), headers=headers)
    with declared(limit=3, data={"a": 1}) as stream:
        assert [1] == list(stream)
    first, second = origin.requests
    assert ("7", "8") == (first.header("last-event-id"), second.header("last-event-id"))
    for request in (first, second):
        assert ("POST", "a", b'{"a":1}') == (request.method, request.header("x-a"), request.body)
    assert first.target == second.target


def test_leaving_the_block_ends_it(caller: Caller, origin: Origin) -> None:
    """Between two events, on the second connection, which is free then."""
    serve(origin, cut(QUICK + b"id: 1\ndata: 1\n\n"), [chunked_head(200, STREAM), chunk(b"data: 2\n\n"), Close()])
    with caller.declared(int, events=Events(resume=3))() as stream:
        assert [1, 2] == [next(stream), next(stream)]
    origin.wait_until_open(0)


def test_each_connection_is_a_call_to_the_log(caller: Caller, origin: Origin, caplog: pytest.LogCaptureFixture) -> None:
    """So that an operator sees what breaks."""
    caplog.set_level(logging.INFO, "clientele")
    serve(origin, cut(QUICK + b"id: 1\ndata: 1\n\n"), chunked_response(b"data: 2\n\n", headers=STREAM))
    assert ([1, 2], None) == read(caller, Events(resume=3))
    lines = [message for message in caplog.messages if "items" in message]
    assert 2 == len(lines)
    assert "ReadError" in lines[0]
    assert "ended after 1 items" in lines[1]


# The decisions by themselves.


def reading_of(body: bytes, resume: int = 3) -> EventReading:
    reading = EventReading(EventTypes(Events(resume=resume), int, whole=False))
    if body:
        assert len(list(reading.connected(None).feed(body))) == reading.count
    return reading


@pytest.mark.parametrize(
    ("body", "error", "pause"),
    [
        (b"id: 1\ndata: 1\n\n", ReadError("r"), 1.0),
        (b"id: 1\ndata: 1\n\n", ReadTimeout("r"), 1.0),
        (b"id: 1\ndata: 1\n\nretry: 250\n", WriteError("r"), 0.25),
        (b"retry: 0\n\nid: 1\ndata: 1\n\n", ReadError("r"), 0.0),
        (b"retry: 60000\nid: 1\ndata: 1\n\n", ReadError("r"), 60.0),
        (b"retry: 60001\nid: 1\ndata: 1\n\n", ReadError("r"), None),
        (b"retry: 999999999999999999\nid: 1\ndata: 1\n\n", ReadError("r"), None),
        (b"id: 1\ndata: 1\n\n", DeadlineExceeded("r"), None),
        (b"id: 1\ndata: 1\n\n", ProtocolError("r"), None),
        (b"id: 1\ndata: 1", ReadError("r", request_method="POST"), None),
        (b"id: 1\ndata: 1", ReadError("r", request_method="GET"), 1.0),
        (b"data: 1\n\n", ReadError("r", request_method="GET"), None),
        (b"id: \x01\ndata: 1\n\n", ReadError("r"), None),
        (b"", ReadError("r", request_method="GET"), None),
    ],
)
def test_when_it_is_gone_on_with(body: bytes, error: TransportError, pause: float | None) -> None:
    """As a table."""
    assert pause == Resumption(reading_of(body), {}).pause(error)


def test_a_body_that_is_gone_cannot_be_sent_again() -> None:
    """Its stream ends with the error."""
    reading = reading_of(b"id: 1\ndata: 1\n\n")
    assert Resumption(reading, {"content": iter([b"a"])}).pause(ReadError("r")) is None
    assert 1.0 == Resumption(reading, {"content": b"a"}).pause(ReadError("r"))
