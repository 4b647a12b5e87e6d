"""Recorded with one backend, replayed with any other, sync or async, with the same outcome of every call."""

from __future__ import annotations

import asyncio
import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clientele.http import FakeHTTPBackend, HTTPBackend, Response, ServerSentEvent
from clientele.http.errors import APIException, TransportError
from clientele.http.recording import RecordingBackend, files
from clientele_conformance.installed import CLASSES, MODES, each
from clientele_conformance.servers import (
    LAST_CHUNK,
    Origin,
    Pause,
    Reset,
    Stall,
    chunk,
    chunked_head,
    head,
    json_response,
    redirect,
    refusing,
    response,
)
from clientele_conformance.subject import AsyncSubject, Mode, Subject, SyncSubject

KINDS: dict[str, type[HTTPBackend]] = {**CLASSES, "fake": FakeHTTPBackend}
FAKE: list[tuple[str, Mode]] = [("fake", "sync"), ("fake", "async")]

Outcome = dict[str, Any]


def serve(origin: Origin) -> None:
    """Answers of every kind."""
    packed = gzip.compress(b'{"packed": true}')
    coded = [("Content-Encoding", "gzip")]
    origin.on("/json", json_response({"id": 7}))
    origin.on("/gzip", response(200, coded, packed))
    origin.on("/cut-gzip", response(200, coded, packed[:-4]))
    origin.on("/br", response(200, [("Content-Encoding", "br")], b"?"))
    origin.on("/binary", response(200, [], bytes(range(256))))
    origin.on("/latin", response(200, [("Content-Type", "text/plain; charset=latin-1")], "é".encode("latin-1")))
    origin.on("/head", response(200, [("Content-Length", "5")]), method="HEAD")
    origin.on("/empty", response(204, [("Vary", "a"), ("vary", "b")]))
    origin.on("/moved", redirect("/json", 303))
    origin.on("/loop", redirect("/loop"))
    origin.on("/error", response(500, [], b"sorry"))
    origin.on("/reset", Reset())
    origin.on("/cut", [head(200, [("Content-Length", "9")]), b"123", Pause(0.05), Reset()])
    origin.on("/odd", b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n1")
    origin.on("/silent", Stall())
    origin.on("/lines", [chunked_head(), chunk(b'{"n":1}\n{"n"'), Pause(0.05), chunk(b":2}\n"), LAST_CHUNK])
    events = chunk("data: é\nid: 1\n\ndata: b\n\n".encode())
    origin.on("/events", [chunked_head(200, [("Content-Type", "text/event-stream")]), events, LAST_CHUNK])
    origin.on("/packed-lines", [chunked_head(200, coded), chunk(gzip.compress(b"one\ntwo\n")), LAST_CHUNK])
    origin.on("/cut-lines", [chunked_head(), chunk(b"one\ntwo\nthr"), Pause(0.05), Reset()])


def calls(origin: Origin, refused: str) -> dict[str, Callable[[Subject], Any]]:
    """Calls that meet them."""

    def send(method: str, path: str, **options: Any) -> Callable[[Subject], Any]:
        return lambda subject: subject.send(method, origin.url(path), **options)

    def stream(path: str, kind: Any, **options: Any) -> Callable[[Subject], Any]:
        return lambda subject: subject.stream("GET", origin.url(path), kind, **options)

    return {
        "json": send("GET", "/json", params={"b": "2", "a": "ä"}),
        "posted": send("POST", "/json", json={"a": [1, "é"]}),
        "a form with a file": send("POST", "/json", data={"a": "1"}, files={"f": ("n.bin", b"\x00\xff")}),
        "pieces": send("PUT", "/json", content=[b"a", b"\xff"]),
        "read once": lambda subject: subject.send("PUT", origin.url("/json"), content=io.BytesIO(b"once")),
        "gzip": send("GET", "/gzip"),
        "cut gzip": send("GET", "/cut-gzip"),
        "an unknown coding": send("GET", "/br"),
        "binary": send("GET", "/binary"),
        "a charset": send("GET", "/latin"),
        "a head": send("HEAD", "/head"),
        "no body": send("GET", "/empty"),
        "a redirect": send("POST", "/moved", content=b"x"),
        "a redirect that is followed": send("POST", "/moved", content=b"x", follow_redirects=True),
        "a loop": send("GET", "/loop", follow_redirects=True),
        "an error": send("GET", "/error"),
        "too large": send("GET", "/binary", max_response_bytes=10),
        "a reset": send("GET", "/reset"),
        "a cut body": send("GET", "/cut"),
        "two lengths": send("GET", "/odd"),
        "silence": send("GET", "/silent", timeout=0.3),
        "refused": lambda subject: subject.send("GET", refused),
        "lines": stream("/lines", dict),
        "chunks": stream("/lines", bytes),
        "events": stream("/events", ServerSentEvent[str]),
        "packed lines": stream("/packed-lines", str),
        "cut lines": stream("/cut-lines", str),
        "an error for a stream": stream("/error", str),
    }


def outcome(call: Callable[[Subject], Any], subject: Subject) -> Outcome:
    """All that a caller can see."""
    items: list[Any] = []
    try:
        made = call(subject)
        if not isinstance(made, Response):
            with made as stream:
                items.extend(stream)
            return {"items": items}
        return told(made)
    except TransportError as error:
        facts = (type(error), str(error), error.phase, error.request_sent, error.retryable)
        return {"items": items, "error": facts}
    except APIException as error:
        return {"items": items, "error": (type(error), str(error)), **told(error.response)}


def told(response: Response) -> Outcome:
    coded = "content-encoding" in response.headers
    kept = [pair for pair in response.headers.pairs if not (coded and pair[0].lower() == "content-length")]
    # The length of a coded body is another one when it is coded anew.
    return {
        "head": (response.status_code, response.http_version, response.request_method, response.request_url),
        "headers": kept,
        "content": response.content,
        "text": response.text,
        "history": [each.status_code for each in response.history],
    }


def outcomes(
    name: str, mode: Mode, cassette: Path, calls: dict[str, Callable[[Subject], Any]], how: Any
) -> dict[str, Outcome]:
    """What becomes of each call."""
    backend = RecordingBackend(KINDS[name](), cassette, mode=how)
    with asyncio.Runner() as runner:
        subject: Subject = SyncSubject(backend) if mode == "sync" else AsyncSubject(backend, runner)
        found = {about: outcome(call, subject) for about, call in calls.items()}
        subject.close()
    return found


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, dict[str, Outcome]]:
    """A cassette that was recorded over httpx, the calls, and what became of them; the server is gone."""
    cassette = tmp_path_factory.mktemp("cassettes") / "cassette.yaml"
    with refusing() as (host, port), Origin() as origin:
        serve(origin)
        made = calls(origin, f"http://{host}:{port}/")
        live = outcomes("httpx", "sync", cassette, made, "once")
    return cassette, made, live


