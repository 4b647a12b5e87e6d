"""Bodies of the fake that arrive piece by piece, with waits and breaks in them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from time import monotonic
from typing import Any

import pytest

from clientele.http import FakeHTTPBackend, Timeout
from clientele.http.errors import ConfigurationError, DeadlineExceeded, HTTPStatusError, ReadError, ReadTimeout
from clientele.http.fake import Chunks, Lines, Reply

Collect = Callable[..., list[Any]]


@pytest.fixture(params=["sync", "async"])
def collect(request: pytest.FixtureRequest) -> Collect:
    """The items of a stream over a fake, each with the pieces seen so far, in each mode."""

    def sync(fake: FakeHTTPBackend, kind: Any, into: list[Any], **options: Any) -> list[Any]:
        into.extend(fake.handle_sync_stream("GET", "/", kind, **options))
        return into

    def asynchronous(fake: FakeHTTPBackend, kind: Any, into: list[Any], **options: Any) -> list[Any]:
        async def run() -> None:
            async for item in fake.handle_async_stream("GET", "/", kind, **options):
                into.append(item)  # noqa: PERF401 - what came before an error counts

        asyncio.run(run())
        return into

    return sync if request.param == "sync" else asynchronous


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(strict=True)


def test_lines_arrive_one_by_one(fake: FakeHTTPBackend, collect: Collect) -> None:
    """STM-1: the next is not made before the last was seen."""
    seen: list[Any] = []

    def lines() -> Iterator[dict[str, int]]:
        for number in range(3):
            assert len(seen) == number
            yield {"n": number}

    fake.on("GET", "/").reply(200, Lines(lines()))
    assert [{"n": 0}, {"n": 1}, {"n": 2}] == collect(fake, dict, seen)


def test_a_chunk_may_end_within_a_line_and_a_character(fake: FakeHTTPBackend, collect: Collect) -> None:
    """STM-2: what arrives together is the wire's business."""
    content = Chunks([b"\xc3", b"\xa4\n\xc3\xb6", b"\nend"])
    fake.on("GET", "/").reply(200, content, headers={"Content-Type": "text/plain"})
    assert ["ä", "ö", "end"] == collect(fake, str, [])


def test_an_asynchronous_iterable_needs_an_asynchronous_call(fake: FakeHTTPBackend) -> None:
    """It is closed with the stream."""
    ended = []

    async def lines() -> AsyncIterator[str]:
        try:
            yield "a"
            yield "b"
        finally:
            ended.append(True)

    fake.on("GET", "/").reply_with(lambda _: Reply(200, Lines(lines())))

    async def first() -> Any:
        stream = fake.handle_async_stream("GET", "/", str)
        item = await anext(stream)
        await stream.aclose()
        return item

    assert ("a", [True]) == (asyncio.run(first()), ended)
    with pytest.raises(TypeError, match="Lines: an asynchronous iterable can't be the response to a synchronous call"):
        fake.send_sync_request("GET", "/")


def test_an_iterator_is_closed_with_the_stream(fake: FakeHTTPBackend) -> None:
    """A stream that is left half-way is over for its source, too."""
    ended = []

    def lines() -> Iterator[str]:
        try:
            yield "a"
            yield "b"
        finally:
            ended.append(True)

    fake.on("GET", "/").reply(200, Lines(lines()))
    stream = fake.handle_sync_stream("GET", "/", str)
    assert next(stream) == "a"
    stream.close()
    assert [True] == ended


def test_an_error_interrupts_a_body(fake: FakeHTTPBackend, collect: Collect) -> None:
    """The complete items come first."""
    fake.on("GET", "/").reply(200, Lines(["a", ReadError("the peer left")]))
    seen: list[Any] = []
    with pytest.raises(ReadError, match=r"GET http://fake\.invalid/: the peer left"):
        collect(fake, str, seen)
    assert ["a"] == seen


def test_a_list_of_pieces_answers_every_request(fake: FakeHTTPBackend, collect: Collect) -> None:
    """Unlike an iterator."""
    fake.on("GET", "/").reply(200, Lines(["a"]))
    assert ["a"] == collect(fake, str, []) == collect(fake, str, [])


