"""The end of a stream: read, left, or cut short, it holds nothing back, and it never held more than a little."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import time
import tracemalloc
from collections.abc import AsyncGenerator, Generator

import pytest

from clientele_conformance.rules import rule
from clientele_conformance.servers import (
    LAST_CHUNK,
    Answer,
    Close,
    Origin,
    Pause,
    Repeat,
    Reset,
    Stall,
    chunk,
    chunked_head,
    head,
    response,
)
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import end_of, raised, read_up_to
from clientele_conformance.suite.base import NewSubject, Suite, only
from clientele_conformance.suite.streams_wire import PLENTY, coded

_ENDLESS: Answer = [chunked_head(), chunk(PLENTY), Stall()]

_GZIP, _GZIPPED = coded([b"1\n2\n", b"3\n"], "gzip")

CUT: dict[str, Answer] = {
    "closed within a chunk": [chunked_head(), chunk(b"1\n2\n"), b"9\r\n33", Close()],
    "reset within a chunk": [chunked_head(), chunk(b"1\n2\n"), b"9\r\n33", Pause(0.1), Reset()],
    "closed before the last chunk": [chunked_head(), chunk(b"1\n2\n33"), Close()],
    "closed within a known length": [head(200, [("Content-Length", "9")]), b"1\n2\n33", Close()],
    "a chunk that is none": [chunked_head() + chunk(b"1\n2\n33") + b"zz\r\n", Stall()],
    "garbage behind the gzip": [chunked_head(headers=_GZIP), chunk(gzip.compress(b"1\n2\n33") + b"garbage"), Stall()],
    "closed within the gzip": [head(200, _GZIP), _GZIPPED[0], _GZIPPED[1][:1], Close()],
}
"""Streams that end too early: after two items and before, or in the middle of, a third."""


_MIB = 1 << 20
_MANY_LINES = (b'{"text": "' + b"x" * 4000 + b'"}\n') * 16


class StreamEndRules(Suite):
    """STM-7 and STM-8."""

    @rule("STM-7")
    @pytest.mark.parametrize("kind", [bytes, str, int])
    def test_leaving_early_closes_the_connection(self, kind: type, subject: Subject, origin: Origin) -> None:
        """What is left of the body may be endless, so it isn't read."""
        origin.on("/", _ENDLESS)
        with subject.stream("GET", origin.url("/"), kind) as items:
            next(items)
            origin.wait_until_open(1)
        origin.wait_until_open(0)

    @rule("STM-7")
    def test_leaving_early_over_tls_closes_the_connection(self, new_subject: NewSubject, tls_origin: Origin) -> None:
        """A server that says no goodbye isn't waited for."""
        tls_origin.on("/", _ENDLESS)
        with new_subject(verify=False).stream("GET", tls_origin.url("/"), int) as items:
            next(items)
        tls_origin.wait_until_open(0)

    @rule("STM-7")
    def test_leaving_early_frees_a_slot(self, new_subject: NewSubject, origin: Origin) -> None:
        """The next call can be made with the only connection there may be."""
        origin.on("/", _ENDLESS)
        origin.on("/next", response(body=b"next"))
        subject = new_subject(max_connections=1)
        for _ in range(3):
            with subject.stream("GET", origin.url("/"), int) as items:
                next(items)
        assert b"next" == subject.send("GET", origin.url("/next")).content

    @rule("STM-7")
    def test_an_exception_of_the_readers_closes_the_connection(self, subject: Subject, origin: Origin) -> None:
        """And passes through."""
        origin.on("/", _ENDLESS)
        with pytest.raises(LookupError), subject.stream("GET", origin.url("/"), int) as items:
            raise LookupError(next(items))
        origin.wait_until_open(0)

    @rule("STM-7")
    def test_an_exception_of_the_parsers_closes_the_connection(self, subject: Subject, origin: Origin) -> None:
        """And passes through."""
        origin.on("/", _ENDLESS)

        def parser(line: str) -> None:
            raise LookupError(line)

        with pytest.raises(LookupError), subject.stream("GET", origin.url("/"), str, parser) as items:
            next(items)
        origin.wait_until_open(0)

    @rule("STM-7")
    def test_a_stream_that_is_left_unread_holds_nothing(self, new_subject: NewSubject, origin: Origin) -> None:
        """Leaving before the first item is as good as after it."""
        origin.on("/", _ENDLESS)
        origin.on("/next", response(body=b"next"))
        subject = new_subject(max_connections=1)
        with subject.stream("GET", origin.url("/"), int):
            pass
        assert b"next" == subject.send("GET", origin.url("/next")).content
        assert origin.open_connections <= 1

    @rule("STM-7")
    def test_a_stream_read_to_its_end_gives_the_connection_back(self, subject: Subject, origin: Origin) -> None:
        """The next request is made on it."""
        origin.on("/", [chunked_head(), chunk(b"1\n2"), LAST_CHUNK])
        for _ in range(3):
            with subject.stream("GET", origin.url("/"), int) as items:
                assert [1, 2] == list(items)
        assert {origin.requests[0].connection_id} == {request.connection_id for request in origin.requests}

    @rule("STM-7")
    @only("async")
    @pytest.mark.parametrize("way", ["cancel", "break"])
    def test_a_task_that_stops_reading_frees_the_connection(
        self, way: str, new_subject: NewSubject, origin: Origin
    ) -> None:
        """Cancelled while it waits for an item, or out of its block."""
        origin.on("/", _ENDLESS)

        async def read() -> None:
            async with contextlib.aclosing(backend.handle_async_stream("GET", origin.url("/"), int)) as items:
                async for _ in items:
                    began.set()
                    if way == "break":
                        break

        async def main() -> None:
            reading = asyncio.create_task(read())
            await began.wait()
            if way == "cancel":
                await asyncio.sleep(0.05)
                reading.cancel()
            await asyncio.wait([reading], timeout=5)
            assert ("cancelled" if way == "cancel" else "returned None") == end_of(reading)
            await asyncio.to_thread(origin.wait_until_open, 0)
            await backend.aclose()

        backend, began = new_subject().backend, asyncio.Event()
        asyncio.run(main())

    @rule("STM-7", coding="identity")
    @rule("RSP-2", coding="gzip")
    @pytest.mark.parametrize(("cut", "coding"), [(cut, "gzip" if "gzip" in cut else "identity") for cut in CUT])
    def test_a_stream_that_was_cut_short_raises(
        self, cut: str, coding: str, new_subject: NewSubject, origin: Origin
    ) -> None:
        """After the items that are complete; half an item is none."""
        del coding
        origin.on("/", CUT[cut])
        read, error = read_up_to(new_subject(timeout=5.0), origin.url("/"), int)
        assert ([1, 2], "an error") == (read, raised(error))
        origin.wait_until_open(0)

    @rule("STM-8")
    @pytest.mark.parametrize("kind", [bytes, str, dict])
    def test_memory_does_not_grow_with_what_is_read(self, kind: type, subject: Subject, origin: Origin) -> None:
        """However much that is."""
        times = 50 * _MIB // len(_MANY_LINES)
        origin.on("/", [chunked_head(), Repeat(chunk(_MANY_LINES), times), LAST_CHUNK])
        read, peak = _read_all(subject, origin.url("/"), kind)
        # A piece of the body may be more than one of its chunks.
        assert read >= (50 if kind is bytes else times)
        assert peak < 8 * _MIB

    @rule("STM-8")
    def test_memory_does_not_grow_with_what_is_not_read(self, subject: Subject, origin: Origin) -> None:
        """A server that is faster than the reader has to wait."""
        origin.on("/", [chunked_head(), Repeat(chunk(_MANY_LINES), 100 * _MIB // len(_MANY_LINES)), LAST_CHUNK])
        read, peak = _read_all(subject, origin.url("/"), str, most=3, pause=0.2)
        assert 3 == read
        assert peak < 8 * _MIB


def _read_all(subject: Subject, url: str, kind: type, most: int | None = None, pause: float = 0) -> tuple[int, int]:
    """How many items there were, and the most bytes that were allocated from the first one on."""
    items = subject.backend.handle_sync_stream if subject.mode == "sync" else subject.backend.handle_async_stream
    reading = items("GET", url, kind)
    try:
        if isinstance(reading, Generator):
            return _count(reading, most, pause)
        return asyncio.run(_acount(reading, most, pause))
    finally:
        tracemalloc.stop()


def _count(items: Generator[object, None, None], most: int | None, pause: float) -> tuple[int, int]:
    with contextlib.closing(items):
        next(items)
        tracemalloc.start()
        read = 1
        while read != most and next(items, None) is not None:
            read += 1
            if pause:
                time.sleep(pause)
        return read, tracemalloc.get_traced_memory()[1]


async def _acount(items: AsyncGenerator[object, None], most: int | None, pause: float) -> tuple[int, int]:
    async with contextlib.aclosing(items):
        await anext(items)
        tracemalloc.start()
        read = 1
        while read != most and await anext(items, None) is not None:
            read += 1
            if pause:
                await asyncio.sleep(pause)
        return read, tracemalloc.get_traced_memory()[1]
