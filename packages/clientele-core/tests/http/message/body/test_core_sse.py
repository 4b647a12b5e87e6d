"""Server-sent events out of chunks, held against the algorithm of the HTML standard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import FrozenInstanceError
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientele.http.message.body.lines import LineTooLong
from clientele.http.message.body.server_sent_events import EventDecoder
from clientele.http.message.body.server_sent_events import ServerSentEvent as Event

quick = settings(max_examples=300)

MARK = b"\xef\xbb\xbf"


def events_of(chunks: Iterable[bytes], limit: int | None = None) -> list[Event[str]]:
    decoder = EventDecoder(limit)
    return [event for chunk in chunks for event in decoder.feed(chunk)]


def reference(stream: bytes) -> list[Event[str]]:
    """https://html.spec.whatwg.org/#event-stream-interpretation, step by step, for a whole stream."""
    text = stream.decode("utf-8", errors="replace").removeprefix("\ufeff")
    ended = re.split("\r\n|\n|\r", text)[:-1]
    events: list[Event[str]] = []
    data = kind = last_id = ""
    retry: int | None = None
    for line in ended:
        if line == "":
            if data != "":
                events.append(Event(data[:-1], kind or "message", last_id, retry))
            data, kind, retry = "", "", None
            continue
        field, colon, value = line.partition(":")
        if colon and not field:
            continue
        if value[:1] == " ":
            value = value[1:]
        match field:
            case "data":
                data += value + "\n"
            case "event":
                kind = value
            case "id" if "\0" not in value:
                last_id = value
            case "retry" if re.fullmatch("[0-9]+", value):
                retry = int(value)
    return events


def sized(content: bytes, size: int) -> list[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)]


def pieces(content: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(content) + 1) for cut in cuts), len(content)]
    return [content[start:end] for start, end in pairwise(places)]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"", []),
        (b"\n\n", []),
        (b"data: a\n\n", [Event("a")]),
        (b"data:a\n\n", [Event("a")]),
        (b"data:  a \n\n", [Event(" a ")]),
        (b"data\n\n", [Event("")]),
        (b"data\ndata\n\n", [Event("\n")]),
        (b"data: a\ndata: b\ndata:\n\n", [Event("a\nb\n")]),
        (b"data: a:b\n\n", [Event("a:b")]),
        (b"data: a\n", []),
        (b"data: a\n\ndata: b", [Event("a")]),
        (b": comment\ndata: a\n:\n\n", [Event("a")]),
        (b"Data: a\n data: a\ndata : a\nnews: a\n\n", []),
        (b"event: news\ndata: a\n\ndata: b\n\n", [Event("a", "news"), Event("b")]),
        (b"event: news\n\ndata: a\n\n", [Event("a")]),
        (b"event\ndata: a\n\n", [Event("a")]),
        (b"id: 1\ndata: a\n\ndata: b\n\n", [Event("a", id="1"), Event("b", id="1")]),
        (b"id: 1\n\ndata: a\n\n", [Event("a", id="1")]),
        (b"id: 1\ndata: a\n\nid\ndata: b\n\n", [Event("a", id="1"), Event("b")]),
        (b"id: 1\nid: 2\0\ndata: a\n\n", [Event("a", id="1")]),
        (b"retry: 10\ndata: a\n\ndata: b\n\n", [Event("a", retry=10), Event("b")]),
        (b"retry: 007\ndata: a\n\n", [Event("a", retry=7)]),
        (b"retry: 10\nretry: -1\nretry: 1.5\nretry:\nretry:  1\nretry: \xc2\xb2\ndata: a\n\n", [Event("a", retry=10)]),
        (b"data: a\r\rdata: b\r\n\r\ndata: c\n\r", [Event("a"), Event("b"), Event("c")]),
        (b"data: a\r\n\r", [Event("a")]),
        (b"data: a\r\ndata: b\r\r\n\n", [Event("a\nb")]),
        (MARK + b"data: a\n\n", [Event("a")]),
        (MARK + MARK + b"data: a\n\n", []),
        (b"\n" + MARK + b"data: a\n\n", []),
        (b"data: " + MARK + b"a\n\n", [Event("\ufeffa")]),
        ("data: é😀\u2028\x85\x0b\n\n".encode(), [Event("é😀\u2028\x85\x0b")]),
        (b"data: \xff\n\ndata: \xe2\x82\n\n", [Event("\ufffd"), Event("\ufffd")]),
    ],
)
def test_a_stream_is_read_as_the_standard_says(stream: bytes, events: list[Event[str]]) -> None:
    """STM-5 fields, comments, blank lines, line ends and the mark, in chunks of any size."""
    assert events == reference(stream)
    for size in (1, 2, 3, 1000):
        assert events == events_of(sized(stream, size))
    assert events == events_of(chunk for byte in sized(stream, 1) for chunk in (byte, b""))