@pytest.mark.parametrize("peer", each([*MODES, *FAKE]))
def test_recorded_over_httpx_replayed_on_each(
    recorded: tuple[Path, Any, dict[str, Outcome]], peer: tuple[str, Mode]
) -> None:
    """Without the server: the same responses, items and errors, call by call."""
    cassette, made, live = recorded
    before = cassette.read_bytes()
    replayed = outcomes(*peer, cassette, made, "none")
    for about, expected in live.items():
        assert expected == replayed[about], about
    assert before == cassette.read_bytes()


@pytest.mark.parametrize("peer", each(MODES))
def test_recorded_over_each_replayed_on_the_fake(peer: tuple[str, Mode], tmp_path: Path) -> None:
    """Whichever library has recorded it, the other mode replays it."""
    cassette = tmp_path / "cassette.yaml"
    other: Mode = "async" if peer[1] == "sync" else "sync"
    with refusing() as (host, port), Origin() as origin:
        serve(origin)
        made = calls(origin, f"http://{host}:{port}/")
        live = outcomes(*peer, cassette, made, "all")
    assert live == outcomes("fake", other, cassette, made, "none")


def test_streams_keep_their_chunks(recorded: tuple[Path, Any, dict[str, Outcome]]) -> None:
    """As they came."""
    cassette, _, live = recorded
    assert [b'{"n":1}\n{"n"', b":2}\n"] == live["chunks"]["items"]
    streams = [each.answer for each in files.read(cassette) if each.answer and each.answer.streamed]
    assert (b'{"n":1}\n{"n"', b":2}\n") == streams[0].chunks
