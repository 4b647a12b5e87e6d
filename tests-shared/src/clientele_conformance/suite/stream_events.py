"""Server-sent events, as the HTML standard reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.http.errors import ResponseTooLarge, ResponseValidationError
from clientele.http.message.body.server_sent_events import ServerSentEvent
from clientele_conformance.rules import rule
from clientele_conformance.servers import LAST_CHUNK, Close, Origin, Stall, chunk, chunked_head, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import raised, read_up_to
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.streams_wire import SIZES, Waiting, at_intervals, in_chunks, pieces_of

EVENT_STREAM = [("Content-Type", "text/event-stream")]

_Told = tuple[str, str, str, int | None]


def _told(event: ServerSentEvent[Any]) -> tuple[str, Any, str, int | None]:
    return event.event, event.data, event.id, event.retry


def _message(data: str, event: str = "message", last_id: str = "", retry: int | None = None) -> _Told:
    return event, data, last_id, retry


EVENTS: Mapping[str, tuple[bytes, list[_Told]]] = {
    "data": (b"data: a\n\n", [_message("a")]),
    "several": (b"data: a\n\ndata: b\n\n", [_message("a"), _message("b")]),
    "data in several lines": (b"data: a\ndata:b\ndata: \n\n", [_message("a\nb\n")]),
    "one blank is dropped": (b"data:  a \n\n", [_message(" a ")]),
    "no blank": (b"data:a\n\n", [_message("a")]),
    "colons": (b"data: a: b:c\n\n", [_message("a: b:c")]),
    "a type": (b"event: add\ndata: a\n\ndata: b\n\n", [_message("a", "add"), _message("b")]),
    "an empty type": (b"event: add\nevent:\ndata: a\n\n", [_message("a")]),
    "an id lasts": (b"id: 1\ndata: a\n\ndata: b\n\n", [_message("a", last_id="1"), _message("b", last_id="1")]),
    "an id is taken back": (b"id: 1\ndata: a\n\nid\ndata: b\n\n", [_message("a", last_id="1"), _message("b")]),
    "an id without an event": (b"id: 1\n\ndata: a\n\n", [_message("a", last_id="1")]),
    "an id with NUL": (b"id: 1\nid: 2\x003\ndata: a\n\n", [_message("a", last_id="1")]),
    "retry": (b"retry: 3000\ndata: a\n\n", [_message("a", retry=3000)]),
    "retry of its own": (b"retry: 3000\n\ndata: a\n\n", [_message("a")]),
    "retry of one event": (b"retry: 10\ndata: a\n\ndata: b\n\n", [_message("a", retry=10), _message("b")]),
    "retry that is no number": (b"retry: 3s\nretry: -1\nretry: \xd9\xa3\ndata: a\n\n", [_message("a")]),
    "comments": (b": hello\n:\n\ndata: a\n: b\ndata: c\n\n:\n", [_message("a\nc")]),
    "unknown fields": (b"data: a\nnew: b\nDATA: c\n data: d\n\n", [_message("a")]),
    "a field without a value": (b"data\n\ndata\ndata\n\n", [_message(""), _message("\n")]),
    "no data": (b"event: add\nid: 1\n\ndata: a\n\n", [_message("a", last_id="1")]),
    "blank lines": (b"\n\n\ndata: a\n\n\n\n", [_message("a")]),
    "no blank line at the end": (b"data: a\n\ndata: b\n", [_message("a")]),
    "no line end at the end": (b"data: a\n\ndata: b", [_message("a")]),
    "CRLF": (b"data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", [_message("a\nb"), _message("c")]),
    "CR": (b"data: a\rdata: b\r\rdata: c\r\r", [_message("a\nb"), _message("c")]),
    "mixed line ends": (b"data: a\rdata: b\ndata: c\r\n\r\ndata: d\n\r", [_message("a\nb\nc"), _message("d")]),
    "other line ends": ("data: a\u2028b\x85c\x0bd\n\n".encode(), [_message("a\u2028b\x85c\x0bd")]),
    "byte order mark": (b"\xef\xbb\xbfdata: a\n\ndata: \xef\xbb\xbfb\n\n", [_message("a"), _message("\ufeffb")]),
    "byte order mark later": (b"data: a\n\n\xef\xbb\xbfdata: b\n\ndata: c\n\n", [_message("a"), _message("c")]),
    "multi-byte characters": ("data: é日😀\n\n".encode(), [_message("é日😀")]),
    "bytes that aren't UTF-8": (b"data: \xff\n\n", [_message("\ufffd")]),
    "nothing": (b"", []),
}
"""Bodies and the events they are."""


class Price(BaseModel):
    """What an event is about."""

    symbol: str
    price: float


class StreamEventRules(Suite):
    """STM-5."""

    @rule("STM-5")
    @pytest.mark.parametrize("events", EVENTS)
    def test_events_are_read_as_the_standard_says(self, events: str, subject: Subject, origin: Origin) -> None:
        """In pieces of several sizes, so that everything is cut everywhere."""
        body, expected = EVENTS[events]
        for size in SIZES:
            origin.on("/", at_intervals(pieces_of(body, size), EVENT_STREAM))
            with subject.stream("GET", origin.url("/"), ServerSentEvent[str]) as items:
                assert (size, expected) == (size, [_told(event) for event in items])

    @rule("STM-5")
    @pytest.mark.parametrize("content_type", ["text/event-stream", "Text/Event-Stream; charset=utf-8"])
    def test_a_json_type_is_the_data_of_each_event(self, content_type: str, subject: Subject, origin: Origin) -> None:
        """In however many lines it comes."""
        first = b': hi\nevent: tick\nid: 7\ndata: {"symbol": "A",\ndata: "price": 1.5}\n\n'
        body = first + b'data: {"symbol": "B", "price": 2}\n\n'
        origin.on("/", response(headers=[("Content-Type", content_type)], body=body))
        with subject.stream("GET", origin.url("/"), Price) as items:
            assert [Price(symbol="A", price=1.5), Price(symbol="B", price=2)] == list(items)

    @rule("STM-5")
    def test_an_event_has_validated_data(self, subject: Subject, origin: Origin) -> None:
        """`ServerSentEvent[Price]` is the whole event, its data a Price."""
        body = b'event: tick\nid: 7\nretry: 10\ndata: {"symbol": "A", "price": 1.5}\n\n'
        origin.on("/", response(headers=EVENT_STREAM, body=body))
        with subject.stream("GET", origin.url("/"), ServerSentEvent[Price]) as items:
            (event,) = items
        assert ("tick", Price(symbol="A", price=1.5), "7", 10) == _told(event)

    @rule("STM-5")
    @pytest.mark.parametrize("kind", [Price, ServerSentEvent[Price]])
    def test_data_that_is_not_as_declared(self, kind: Any, subject: Subject, origin: Origin) -> None:
        """The error has the index of the event."""
        body = b': hi\n\ndata: {"symbol": "A", "price": 1.5}\n\ndata: {"symbol": "B"}\n\n'
        origin.on("/", response(headers=EVENT_STREAM, body=body))
        read: list[Any] = []
        with pytest.raises(ResponseValidationError) as caught, subject.stream("GET", origin.url("/"), kind) as items:
            read.extend(items)
        assert 1 == len(read)
        assert "1" in caught.value.reason

    @rule("STM-5")
    def test_a_parser_gets_the_lines(self, subject: Subject, origin: Origin) -> None:
        """It makes of the fields what it likes."""
        origin.on("/", response(headers=EVENT_STREAM, body=b": hi\nid: 1\ndata: a\n\ndata: b\n\n"))
        with subject.stream("GET", origin.url("/"), str, str.upper) as items:
            assert [": HI", "ID: 1", "DATA: A", "DATA: B"] == list(items)

    @rule("STM-4")
    def test_str_is_every_line_of_an_event_stream(self, subject: Subject, origin: Origin) -> None:
        """As of any body."""
        origin.on("/", response(headers=EVENT_STREAM, body=b"id: 1\ndata: a\n\n"))
        with subject.stream("GET", origin.url("/"), str) as items:
            assert ["id: 1", "data: a", ""] == list(items)

    @rule("STM-5")
    @pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
    def test_an_event_is_not_held_back(self, end: bytes, new_subject: NewSubject, origin: Origin) -> None:
        """It is complete with its empty line, whatever follows."""
        waiting = Waiting(3)
        pieces = [b"data: %d%b%b" % (number, end, end) for number in range(3)]
        origin.on("/", in_chunks(pieces, waiting.steps, EVENT_STREAM))
        with new_subject(timeout=5.0).stream("GET", origin.url("/"), int) as items:
            assert [0, 1, 2] == waiting.read(items)

    @rule("STM-5")
    def test_events_that_were_cut_short_raise(self, subject: Subject, origin: Origin) -> None:
        """After the events that are complete."""
        origin.on("/", [chunked_head(headers=EVENT_STREAM), chunk(b"data: 1\n\ndata: 2\n"), Close()])
        read, error = read_up_to(subject, origin.url("/"), int)
        assert ([1], "an error") == (read, raised(error))

    @rule("STM-5")
    @pytest.mark.parametrize("endless", [b"data: " + b"x" * 2000, b"data: xxxxxxxxx\n" * 200])
    def test_an_event_past_the_limit(self, endless: bytes, subject: Subject, origin: Origin) -> None:
        """Of one line or of many: it has to be held until it is complete."""
        origin.on("/", [chunked_head(headers=EVENT_STREAM), chunk(b"data: 1\n\n" + endless), Stall()])
        read: list[Any] = []
        with (
            pytest.raises(ResponseTooLarge),
            subject.stream("GET", origin.url("/"), ServerSentEvent[str], max_line_bytes=1000) as items,
        ):
            read.extend(items)
        assert [_message("1")] == [_told(event) for event in read]

    @rule("STM-5")
    def test_an_endless_comment_is_no_event(self, subject: Subject, origin: Origin) -> None:
        """Comments keep a connection alive; they don't add up."""
        pieces = [b": still here\n"] * 100 + [b"data: 1\n\n"]
        origin.on("/", [chunked_head(headers=EVENT_STREAM), *map(chunk, pieces), LAST_CHUNK])
        with subject.stream("GET", origin.url("/"), int, max_line_bytes=100) as items:
            assert [1] == list(items)