LATE = [Lines(["a"], delay=3600.0), Chunks([b"a"], delay=3600.0)]


@pytest.mark.parametrize("content", LATE)
def test_a_late_chunk_raises_a_read_timeout_without_waiting(
    fake: FakeHTTPBackend, collect: Collect, content: Any
) -> None:
    """TMO-1: nobody has to wait for what is known to be late."""
    fake.on("GET", "/").reply(200, content)
    started = monotonic()
    with pytest.raises(ReadTimeout):
        collect(fake, str, [], timeout=600.0)
    assert monotonic() - started < 60


def test_a_late_reply_raises_a_read_timeout_without_waiting(fake: FakeHTTPBackend, collect: Collect) -> None:
    """TMO-1: before its head, too."""
    fake.on("GET", "/").reply(200, "late", delay=3600.0)
    started = monotonic()
    with pytest.raises(ReadTimeout):
        collect(fake, str, [], timeout=600.0)
    assert monotonic() - started < 60


@pytest.mark.parametrize("content", LATE)
def test_a_delay_over_the_total_limit_raises_without_waiting(
    fake: FakeHTTPBackend, collect: Collect, content: Any
) -> None:
    """TMO-2: which of the limits is the shorter one says which error it is."""
    fake.on("GET", "/").reply(200, content)
    started = monotonic()
    with pytest.raises(DeadlineExceeded, match="longer than its total limit"):
        collect(fake, str, [], timeout=Timeout(read=900.0, total=600.0))
    with pytest.raises(ReadTimeout):
        collect(fake, str, [], timeout=Timeout(read=600.0, total=900.0))
    assert monotonic() - started < 60


def test_a_delay_within_the_limits_is_waited_for(fake: FakeHTTPBackend, collect: Collect) -> None:
    """It is real time."""
    fake.on("GET", "/").reply(200, Lines(["a", "b"], delay=0.1), delay=0.1)
    started = monotonic()
    assert ["a", "b"] == collect(fake, str, [])
    assert monotonic() - started >= 0.3


def test_the_total_limit_ends_a_body_that_drips(fake: FakeHTTPBackend, collect: Collect) -> None:
    """TMO-2: each piece is in time, all of them are not."""
    fake.on("GET", "/").reply(200, Lines(["a"] * 100, delay=0.3))

    def seen(total: float) -> int:
        items: list[Any] = []
        started = monotonic()
        with pytest.raises(DeadlineExceeded):
            collect(fake, str, items, timeout=Timeout(total=total))
        assert monotonic() - started < total + 15
        assert len(items) <= total / 0.3
        return len(items)

    # On a busy machine, a second may pass before the first piece.
    assert any(seen(total) for total in (1.0, 4.0, 16.0))


def test_the_body_of_an_error_can_be_read_however_it_arrives(fake: FakeHTTPBackend, collect: Collect) -> None:
    """STM-6"""
    fake.on("GET", "/").reply(503, Chunks([b"do", b"wn"]))
    with pytest.raises(HTTPStatusError) as caught:
        collect(fake, dict, [])
    assert caught.value.response.content == b"down"


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_a_response_without_a_body_takes_no_chunk(fake: FakeHTTPBackend, method: str, status: int) -> None:
    """RSP-7"""
    fake.on(method, "/").reply(status, Chunks([b"never"]))
    assert fake.send_sync_request(method, "/").content == b""


def test_invalid_chunks_raise(fake: FakeHTTPBackend) -> None:
    """A negative wait at once, a piece of the wrong kind when it is its turn."""
    with pytest.raises(ConfigurationError, match="delay: -1"):
        Lines([], delay=-1)
    with pytest.raises(ConfigurationError, match="delay: -1"):
        Reply(delay=-1)
    fake.on("GET", "/").reply(200, Chunks(["text"]))
    with pytest.raises(TypeError, match="Chunks: the pieces are bytes, not str"):
        fake.send_sync_request("GET", "/")
