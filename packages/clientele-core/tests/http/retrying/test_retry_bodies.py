"""RetryBackend and bodies: one that can be read again is sent again whole, any other is never sent empty."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from clientele.http.errors import ConnectError, TransportError
from clientele.http.message.body.files import Progress
from clientele.http.retrying import RetryBackend
from clientele_conformance.installed import CLASSES, MODES, each
from clientele_conformance.servers import Origin, Reset, refusing, response
from clientele_conformance.subject import AsyncSubject, Mode, Subject, SyncSubject

OK = response(200, body=b"ok")


@pytest.fixture(params=each(MODES))
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """A backend that sends POST again."""
    name, mode = request.param
    backend = RetryBackend(CLASSES[name](), backoff=0.01, methods=["POST"])
    with asyncio.Runner() as runner:
        made: Subject = SyncSubject(backend) if mode == "sync" else AsyncSubject(backend, runner)
        yield made
        made.close()


def at_planted() -> io.BytesIO:
    """A file at a position of its own."""
    file = io.BytesIO(b"before, planted")
    file.seek(8)
    return file


class Iterable:
    """An iterable that isn't known to give the same again."""

    def __init__(self) -> None:
        self._left = [b"planted"]

    def __iter__(self) -> Iterator[bytes]:
        while self._left:
            yield self._left.pop()


READ_ONCE: dict[str, Callable[[], dict[str, Any]]] = {
    "file": lambda: {"content": at_planted()},
    "file with progress": lambda: {"content": Progress(at_planted(), lambda *_: None)},
    "iterator": lambda: {"content": iter([b"planted"])},
    "generator": lambda: {"content": (piece for piece in [b"plan", b"ted"])},
    "iterable": lambda: {"content": Iterable()},
    "file of a form": lambda: {"files": {"f": at_planted()}},
    "file of a form, with a name": lambda: {"files": [("f", ("f.txt", at_planted(), "text/plain"))], "data": {"a": 1}},
    "file of a form, behind bytes": lambda: {"files": {"b": b"bytes", "f": at_planted()}},
    "file of a form, before bytes": lambda: {"files": {"f": at_planted(), "b": b"bytes"}},
    "file of a form, with progress": lambda: {"files": {"f": Progress(at_planted(), lambda *_: None)}},
}
READ_AGAIN: dict[str, Callable[[], dict[str, Any]]] = {
    "JSON": lambda: {"json": {"a": "planted"}},
    "form": lambda: {"data": {"a": "planted"}},
    "bytes": lambda: {"content": b"planted"},
    "text": lambda: {"content": "planted"},
    "list": lambda: {"content": [b"plan", b"ted"]},
    "files of bytes": lambda: {"files": {"f": b"planted", "g": ("g.txt", "planted")}, "data": {"a": "planted"}},
}


@pytest.mark.parametrize("body", READ_ONCE)
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "1"}], ids=["", "with a key"])
def test_a_body_that_is_read_once_is_sent_once(
    subject: Subject, origin: Origin, body: str, headers: dict[str, str]
) -> None:
    """From its position, whole; what has come of it is the outcome, an error as well as a status."""
    origin.on("/", response(503), OK)
    assert 503 == subject.send("POST", origin.url(), headers=headers, **READ_ONCE[body]()).status_code
    origin.on("/", Reset(), OK)
    with pytest.raises(TransportError):
        subject.send("POST", origin.url(), headers=headers, **READ_ONCE[body]())
    assert [True, True] == [is_whole(request.body) for request in origin.requests]


@pytest.mark.parametrize("body", READ_ONCE)
def test_a_stream_sends_it_once(subject: Subject, origin: Origin, body: str) -> None:
    """As a call does."""
    origin.on("/", Reset(), OK)
    with pytest.raises(TransportError), subject.stream("POST", origin.url(), **READ_ONCE[body]()) as items:
        list(items)
    assert [True] == [is_whole(request.body) for request in origin.requests]


@pytest.mark.parametrize("body", READ_AGAIN)
def test_a_body_that_can_be_read_again_is_sent_again(subject: Subject, origin: Origin, body: str) -> None:
    """The same one, whatever the attempt."""
    origin.on("/", response(503), Reset(), OK)
    assert b"ok" == subject.send("POST", origin.url(), **READ_AGAIN[body]()).content
    bodies = [without_boundary(request.body, request.header("content-type")) for request in origin.requests]
    assert 3 == len(bodies)
    assert 1 == len(set(bodies))
    assert bodies[0].count(b"planted") == (3 if body == "files of bytes" else 1)


@pytest.mark.parametrize(("name", "mode"), [pair for pair in MODES if pair[1] == "async"], ids="-".join)
def test_an_asynchronous_body_is_sent_once(name: str, mode: Mode, origin: Origin) -> None:
    """It has been read, too."""
    origin.on("/", response(503), OK)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"planted"

    async def main() -> None:
        backend = RetryBackend(CLASSES[name](), backoff=0.01, methods=["POST"])
        assert 503 == (await backend.send_async_request("POST", origin.url(), content=pieces())).status_code
        await backend.aclose()

    asyncio.run(main())
    assert [b"planted"] == [request.body for request in origin.requests]


def test_a_file_keeps_its_position_without_a_connection(subject: Subject) -> None:
    """Nobody has read it; whether it is worth another attempt is for the caller to say."""
    file = at_planted()
    with refusing() as (host, port), pytest.raises(ConnectError):
        subject.send("POST", f"http://{host}:{port}/", files={"f": file})
    assert 8 == file.tell()


def is_whole(body: bytes) -> bool:
    """Whether `body` has what stands behind the file's position, and nothing of what stands before."""
    return 1 == body.count(b"planted") and b"before" not in body


def without_boundary(body: bytes, content_type: str | None) -> bytes:
    """`body` with a boundary that is the same for each."""
    boundary = (content_type or "").partition("boundary=")[2]
    return body.replace(boundary.encode(), b"boundary") if boundary else body
