"""Event streams through what stands around a backend, and on those that reach no network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from clientele.api import APIClient, Events, Timeout
from clientele.http import FakeHTTPBackend, HTTPBackend
from clientele.http.in_process import ASGIBackend, WSGIBackend
from clientele.http.recording import RecordingBackend
from clientele.http.retrying import RetryBackend

STREAM = {"Content-Type": "text/event-stream"}
FIRST = b"retry: 1\n\nid: 1\ndata: 1\n\n"
SECOND = b"data: 2\n\ndata: [DONE]\n\n"
EVENTS = Events(end="[DONE]", resume=1)


def read(backend: HTTPBackend, mode: str = "sync", **settings: Any) -> list[int]:
    api = APIClient(base_url="https://h", http_backend=backend, **settings)

    @api.get("/x", streaming_response=True, events=EVENTS)
    def numbers(result: Iterator[int]) -> Iterator[int]:
        return result

    @api.get("/x", streaming_response=True, events=EVENTS)
    async def anumbers(result: AsyncIterator[int]) -> AsyncIterator[int]:
        return result

    async def aread() -> list[int]:
        async with await anumbers() as stream:  # type: ignore[attr-defined]
            return [number async for number in stream]

    if mode == "async":
        return asyncio.run(aread())
    with numbers() as stream:  # type: ignore[attr-defined]
        return list(stream)


@pytest.fixture
def fake() -> FakeHTTPBackend:
    fake = FakeHTTPBackend()
    for content in (FIRST, SECOND):
        fake.queue_response(content=content, headers=STREAM)
    return fake


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_the_fake_is_gone_on_with(mode: str, fake: FakeHTTPBackend) -> None:
    """In tests as in earnest."""
    assert [1, 2] == read(fake, mode)
    assert "1" == fake.requests[1]["kwargs"]["headers"]["Last-Event-ID"]


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_each_connection_may_be_tried_again(mode: str, fake: FakeHTTPBackend) -> None:
    """Before its first event."""
    fake.reset()
    for status, content in ((503, b""), (200, FIRST), (503, b""), (200, SECOND)):
        fake.queue_response(status=status, content=content, headers=STREAM)
    assert [1, 2] == read(RetryBackend(fake, backoff=0.001), mode)
    assert 4 == len(fake.requests)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_recording_has_each_connection(mode: str, fake: FakeHTTPBackend, tmp_path: Path) -> None:
    """And replays them, in either mode."""
    cassette = tmp_path / "stream.yaml"
    assert [1, 2] == read(RecordingBackend(fake, cassette), mode)
    for again in ("sync", "async"):
        assert [1, 2] == read(RecordingBackend(FakeHTTPBackend(), cassette, "none"), again)


def test_an_application_that_goes_on_is_left() -> None:
    """What it says behind the end is for nobody."""
    ended = []

    def wsgi(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", list(STREAM.items()))
        yield b"data: 1\n\ndata: [DONE]\n\n"
        yield b"data: 2\n\n"
        ended.append("wsgi")

    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for body in (b"data: 1\n\ndata: [DONE]\n\n", b"data: 2\n\n"):
            await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        ended.append("asgi")

    assert [1] == read(WSGIBackend(wsgi))
    assert [1] == read(ASGIBackend(asgi), "async")
    assert ["wsgi", "asgi"] == ended


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("timeout", [None, 20.0, Timeout(None, total=20.0)])
def test_any_limit_goes_with_an_end(mode: str, timeout: Any, fake: FakeHTTPBackend) -> None:
    """That the rest of a body is read for a moment only changes no limit of the call."""
    assert [1, 2] == read(fake, mode, timeout=timeout)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_backend_by_hand_raises(mode: str) -> None:
    """Before anything is sent."""

    class ByHand(HTTPBackend):
        build_client = build_async_client = send_sync_request = send_async_request = close = aclose = None  # type: ignore[assignment]
        handle_sync_stream = handle_async_stream = convert_to_response = None  # type: ignore[assignment]

    with pytest.raises(NotImplementedError, match="events: the backend is not a TransportBackend"):
        read(ByHand(), mode)
