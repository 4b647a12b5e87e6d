"""A blocked network: in-process backends, backends that aren't transport backends, recordings, and nested blocks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from clientele.api import APIClient, AsyncStream
from clientele.http import FakeHTTPBackend, HTTPBackend, Response
from clientele.http.backends.network import AllowedHosts, NetworkBlocked, network
from clientele.http.in_process import ASGIBackend
from clientele.http.in_process.wsgi import WSGIBackend
from clientele.http.recording import RecordingBackend
from clientele.http.retrying import RetryBackend
from clientele_conformance.servers import Origin, json_response
from clientele_httpx import HttpxHTTPBackend


@pytest.fixture
def origin() -> Iterator[Origin]:
    """Counts what it is asked."""
    with Origin() as origin:
        origin.on("/", json_response({"id": 7}))
        yield origin


@pytest.fixture
def blocked() -> Iterator[None]:
    """No call leaves the process."""
    with network(AllowedHosts(())):
        yield


@pytest.mark.usefixtures("blocked")
def test_in_process_backends_are_not_blocked() -> None:
    """The fake, ASGI and WSGI applications, in both modes."""

    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"asgi"})

    def wsgi(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b"wsgi"]

    for backend in (FakeHTTPBackend(default_content="fake"), ASGIBackend(asgi, lifespan=False), WSGIBackend(wsgi)):
        assert backend.send_sync_request("GET", "https://api.example.com/").status_code == 200
        streamed = b"".join(backend.handle_sync_stream("GET", "https://api.example.com/", bytes))
        assert streamed in {b"fake", b"asgi", b"wsgi"}
        asked = RetryBackend(backend).send_async_request("GET", "https://api.example.com/")
        assert asyncio.run(asked).status_code == 200
        backend.close()


class HandWritten(HTTPBackend):
    """Written from the list of methods alone; what it does is not core's to see."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def build_client(self) -> None: ...

    def build_async_client(self) -> None: ...

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Response:
        self.asked.append(url)
        return Response(status_code=200, content=b"{}")

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Response:
        return self.send_sync_request(method, url)

    def handle_sync_stream(self, method: str, url: str, *of: Any, **kwargs: Any) -> Generator[Any, None, None]:
        self.asked.append(url)
        yield b"{}"

    async def handle_async_stream(self, method: str, url: str, *of: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        self.asked.append(url)
        yield b"{}"

    @staticmethod
    def convert_to_response(native_response: Any) -> Any: ...

    def close(self) -> None: ...

    async def aclose(self) -> None: ...


class InThisProcess(HandWritten):
    in_process = True


def calls(backend: HTTPBackend) -> Iterator[Any]:
    """Every way in which a client or a wrapper hands a call to `backend`."""
    api = APIClient(base_url="https://api.example.com", http_backend=backend)

    @api.get("/", streaming_response=True)
    def lines(result: Iterator[bytes]) -> Iterator[bytes]:
        return result

    @api.get("/", streaming_response=True)
    async def later(result: AsyncStream[bytes]) -> AsyncStream[bytes]:
        return result

    async def go_through() -> None:
        async with await later() as items:
            async for _ in items:
                pass

    yield lambda: api.request("GET", "/")
    yield lambda: asyncio.run(api.arequest("GET", "/"))
    yield lambda: list(lines())
    yield lambda: asyncio.run(go_through())


@pytest.mark.parametrize("wrap", [lambda backend: backend, RetryBackend], ids=["by itself", "wrapped"])
@pytest.mark.usefixtures("blocked")
def test_other_backends_are_blocked_unless_in_process(wrap: Any) -> None:
    """Nobody else knows what it does."""
    backend, inside = HandWritten(), InThisProcess()
    for call in calls(wrap(backend)):
        with pytest.raises(NetworkBlocked, match="have it say `in_process = True`"):
            call()
    assert backend.asked == []
    for call in calls(wrap(inside)):
        call()
    assert len(inside.asked) == 4


@pytest.mark.parametrize("made", [HttpxHTTPBackend, HandWritten])
def test_a_blocked_recording_replays_only(made: Any, tmp_path: Path, origin: Origin) -> None:
    """What it has is answered; what it would ask for names the file, which stays as it is."""
    path = tmp_path / "cassette.yaml"
    recording = RecordingBackend(made(), path)
    with network(AllowedHosts(())), pytest.raises(NetworkBlocked, match=r"cassette\.yaml has no answer"):
        recording.send_sync_request("GET", origin.url("/"))
    assert not path.exists()
    recorded = recording.send_sync_request("GET", origin.url("/")).content
    with network(AllowedHosts(())):
        assert RecordingBackend(made(), path).send_sync_request("GET", origin.url("/")).content == recorded
        asked = RecordingBackend(made(), path, "new").send_async_request("GET", origin.url("/?more"))
        with pytest.raises(NetworkBlocked, match=r"cassette\.yaml has no answer"):
            asyncio.run(asked)
        assert RecordingBackend(FakeHTTPBackend(), tmp_path / "fake.yaml").send_sync_request("GET", origin.url("/"))
    recording.close()


def test_nested_blocks_restore_the_outer_one(origin: Origin) -> None:
    """Blocks may be in blocks."""
    backend = HttpxHTTPBackend()
    with network(AllowedHosts(())):
        with network(None):
            assert backend.send_sync_request("GET", origin.url("/")).is_success
        with pytest.raises(NetworkBlocked):
            backend.send_sync_request("GET", origin.url("/"))
    assert backend.send_sync_request("GET", origin.url("/")).is_success
    backend.close()
