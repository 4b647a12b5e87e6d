"""The head of a stream: its status and headers, before its first item; both modes, every installed backend."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from clientele.api import APIClient, AsyncStream, HTTPStatusError, Response, Stream
from clientele.http import FakeHTTPBackend, HTTPBackend
from clientele.http.retrying import RetryBackend
from clientele_conformance.callers import Caller, calling
from clientele_conformance.installed import MODES, each
from clientele_conformance.servers import Close, Origin, WaitFor, chunk, chunked_head, json_response


@pytest.fixture(params=each(MODES))
def caller(request: pytest.FixtureRequest, origin: Origin) -> Iterator[Caller]:
    name, mode = request.param
    with calling(name, mode, origin.url()) as caller:
        yield caller


@pytest.fixture
def fake() -> FakeHTTPBackend:
    return FakeHTTPBackend(default_content=[1, 2, 3])


def test_an_entered_stream_has_its_head_before_its_first_item(caller: Caller, origin: Origin) -> None:
    """STM-1 which the server sends only then."""
    entered = threading.Event()
    head = chunked_head(206, [("X-Request-Id", "r7")])
    origin.on("/", [head, WaitFor(entered), chunk(b"1\n2\n"), chunk(b""), Close()])
    with caller.declared(int)() as stream:
        found = stream.response
        assert (206, "r7", b"") == (found.status_code, found.headers["x-request-id"], found.content)
        entered.set()
        assert [1, 2] == list(stream)
        assert found is stream.response
    assert 1 == len(origin.requests)


def test_a_stream_that_was_begun_has_its_head_too(caller: Caller, origin: Origin) -> None:
    """Entering it afterwards takes no item."""
    origin.on("/", [chunked_head(headers=[("X-Request-Id", "r7")]), chunk(b"1\n2\n3\n"), chunk(b""), Close()])
    stream = caller.declared(int)()
    assert 1 == next(stream)
    assert "r7" == stream.response.headers["x-request-id"]
    with stream, stream:
        assert [2, 3] == list(stream)


def test_an_error_status_raises_when_the_stream_is_entered(caller: Caller, origin: Origin) -> None:
    """STM-6 with its body."""
    origin.on("/", json_response({"detail": "no"}, 422))
    stream = caller.declared(int)()
    with pytest.raises(HTTPStatusError) as raised:
        stream.__enter__()
    assert {"detail": "no"} == raised.value.response.json()
    assert [] == list(stream)


def test_a_stream_closed_before_its_first_item_frees_its_connection(caller: Caller, origin: Origin) -> None:
    """STM-7 although its body has not begun."""
    left = threading.Event()
    origin.on("/", [chunked_head(), WaitFor(left), Close()])
    with caller.declared(int)() as stream:
        assert 200 == stream.response.status_code
    left.set()
    origin.wait_until_open(0)


def test_a_function_that_yields_has_the_head_of_what_it_was_given(fake: FakeHTTPBackend) -> None:
    """Its own code begins with the first item."""
    api = APIClient(base_url="https://h", http_backend=fake)
    began = []

    @api.get("/x", streaming_response=True)
    def doubled(result: Iterator[int]) -> Iterator[int]:
        began.append(1)
        for number in result:
            yield 2 * number

    @api.get("/x", streaming_response=True)
    async def adoubled(result: AsyncIterator[int]) -> AsyncIterator[int]:
        async for number in result:
            yield 2 * number

    made: Any = doubled()
    with made as stream:
        assert 200 == stream.response.status_code
        assert [] == began
        assert [2, 4, 6] == list(stream)

    async def read() -> list[int]:
        amade: Any = adoubled()
        async with amade as astream:
            assert 200 == astream.response.status_code
            return [number async for number in astream]

    assert [2, 4, 6] == asyncio.run(read())


def test_hooks_and_the_log_know_nothing_of_the_pause(fake: FakeHTTPBackend, caplog: pytest.LogCaptureFixture) -> None:
    """The head is told when it is there, and counted are items."""
    caplog.set_level(logging.INFO, "clientele")
    told: list[object] = []
    api = APIClient(base_url="https://h", http_backend=fake, on_request=told.append, on_response=told.append)

    @api.get("/x", streaming_response=True)
    def numbers(result: Stream[int]) -> Stream[int]:
        return result

    @api.get("/x", streaming_response=True)
    async def anumbers(result: AsyncStream[int]) -> AsyncStream[int]:
        return result

    with numbers() as stream:
        assert 2 == len(told)
        assert isinstance(told[1], Response)
        assert [1, 2, 3] == list(stream)
    assert "ended after 3 items" in caplog.messages[-1]

    async def read() -> list[int]:
        async with await anumbers() as astream:
            assert 4 == len(told)
            return [number async for number in astream]

    assert [1, 2, 3] == asyncio.run(read())
    assert "ended after 3 items" in caplog.messages[-1]


def test_wrappers_hand_the_head_on(fake: FakeHTTPBackend) -> None:
    """And a retry may come before it."""
    fake.queue_response(status=503)
    api = APIClient(base_url="https://h", http_backend=RetryBackend(fake, backoff=0.001))

    @api.get("/x", streaming_response=True)
    def numbers(result: Stream[int]) -> Stream[int]:
        return result

    with numbers() as stream:
        assert 200 == stream.response.status_code
        assert [1, 2, 3] == list(stream)
    assert 2 == len(fake.requests)


def test_a_backend_by_hand_gives_items_only(fake: FakeHTTPBackend) -> None:
    """It gets no option that it doesn't know, and the stream is what it was."""

    class ByHand(HTTPBackend):
        build_client = build_async_client = send_sync_request = send_async_request = close = aclose = None  # type: ignore[assignment]
        handle_async_stream = convert_to_response = None  # type: ignore[assignment]

        def handle_sync_stream(self, *arguments: Any, **options: Any) -> Any:
            yield from [len(options), 2]

    api = APIClient(base_url="https://h", http_backend=ByHand())

    @api.get("/x", streaming_response=True)
    def numbers(result: Stream[int]) -> Stream[int]:
        return result

    with numbers() as stream:
        with pytest.raises(NotImplementedError, match="is not a TransportBackend"):
            _ = stream.response
        assert [0, 2] == list(stream)
