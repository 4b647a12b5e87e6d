"""Uploads that tell how far they have got."""

from __future__ import annotations

import asyncio
import io
import os
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from clientele.http.errors import InvalidBody
from clientele.http.message.body.files import BLOCK, Progress, blocks_of, length_of
from clientele_conformance.installed import CLASSES, MODES, each
from clientele_conformance.servers import Drain, HalfClose, Origin, ReadBody, response

CONTENT = bytes(range(256)) * 1024 + b"and a bit"

Send = Callable[..., None]
Told = list[tuple[int, int | None]]


# pyreqwest takes blocks of its own size and asks for none behind the last, which isn't told: its README says so.
@pytest.fixture(params=each(case for case in MODES if case[0] != "pyreqwest"))
def send(request: pytest.FixtureRequest, origin: Origin) -> Iterator[Send]:
    """Posts to the origin, in each mode of each backend."""
    name, mode = request.param
    backend = CLASSES[name](base_url=origin.url())  # type: ignore[call-arg]
    with asyncio.Runner() as runner:

        def send(**options: Any) -> None:
            if mode == "sync":
                backend.send_sync_request("POST", "/", **options)
            else:
                runner.run(backend.send_async_request("POST", "/", **options))

        yield send
        backend.close() if mode == "sync" else runner.run(backend.aclose())


def expected(content: bytes) -> Told:
    return [(min(start + BLOCK, len(content)), len(content)) for start in range(0, len(content), BLOCK)]


@pytest.mark.parametrize(
    "option",
    [lambda file: {"content": file}, lambda file: {"files": {"f": ("a.bin", file, "a/b")}}],
    ids=["content", "form"],
)
def test_progress_is_reported_after_each_block(option: Any, send: Send, origin: Origin) -> None:
    """Once, with the size of the file; the request is the same as without."""
    told: Told = []
    origin.on("/", response())
    send(**option(Progress(io.BytesIO(CONTENT), lambda *so_far: told.append(so_far))))
    assert expected(CONTENT) == told
    send(**option(io.BytesIO(CONTENT)))
    watched, plain = (request.body.count(CONTENT) for request in origin.requests)
    assert (1, 1) == (watched, plain)
    lengths = [request.get_list("content-length") for request in origin.requests]
    assert lengths[0] == lengths[1] != []


def test_progress_is_reported_for_each_file_of_a_form(send: Send, origin: Origin, tmp_path: Path) -> None:
    """A file on disk keeps its name."""
    path = tmp_path / "report.json"
    path.write_bytes(CONTENT)
    origin.on("/", response())
    first: Told = []
    second: Told = []
    with path.open("rb") as file:
        send(
            data={"a": 1},
            files=[
                ("x", Progress(file, lambda *so_far: first.append(so_far))),
                ("y", Progress(b"short", lambda *so_far: second.append(so_far))),
            ],
        )
    assert (expected(CONTENT), [(5, 5)]) == (first, second)
    assert b'name="x"; filename="report.json"\r\nContent-Type: application/json\r\n' in origin.requests[0].body


def test_progress_is_reported_without_a_length(send: Send, origin: Origin) -> None:
    """A pipe has no size."""
    told: Told = []
    origin.on("/", response())
    pipe: Any = Pipe(b"a", b"bc")
    send(content=Progress(pipe, lambda *so_far: told.append(so_far)))
    assert ([(1, None), (3, None)], b"abc") == (told, origin.requests[0].body)


@pytest.mark.parametrize("form", [False, True], ids=["content", "form"])
@pytest.mark.parametrize(
    "error", [LookupError("mine"), OSError(28, "mine"), ConnectionResetError("mine"), TimeoutError("mine")], ids=repr
)
def test_what_the_callback_raises_ends_the_upload(form: bool, error: Exception, send: Send, origin: Origin) -> None:  # noqa: FBT001
    """It reaches the caller as it is, whatever the library would make of it; the server has no whole request."""

    def progress(sent: int, total: int | None) -> None:
        if sent > BLOCK:
            raise error

    origin.on("/", response())
    file = Progress(io.BytesIO(CONTENT), progress)
    with pytest.raises(type(error)) as raised:
        send(**({"files": {"f": file}} if form else {"content": file}))
    assert error is raised.value
    origin.wait_until_open(0)
    assert [] == [request for request in origin.requests if request.complete]


