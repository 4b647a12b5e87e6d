"""Connections: how many there are, and what becomes of one whose server stops taking a request."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import urllib3

from clientele.http import Timeout
from clientele.http.errors import ReadError, WriteTimeout
from clientele_conformance.servers import (
    Drain,
    Origin,
    Stall,
    WaitFor,
    certificates,
    chunk,
    chunked_head,
    head,
    response,
)
from clientele_requests import RequestsHTTPBackend

BIG = b"x" * (32 << 20)
REFUSED = response(413, [("Connection", "close")], b"too large")


@pytest.fixture(params=["http", "https"])
def origin(request: pytest.FixtureRequest) -> Iterator[Origin]:
    """A server, with and without TLS."""
    with Origin(tls=certificates().server_context() if request.param == "https" else None) as origin:
        yield origin


@pytest.fixture
def backend() -> Iterator[RequestsHTTPBackend]:
    """A backend that may open two connections."""
    backend = RequestsHTTPBackend(
        max_connections=2, verify=certificates().ca_path, timeout=Timeout(connect=20, read=20, write=1.0)
    )
    yield backend
    backend.close()


@pytest.mark.skipif(hasattr(urllib3, "HttpVersion"), reason="on urllib3-future each connection is used once")
def test_a_connection_that_waits_gives_way(origin: Origin, backend: RequestsHTTPBackend) -> None:
    """To one that is needed elsewhere; the one that has waited longest first."""
    with Origin() as second, Origin() as third:
        for server in (origin, second, third, second, third):
            backend.send_sync_request("GET", server.url("/"))
        origin.wait_until_open(0)
        assert [1, 1, 1] == [server.connections for server in (origin, second, third)]
        backend.send_sync_request("GET", origin.url("/"))
        second.wait_until_open(0)
        assert 1 == third.open_connections


@pytest.mark.parametrize("begun", [b"", head(100), REFUSED[:20]], ids=["nothing", "interim", "half a head"])
def test_an_upload_that_is_not_taken(begun: bytes, origin: Origin, backend: RequestsHTTPBackend) -> None:
    """What is no answer doesn't prolong it. The server sees its end once it reads on."""
    over = threading.Event()
    origin.on("/", [begun, WaitFor(over, 20.0), Drain()], read_body=False)
    with pytest.raises(WriteTimeout):
        backend.send_sync_request("POST", origin.url("/"), content=BIG)
    over.set()
    origin.wait_until_open(0)


def test_a_large_piece_is_not_taken_at_once(origin: Origin, backend: RequestsHTTPBackend) -> None:
    """The limit is for a block of it, however large the caller's pieces are."""
    answer = backend.send_sync_request("POST", origin.url("/"), content=[BIG, b"", BIG])
    assert 64 << 20 == len(origin.requests[0].body)
    assert 200 <= answer.status_code


def test_closing_ends_a_stream_that_another_thread_waits_for(origin: Origin, backend: RequestsHTTPBackend) -> None:
    """It is told at once."""
    origin.on("/", [chunked_head(), chunk(b"one\n"), Stall()])
    items = backend.handle_sync_stream("GET", origin.url("/"), str)
    assert "one" == next(items)
    closing = threading.Timer(0.2, backend.close)
    closing.start()
    with pytest.raises(ReadError):
        next(items)
    closing.join()
    origin.wait_until_open(0)
