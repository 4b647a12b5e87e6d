"""Recording around a hand-written backend: its calls stay as they are, and its answers replay on any other."""

from __future__ import annotations

import asyncio
import gzip
import io
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from clientele.http import FakeHTTPBackend, HTTPBackend, Response, ServerSentEvent
from clientele.http.errors import HTTPStatusError, ReadError
from clientele.http.recording import RecordingBackend, files
from clientele_conformance.servers import LAST_CHUNK, Origin, Reset, chunk, chunked_head, redirect, response
from clientele_conformance.subject import AsyncSubject, Mode, Subject, SyncSubject
from clientele_httpx import HttpxHTTPBackend


class Native:
    """What the library under it returns."""

    def __init__(self, response: Response) -> None:
        self.response = response


class HandWritten(HTTPBackend):
    """A backend from the list of methods alone, with a base URL of its own; its answers are native."""

    def __init__(self, base_url: str) -> None:
        self._inner = HttpxHTTPBackend(base_url=base_url)

    def build_client(self) -> Any:
        return self._inner.build_client()

    def build_async_client(self) -> Any:
        return self._inner.build_async_client()

    def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Any:
        return Native(self._inner.send_sync_request(method, url, **kwargs))

    async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Any:
        return Native(await self._inner.send_async_request(method, url, **kwargs))

    def handle_sync_stream(
        self, method: str, url: str, inner_type: Any, response_parser: Any = None, **kwargs: Any
    ) -> Generator[Any, None, None]:
        yield from self._inner.handle_sync_stream(method, url, inner_type, response_parser, **kwargs)

    async def handle_async_stream(
        self, method: str, url: str, inner_type: Any, response_parser: Any = None, **kwargs: Any
    ) -> AsyncGenerator[Any, None]:
        async for item in self._inner.handle_async_stream(method, url, inner_type, response_parser, **kwargs):
            yield item

    @staticmethod
    def convert_to_response(native_response: Native) -> Response:
        return native_response.response

    def close(self) -> None:
        self._inner.close()

    async def aclose(self) -> None:
        await self._inner.aclose()


@pytest.fixture(params=["sync", "async"])
def subject_of(request: pytest.FixtureRequest) -> Iterator[Callable[[HTTPBackend], Subject]]:
    """Drives a backend in the mode of the test."""
    mode: Mode = request.param
    with asyncio.Runner() as runner:
        yield lambda backend: SyncSubject(backend) if mode == "sync" else AsyncSubject(backend, runner)


SubjectOf = Callable[[HTTPBackend], Subject]


def both(origin: Origin, cassette: Path, subject_of: SubjectOf) -> Iterator[Subject]:
    """A subject that records over the hand-written backend, then one that replays on another backend."""
    live = subject_of(RecordingBackend(HandWritten(origin.url()), cassette))
    yield live
    live.close()
    # The hand-written one alone knows its base URL.
    yield subject_of(RecordingBackend(FakeHTTPBackend(), cassette, "none", match=["method", "path", "query", "body"]))


def test_an_answer(origin: Origin, tmp_path: Path, subject_of: SubjectOf) -> None:
    """As the backend has decoded it, redirect and all."""
    origin.on("/a", redirect("/b"))
    origin.on("/b", response(200, [("Content-Encoding", "gzip"), ("X-A", "1")], gzip.compress(b"packed")))
    for subject in both(origin, tmp_path / "c.yaml", subject_of):
        answer = subject.send("GET", "/a", params={"q": "ä"}, follow_redirects=True)
        assert (200, b"packed", "1") == (answer.status_code, answer.content, answer.headers["x-a"])
    assert 2 == len(origin.requests)


def test_a_body_that_is_read_once(origin: Origin, tmp_path: Path, subject_of: SubjectOf) -> None:
    """It is sent as it was, and it is in the cassette."""
    origin.on("/", response(200, [], b"ok"))
    for subject in both(origin, tmp_path / "c.yaml", subject_of):
        assert b"ok" == subject.send("PUT", "/", content=io.BytesIO(b"once")).content
        fields = {"data": {"a": "1"}, "files": {"f": io.BytesIO(b"file")}}
        assert b"ok" == subject.send("POST", "/", **fields).content
    assert b"once" == origin.requests[0].body
    assert b"file" in origin.requests[1].body
    plain, form = (each.request.body for each in files.read(tmp_path / "c.yaml"))
    assert b"once" == plain
    assert all(part in form for part in (b'name="a"', b"file"))


def test_a_stream(origin: Origin, tmp_path: Path, subject_of: SubjectOf) -> None:
    """Its items are those that the call declares."""
    origin.on("/", [chunked_head(), chunk(b'{"n":1}\n{"n"'), chunk(b":2}\n"), LAST_CHUNK])
    for subject in both(origin, tmp_path / "c.yaml", subject_of):
        with subject.stream("GET", "/", dict) as items:
            assert [{"n": 1}, {"n": 2}] == list(items)


def test_the_head_of_a_stream(origin: Origin, tmp_path: Path, subject_of: SubjectOf) -> None:
    """It is known where the call asks for it."""
    head = chunked_head(203, [("Content-Type", "text/event-stream")])
    origin.on("/", [head, chunk(b"data: 1\n\n"), LAST_CHUNK])
    for subject in both(origin, tmp_path / "c.yaml", subject_of):
        heads: list[Response] = []
        with subject.stream("GET", "/", int, on_head=heads.append) as items:
            assert [1] == list(items)
        assert [(203, "text/event-stream")] == [(head.status_code, head.headers["content-type"]) for head in heads]
    assert 1 == len(origin.requests)


def test_events_need_no_head(origin: Origin, tmp_path: Path, subject_of: SubjectOf) -> None:
    """They are asked for by their type."""
    origin.on("/", [chunked_head(), chunk(b"id: 7\ndata: a\n\n"), LAST_CHUNK])
    for subject in both(origin, tmp_path / "c.yaml", subject_of):
        with subject.stream("GET", "/", ServerSentEvent[str]) as items:
            assert [("7", "a")] == [(event.id, event.data) for event in items]


def test_an_error_for_a_stream(origin: Origin, tmp_path: Path, subject_of: SubjectOf) -> None:
    """With the response that it has."""
    origin.on("/", response(404, [], b"nothing"))
    for subject in both(origin, tmp_path / "c.yaml", subject_of):
        with subject.stream("GET", "/", str) as items, pytest.raises(HTTPStatusError) as caught:
            list(items)
        assert (404, b"nothing") == (caught.value.response.status_code, caught.value.response.content)


def test_a_fault(origin: Origin, tmp_path: Path, subject_of: SubjectOf) -> None:
    """One of our tree, as the backend has raised it."""
    origin.on("/", Reset())
    for subject in both(origin, tmp_path / "c.yaml", subject_of):
        with pytest.raises(ReadError) as caught:
            subject.send("GET", "/")
        assert caught.value.request_sent
