"""The user's own session, with adapters that aren't ours."""

from __future__ import annotations

import base64
import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3

from clientele.http import Timeout
from clientele.http.errors import (
    ConnectError,
    ConnectTimeout,
    DeadlineExceeded,
    DNSError,
    ProtocolError,
    ProxyError,
    ReadError,
    ReadTimeout,
    TLSError,
    TransportError,
)
from clientele_conformance.servers import (
    Answer,
    Close,
    Drip,
    Origin,
    Reset,
    Stall,
    WaitFor,
    blackhole,
    certificates,
    chunk,
    chunked_head,
    chunked_response,
    head,
    redirect,
    refusing,
    response,
)
from clientele_requests import RequestsHTTPBackend

Errors = type[TransportError] | tuple[type[TransportError], ...]

FAULTS: dict[str, tuple[Answer, Errors]] = {
    "no answer": (Close(), ReadError),
    "reset": (Reset(), ReadError),
    "silence": (Stall(), ReadTimeout),
    "no HTTP": ([b"abc\r\n\r\n", Close()], (ProtocolError, ReadError)),
    "interim only": ([head(103), Close()], (ProtocolError, ReadError)),
    "cut body": ([head(200, [("Content-Length", "10")]) + b"half", Close()], ReadError),
    "cut chunk": ([chunked_head(), chunk(b"half") + b"5\r\nha", Close()], ReadError),
    "silence in the body": ([head(200, [("Content-Length", "10")]) + b"half", Stall()], ReadTimeout),
    "two lengths": ([head(200, [("Content-Length", "2"), ("Content-Length", "3")]) + b"abc", Close()], ProtocolError),
}


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """Reads nothing of the environment."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def origin() -> Iterator[Origin]:
    """A server."""
    with Origin() as origin:
        yield origin


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_error(name: str, session: requests.Session, origin: Origin) -> None:
    """As far as requests tells: it has one exception for most, and urllib3-future sees others than urllib3."""
    answer, error = FAULTS[name]
    origin.on("/", answer)
    backend = RequestsHTTPBackend(client=session, timeout=0.5 if error is ReadTimeout else 20.0)
    with pytest.raises(error) as caught:
        backend.send_sync_request("GET", origin.url("/"))
    assert caught.value.request_sent


def test_no_connection_has_its_error(session: requests.Session) -> None:
    """Nothing was sent."""
    backend = RequestsHTTPBackend(client=session, timeout=0.3)
    with refusing() as (host, port), blackhole() as (far, farther):
        faults: dict[str, type[TransportError]] = {
            f"http://{host}:{port}/": ConnectError,
            "http://no-such-host.invalid/": DNSError,
            f"http://{far}:{farther}/": ConnectTimeout,
        }
        for url, error in faults.items():
            with pytest.raises(error) as caught:
                backend.send_sync_request("GET", url)
            assert not caught.value.request_sent
        session.proxies = {"http": f"http://{host}:{port}"}
        with pytest.raises(ProxyError):
            backend.send_sync_request("GET", "http://example.test/")


def test_its_trust_is_its_own(session: requests.Session) -> None:
    """Whom it verifies is what it was told, not what the backend would say."""
    with Origin(tls=certificates().server_context()) as origin:
        origin.on("/", response(body=b"ok"))
        backend = RequestsHTTPBackend(client=session)
        with pytest.raises(TLSError):
            backend.send_sync_request("GET", origin.url("/"))
        session.verify = str(certificates().ca_path)
        assert b"ok" == backend.send_sync_request("GET", origin.url("/")).content


@pytest.mark.skipif(
    not hasattr(urllib3.HTTPResponse, "read1"),
    reason="before version 2.2 urllib3 waits for as much as it was asked for, or the end: the README says so",
)
def test_a_stream_is_live(session: requests.Session, origin: Origin) -> None:
    """Items come as soon as the server has sent them, however the body is framed."""
    framings: dict[str, tuple[Answer, Answer, Answer]] = {
        "/length": (head(200, [("Content-Length", "12")]), b"one\n", b"two\nend\n"),
        "/close": (head(200, [("Connection", "close")]), b"one\n", [b"two\nend\n", Close()]),
        "/chunked": (chunked_head(), chunk(b"one\n"), [chunk(b"two\n"), chunk(b"end\n"), chunk(b"")]),
    }
    for path, (begin, first, rest) in framings.items():
        seen = threading.Event()
        origin.on(path, [begin, first, WaitFor(seen), rest])
        items = RequestsHTTPBackend(client=session).handle_sync_stream("GET", origin.url(path), str)
        assert "one" == next(items)
        seen.set()
        assert ["two", "end"] == list(items)


def test_a_stream_ends_in_time(session: requests.Session, origin: Origin) -> None:
    """Once the head is there, the connection can be cut."""
    origin.on("/", [chunked_head(), Drip(chunk(b"tick\n") * 1000, 10, 0.05)])
    began = time.monotonic()
    backend = RequestsHTTPBackend(client=session, timeout=Timeout(total=0.4))
    with pytest.raises(DeadlineExceeded):
        list(backend.handle_sync_stream("GET", origin.url("/"), str))
    assert time.monotonic() - began < 15


def test_a_bad_location_is_no_matter(session: requests.Session, origin: Origin) -> None:
    """Nor a good one; both are there to be read, also in the response of requests."""
    for location in ("http://[bad", "/next"):
        origin.on("/", redirect(location))
        answer = RequestsHTTPBackend(client=session).send_sync_request("GET", origin.url("/"))
        assert (302, location) == (answer.status_code, answer.headers["location"])
        assert location == answer.native.headers["Location"]
        assert None is answer.native.next


def test_hooks_see_every_response(session: requests.Session, origin: Origin) -> None:
    """They are the session's own."""
    seen: list[int] = []

    def note(answer: requests.Response, *_: Any, **__: Any) -> None:
        seen.append(answer.status_code)

    session.hooks["response"].append(note)
    origin.on("/", redirect("/next"))
    origin.on("/next", chunked_response(b"o", b"k"))
    backend = RequestsHTTPBackend(client=session, follow_redirects=True)
    assert b"ok" == backend.send_sync_request("GET", origin.url("/")).content
    assert [302, 200] == seen
    assert [note] == session.hooks["response"]


