"""The recipes for backends do what their page says, over real connections."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from urllib3.exceptions import HTTPError

from clientele.http import Timeout
from clientele.http.errors import (
    ConfigurationError,
    DeadlineExceeded,
    InvalidBody,
    ProtocolError,
    ResponseTooLarge,
    TLSError,
)
from clientele.http.runtime.deadline import Deadline, watch
from clientele_conformance.servers import (
    Answer,
    Certificates,
    Close,
    Drip,
    HTTP2Origin,
    Origin,
    Repeat,
    Stall,
    WaitFor,
    certificates,
    chunk,
    chunked_head,
    redirect,
    response,
)
from conformance_record import ROOT
from snippets import WRITTEN
from test_docs_api import FENCE

HOW_TO = ROOT / "docs" / "how-to"
RECIPES = HOW_TO / "backend-recipes.md"


def blocks_of(page: Path) -> list[str]:
    return FENCE.findall(page.read_text(encoding="utf-8"))


CODE = "\n\n".join(blocks_of(RECIPES))


@pytest.fixture(scope="module")
def recipes(docs_api: str) -> SimpleNamespace:
    """Everything that the page defines."""
    names: dict[str, Any] = {"__name__": "recipes"}
    exec(compile(CODE.replace(WRITTEN, docs_api), "recipes", "exec"), names)  # noqa: S102 - the page is ours
    return SimpleNamespace(**names)


@pytest.fixture
def trusted() -> Certificates:
    return certificates()


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        yield origin


DRIPPING: list[Answer] = [
    chunked_head(),
    chunk(b"first"),
    b"1",
    Drip(b" " * 300, size=1, delay=0.1),  # Within the head of a chunk: nothing of it is the body's.
]
"""For half a minute, in which no limit passes but that of the whole call."""
MOST = 15
"""In seconds: a cut is sooner, and the end of the drip later."""


def test_a_call_whose_time_is_up_is_cut(recipes: SimpleNamespace, origin: Origin) -> None:
    """While its thread waits for the server."""
    origin.on("/", DRIPPING)
    backend = recipes.CuttableHttpx()
    started = monotonic()
    with pytest.raises(DeadlineExceeded):
        backend.send_sync_request("GET", origin.url(), timeout=Timeout(read=20.0, total=0.5))
    assert monotonic() - started < MOST
    backend.close()


def test_a_connection_of_urllib3_is_cut(recipes: SimpleNamespace, origin: Origin) -> None:
    """By the same means, with whichever urllib3 there is."""
    origin.on("/", DRIPPING)
    recipes.this_thread.deadline = deadline = Deadline(0.5)
    watch(deadline)
    started = monotonic()
    with pytest.raises(HTTPError), recipes.watched(recipes.PoolManager(retries=False)) as manager:
        manager.request("GET", origin.url())
    assert deadline.passed
    assert monotonic() - started < MOST
    recipes.this_thread.deadline = None


def test_calls_over_http2_have_connections_of_their_own(recipes: SimpleNamespace, trusted: Certificates) -> None:
    """One at a time on each, which is used again; none is left open."""
    backend = recipes.HTTP2Httpx(http2=True, verify=trusted.ca_path)
    go_on = threading.Event()
    with HTTP2Origin(trusted) as server:
        server.on("/items", b"first", WaitFor(go_on), b"last")
        items = backend.handle_sync_stream("GET", server.url("/items"), bytes)
        assert next(items) == b"first"
        answers = [backend.send_sync_request("GET", server.url("/")) for _ in range(2)]
        go_on.set()
        assert list(items) == [b"last"]
        answers.append(backend.send_sync_request("GET", server.url("/")))
        assert ["2"] * 3 == [answer.http_version for answer in answers]
        first, *others = [request.connection_id for request in server.requests]
        assert first not in others[:2]
        assert others[0] == others[1]
        assert {first, others[0]} == {first, *others}
        lone = backend._natives.lend(None, None).client
        clients = list(lone._all)
        backend.close()
        assert [True, True] == [client.is_closed for client in clients]


def test_a_fault_over_http2_leaves_no_client(recipes: SimpleNamespace, trusted: Certificates) -> None:
    """Its connection is not used again."""
    backend = recipes.HTTP2Httpx(http2=True)
    with Origin(tls=trusted.server_context()) as origin, pytest.raises(TLSError):
        backend.send_sync_request("GET", origin.url())
    lone = backend._natives.lend(None, None).client
    assert (set(), []) == (lone._all, lone._idle)


def test_a_client_of_the_users_is_used(recipes: SimpleNamespace, origin: Origin) -> None:
    """What it has goes to the origin of the call, and not along with a redirect; it stays open."""
    with Origin() as other, httpx.Client(headers={"X-Own": "1"}, params={"p": "1"}, cookies={"c": "1"}) as mine:
        mine.auth = ("user", "planted")
        origin.on("/", redirect(other.url("/there")))
        other.on("/there", response(body=b"ok"))
        backend = recipes.OwnHttpx(client=mine)
        assert backend.send_sync_request("GET", origin.url("/"), follow_redirects=True).content == b"ok"
        backend.send_sync_request("GET", origin.url("/"), headers={"Authorization": "own"})
        backend.close()
        assert not mine.is_closed
        first, last = origin.requests
        assert ("p=1", "1", "c=1") == (first.query, first.header("x-own"), first.header("cookie"))
        assert (first.header("authorization") or "").startswith("Basic ")
        assert last.header("authorization") == "own"
        assert first.header("user-agent") == last.header("user-agent")
        assert [None] * 3 == [other.requests[0].header(name) for name in ("x-own", "cookie", "authorization")]
    with pytest.raises(ConfigurationError, match=r"use a httpx\.Client"):
        recipes.OwnHttpx(client=object())


def test_the_library_is_discreet(recipes: SimpleNamespace, origin: Origin, caplog: pytest.LogCaptureFixture) -> None:
    """About the calls of the backend, whatever the level, and about no others."""
    origin.on("/", response(headers=[("Set-Cookie", "planted")], body=b"ok"))
    caplog.set_level(logging.DEBUG)
    backend = recipes.PlainHttpx()
    backend.send_sync_request("GET", origin.url("/?token=planted"))
    assert b"ok" == b"".join(backend.handle_sync_stream("GET", origin.url("/?token=planted"), bytes))
    backend.close()
    assert [record for record in caplog.records if record.name.startswith("http")]
    assert "planted" not in caplog.text
    httpx.get(origin.url("/?token=planted"))
    assert "planted" in caplog.text


def test_certificates_are_trusted_and_shown(recipes: SimpleNamespace, trusted: Certificates) -> None:
    """Those of a path, of a context and of nobody; a context stays as it is."""
    with Origin(tls=trusted.server_context(client_certificate=True)) as origin:
        origin.on("/", response(body=b"ok"))
        shown = str(trusted.client_path)
        for verify in (False, trusted.ca_path):
            backend = recipes.PlainHttpx(verify=verify, cert=shown)
            assert backend.send_sync_request("GET", origin.url("/")).content == b"ok"
            backend.close()
    with Origin(tls=trusted.server_context()) as origin:
        origin.on("/", response(body=b"ok"))
        for verify in (True, trusted.other_ca_path):
            with pytest.raises(TLSError):
                recipes.PlainHttpx(verify=verify).send_sync_request("GET", origin.url("/"))
        context = trusted.client_context()
        backend = recipes.PlainHttpx(verify=context)
        assert backend.send_sync_request("GET", origin.url("/")).content == b"ok"
        connection = recipes.connection_to(f"127.0.0.1:{origin.port}", backend)
        assert context is connection._context
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"ok"
        connection.close()
        backend.close()


def test_errors_are_mapped(recipes: SimpleNamespace, origin: Origin) -> None:
    """A function declines what isn't the library's; what a body raises stays as it is."""
    backend = recipes.MappedHttpx()
    origin.on("/", [b"no HTTP\r\n\r\n", Close()])
    with pytest.raises(ProtocolError):
        backend.send_sync_request("GET", origin.url("/"))
    for body, error in (([b"one", "two"], InvalidBody), (failing(ValueError("a bad header")), ValueError)):
        with pytest.raises(error) as raised:
            backend.send_sync_request("POST", origin.url("/"), content=body)
        assert error is raised.type
    assert [ProtocolError, None] == [recipes.not_http(ValueError(text)) for text in ("bad chunk", "not mine")]
    backend.close()


def failing(error: Exception) -> Iterator[bytes]:
    yield b"one"
    raise error


def test_a_body_is_not_read_past_what_the_caller_takes(recipes: SimpleNamespace, origin: Origin) -> None:
    """Though the library would buffer all of it: this one has no end."""
    origin.on("/", [chunked_head(), Repeat(chunk(b"x" * 100), 20), Stall()])
    backend = recipes.BufferingHttpx(max_response_bytes=1000)
    with pytest.raises(ResponseTooLarge):
        backend.send_sync_request("GET", origin.url("/"), timeout=20.0)
    backend.close()
