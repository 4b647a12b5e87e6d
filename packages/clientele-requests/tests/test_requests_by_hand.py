"""The session of `build_client`, used as any session of requests."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import urllib3

from clientele_conformance.servers import Close, Origin, certificates, head, redirect, response
from clientele_requests import RequestsHTTPBackend


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """As a backend would use it."""
    backend = RequestsHTTPBackend(verify=certificates().ca_path)
    session = backend.build_client()
    yield session
    backend.close_client(session)


@pytest.fixture(params=["http", "https"])
def origin(request: pytest.FixtureRequest) -> Iterator[Origin]:
    """A server, with and without TLS."""
    with Origin(tls=certificates().server_context() if request.param == "https" else None) as origin:
        yield origin


def test_an_answer_is_decoded(session: requests.Session, origin: Origin) -> None:
    """And its connection used for the next one."""
    origin.on("/", response(200, [("Content-Encoding", "gzip")], gzip.compress(b'{"a": [1, 2]}')))
    for _ in range(2):
        assert {"a": [1, 2]} == session.get(origin.url("/"), params={"b": "c d"}).json()
    assert ["/?b=c+d"] * 2 == [request.target for request in origin.requests]
    assert origin.connections == (2 if hasattr(urllib3, "HttpVersion") else 1)  # On urllib3-future each is used once.


@pytest.mark.parametrize(
    "body",
    [
        lambda: b"x" * 100_000,
        lambda: "x" * 100_000,
        lambda: bytearray(b"x" * 100_000),
        lambda: io.BytesIO(b"x" * 100_000),
        lambda: iter([b"x" * 60_000, b"", "x" * 40_000]),
    ],
    ids=["bytes", "str", "bytearray", "file", "iterator"],
)
def test_a_body_is_sent(body: Any, session: requests.Session, origin: Origin) -> None:
    """In every form that requests takes."""
    session.post(origin.url("/"), data=body(), headers={"X-Bytes": b"1"}, timeout=(5, 5))
    assert b"x" * 100_000 == origin.requests[0].body
    assert "1" == origin.requests[0].header("x-bytes")


def test_redirects_are_followed(session: requests.Session, origin: Origin) -> None:
    """As requests does it."""
    origin.on("/", redirect("/next"))
    origin.on("/next", response(body=b"next"))
    answer = session.get(origin.url("/"))
    assert (b"next", [302]) == (answer.content, [step.status_code for step in answer.history])


@pytest.mark.parametrize("size", [1, 3, None])
def test_a_stream_comes_in_pieces(size: int | None, session: requests.Session, origin: Origin) -> None:
    """Of the size that is asked for."""
    origin.on("/", response(body=b"abcdefg"))
    with session.get(origin.url("/"), stream=True) as answer:
        pieces = list(answer.iter_content(size))
    assert b"abcdefg" == b"".join(pieces)
    assert all(len(piece) <= (size or 7) for piece in pieces)


def test_a_fault_is_an_exception_of_requests(session: requests.Session, origin: Origin) -> None:
    """Before the body, and within it."""
    origin.on("/", Close())
    origin.on("/body", [head(200, [("Content-Length", "10")]) + b"half", Close()])
    for path in ("/", "/body"):
        with pytest.raises(requests.RequestException):
            session.get(origin.url(path))


def test_a_silence_is_a_timeout(session: requests.Session, origin: Origin) -> None:
    """As requests calls it."""
    origin.on("/", head(200)[:10])
    with pytest.raises(requests.ReadTimeout):
        session.get(origin.url("/"), timeout=0.2)