def test_its_netrc_is_read(
    session: requests.Session, origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If it trusts the environment, as sessions do."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password pass\n")
    monkeypatch.setenv("NETRC", str(netrc))
    backend = RequestsHTTPBackend(client=session)
    backend.send_sync_request("GET", origin.url("/"))
    session.trust_env = True
    backend.send_sync_request("GET", origin.url("/"))
    expected = "Basic " + base64.b64encode(b"user:pass").decode()
    assert [None, expected] == [request.header("authorization") for request in origin.requests]


@pytest.mark.parametrize("params", [{"a": ["1", "2"], "b": None}, [("a", "1"), ("a", "2")], "a=1&a=2", b"a=1&a=2"])
def test_its_params_come_in_many_forms(params: Any, session: requests.Session, origin: Origin) -> None:
    """All that requests takes."""
    session.params = params
    RequestsHTTPBackend(client=session).send_sync_request("GET", origin.url("/?x=0"))
    assert ["/?x=0&a=1&a=2"] == [request.target for request in origin.requests]


def test_its_logs_have_no_query(session: requests.Session, origin: Origin, caplog: pytest.LogCaptureFixture) -> None:
    """Of requests of ours; those by hand are logged as urllib3 does it."""
    with caplog.at_level(logging.DEBUG):
        RequestsHTTPBackend(client=session).send_sync_request("GET", origin.url("/a"), params={"key": "secret"})
        assert "/a?key=***" in caplog.text
        assert "secret" not in caplog.text
        session.get(origin.url("/a?key=public"))
        assert "/a?key=public" in caplog.text