def test_progress_is_reported_before_the_next_block_is_read(send: Send, origin: Origin) -> None:
    """While the upload is under way, not in the end."""
    events: list[str] = []

    class Noted(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            events.append("read")
            return super().read(size)

    origin.on("/", response())
    send(content=Progress(Noted(CONTENT), lambda *_: events.append("told")))
    assert ["read", "told"] * len(expected(CONTENT)) + ["read"] == events


def test_an_answer_may_come_before_the_end(send: Send, origin: Origin) -> None:
    """The callback isn't told of what was never sent."""
    told: Told = []
    origin.on("/", [response(413, [("Connection", "close")]), HalfClose(), Drain()], read_body=False)
    content = bytes(64 * 1024 * 1024)
    send(content=Progress(io.BytesIO(content), lambda *so_far: told.append(so_far)))
    assert told == expected(content)[: len(told)]


def test_memory_stays_flat(send: Send, origin: Origin, tmp_path: Path) -> None:
    """However large the file is: it is never read as a whole."""
    size = 24 * 1024 * 1024
    path = tmp_path / "large"
    path.touch()
    os.truncate(path, size)
    origin.on("/", [ReadBody(keep=False), response()], read_body=False)
    peaks: list[int] = []

    def progress(sent: int, total: int | None) -> None:
        if not tracemalloc.is_tracing():
            tracemalloc.start()
        if sent == total:
            peaks.append(tracemalloc.get_traced_memory()[1])

    try:
        with path.open("rb") as file:
            send(files={"f": Progress(cast(Any, file), progress)})
    finally:
        tracemalloc.stop()
    assert origin.requests[0].body_size > size
    assert peaks[0] < 8 * 1024 * 1024


class Pipe:
    """A file that can only be read."""

    def __init__(self, *blocks: bytes) -> None:
        self._blocks = iter(blocks)

    def read(self, size: int) -> bytes:
        assert size == BLOCK
        return next(self._blocks, b"")


def test_a_file_is_sent_from_its_position() -> None:
    """The size is of what is left; and when it has been moved back, the count begins anew."""
    told: Told = []
    file = Progress(io.BytesIO(b"before, after"), lambda *so_far: told.append(so_far))
    for _ in range(2):
        file.seek(8)
        assert (8, 5) == (file.tell(), length_of(cast(Any, file)))
        assert [b"after"] == list(file)
    assert told == [(5, 5), (5, 5)]


def test_an_empty_file_reports_no_progress() -> None:
    """There is no block to tell of."""
    told: Told = []
    assert [] == list(blocks_of(Progress(b"", lambda *so_far: told.append(so_far))))
    assert [] == told


@pytest.mark.parametrize("file", [3, None, "text", [b"x"], io.StringIO("text")], ids=lambda file: type(file).__name__)
def test_a_file_that_is_not_binary_raises(file: Any) -> None:
    """At once."""
    with pytest.raises(InvalidBody, match=r"^Progress\(file=\.\.\.\): "):
        Progress(file, print)


@pytest.mark.asyncio
async def test_an_asynchronous_body_may_raise_what_it_likes() -> None:
    """The caller gets it as it is, also from an asynchronous iterable."""
    mine = ConnectionResetError("mine")

    async def pieces() -> AsyncIterator[bytes]:
        yield b"x"
        raise mine

    with Origin() as origin:
        for backend_class in (CLASSES[name] for name, mode in MODES if mode == "async"):
            backend = backend_class()
            with pytest.raises(ConnectionResetError) as raised:
                await backend.send_async_request("POST", origin.url(), content=pieces())
            await backend.aclose()
            assert mine is raised.value