TOKENS = [
    b"data", b"event", b"id", b"retry", b"data: ", b"event:", b"id: ", b"retry: ", b":", b" ", b"\r", b"\n", b"\r\n",
    b"\n\n", b"\r\r", MARK, b"\0", b"\xff", b"\xe2\x82", "é😀".encode(), "\u2028".encode(), b"12", b"x",
]  # fmt: skip
CUTS = st.lists(st.integers(0, 300), max_size=8)


@quick
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map(b"".join), CUTS)
def test_cuts_change_nothing(stream: bytes, cuts: list[int]) -> None:
    """STM-5 any cut of any stream, empty chunks included, gives the events of the whole stream."""
    assert reference(stream) == events_of(pieces(stream, cuts))


@quick
@given(st.binary(max_size=40), CUTS)
def test_any_bytes_are_a_stream(noise: bytes, cuts: list[int]) -> None:
    """ERR-2 bytes that are no events cost none of those around them."""
    stream = b"data: a\n\n" + noise + b"\n\ndata: b\n\n"
    assert reference(stream) == events_of(pieces(stream, cuts))


def test_an_event_is_available_after_its_empty_line() -> None:
    """STM-1 none waits for what comes after it, not even for the LF that may belong to its CR."""
    decoder = EventDecoder()
    for end in (b"\n\n", b"\r\r", b"\n", b"\r\n\r"):
        assert [Event("a")] == list(decoder.feed(b"data: a\n" + end))


def test_an_event_can_be_made_by_hand() -> None:
    """STM-5 as a caller's tests do, its type of data named or not; and it can't be changed."""
    assert Event(1) == Event[int](1)
    with pytest.raises(FrozenInstanceError):
        Event(1).data = 2  # type: ignore[misc]


@pytest.mark.parametrize("digits", [20, 4300, 5000, 100_000])
def test_a_retry_of_any_length_costs_no_event(digits: int) -> None:
    """ERR-2 a number with more digits than Python reads is no native error."""
    assert [event.data for event in events_of([b"retry: " + b"9" * digits + b"\ndata: a\n\n"])] == ["a"]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_line_and_data_up_to_the_limit_are_fine(size: int) -> None:
    """STM-3 a line of exactly the limit works, and so does the data of an event, its line feeds counted."""
    assert [Event("1234"), Event("1\n2\n3\n4\n5")] == events_of(
        sized(b"data:1234\r\n\r\ndata:1\ndata:2\ndata:3\ndata:4\ndata:5\n\n", size), limit=9
    )


@pytest.mark.parametrize(
    "stream",
    [b"data:12345", b"data:12345\n", b":234567890", b"data:1234\n" * 3, b"data:1\n\nretry:6789\n", b"data\n" * 11],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_line_or_data_past_the_limit_is_too_long(stream: bytes, size: int) -> None:
    """STM-3 one byte more is LineTooLong, before the line or the event is complete; line feeds of the data count."""
    with pytest.raises(LineTooLong):
        events_of(sized(stream, size), limit=9)


@pytest.mark.parametrize("size", [1, 4, 1000])
def test_events_before_a_line_past_the_limit_are_given(size: int) -> None:
    """STM-7 the complete events come first, wherever the chunks are cut."""
    decoder, events = EventDecoder(9), list[Event[str]]()
    chunks = sized(b"data: a\n\ndata: b\n\n:234567890\n", size)
    with pytest.raises(LineTooLong):
        events.extend(event for chunk in chunks for event in decoder.feed(chunk))
    assert events == [Event("a"), Event("b")]


@pytest.mark.timeout(15)
def test_a_long_line_in_small_chunks_is_linear() -> None:
    """STM-3 a line of 10 MiB works, and what has come of it is not gone through again for every chunk."""
    size = 10 * 1024 * 1024
    chunks = [b"data:", *[b"x" * 1024] * (size // 1024), b"\n\n"]
    assert [size] == [len(event.data) for event in events_of(chunks)]
