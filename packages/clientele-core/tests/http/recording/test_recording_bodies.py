"""RecordingBackend and bodies that can be read only once: sent whole, also where they were read to be looked up."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clientele.http.recording import RecordingBackend, files
from clientele_conformance.installed import CLASSES, MODES, each
from clientele_conformance.servers import Origin, response
from clientele_conformance.subject import AsyncSubject, Subject, SyncSubject


def at_planted() -> io.BytesIO:
    """A file at a position of its own."""
    file = io.BytesIO(b"before, planted")
    file.seek(8)
    return file


async def pieces() -> AsyncIterator[bytes]:
    """A body that can be read only asynchronously."""
    yield b"plan"
    yield b"ted"


BODIES: dict[str, Callable[[], dict[str, Any]]] = {
    "bytes": lambda: {"content": b"planted"},
    "file": lambda: {"content": at_planted()},
    "generator": lambda: {"content": (piece for piece in [b"plan", b"ted"])},
    "list": lambda: {"content": [b"plan", b"ted"]},
    "its length announced": lambda: {"content": iter([b"planted"]), "headers": {"Content-Length": "7"}},
    "file of a form": lambda: {"files": {"f": at_planted()}, "data": {"a": 1}},
    "asynchronous": lambda: {"content": pieces()},
}
CASES = [(body, name, mode) for body in BODIES for name, mode in MODES if (body, mode) != ("asynchronous", "sync")]


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        origin.on("/", response(200, body=b"ok"))
        yield origin


@pytest.mark.parametrize("case", each(CASES))
@pytest.mark.parametrize("how", ["once", "new", "all"])
@pytest.mark.parametrize("way", ["call", "stream"])
def test_a_body_is_sent_whole_and_recorded(
    case: tuple[str, str, str], way: str, how: Any, origin: Origin, tmp_path: Path
) -> None:
    """In each way to record; from its position, once, and as the cassette has it."""
    body, name, mode = case
    backend = RecordingBackend(CLASSES[name](), tmp_path / "cassette.yaml", how)
    with asyncio.Runner() as runner:
        subject: Subject = SyncSubject(backend) if mode == "sync" else AsyncSubject(backend, runner)
        if way == "call":
            assert b"ok" == subject.send("PUT", origin.url(), **BODIES[body]()).content
        else:
            with subject.stream("PUT", origin.url(), **BODIES[body]()) as items:
                assert b"ok" == b"".join(items)
        subject.close()
    [request], [exchange] = origin.requests, files.read(tmp_path / "cassette.yaml")
    for sent in (request.body, exchange.request.body):
        assert 1 == sent.count(b"planted")
        assert b"before" not in sent
    assert request.complete
