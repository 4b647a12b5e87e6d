"""What can go wrong with a download beside the network: files, callbacks, cancelled tasks, other downloads."""

from __future__ import annotations

import asyncio
import errno
import os
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clientele.api import APIClient, AsyncStream, ReadError
from clientele_conformance.callers import Caller, calling
from clientele_conformance.installed import MODES, each, named
from clientele_conformance.servers import (
    LAST_CHUNK,
    Answer,
    Close,
    Origin,
    RecordedRequest,
    Repeat,
    Stall,
    chunk,
    chunked_head,
    head,
    response,
)

MIB = 1024 * 1024
BODY = os.urandom(3 * MIB)
ETAG = ("ETag", '"v1"')
STALLED: Answer = [head(200, [ETAG, ("Content-Length", str(len(BODY)))]), BODY[: 2 * MIB], Stall()]


@pytest.fixture(params=each(MODES))
def caller(request: pytest.FixtureRequest, origin: Origin) -> Iterator[Caller]:
    name, mode = request.param
    with calling(name, mode, origin.url()) as caller:
        yield caller


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


def rest(request: RecordedRequest) -> bytes:
    start = int((request.header("range") or "bytes=0-").removeprefix("bytes=").removesuffix("-"))
    content_range = ("Content-Range", f"bytes {start}-{len(BODY) - 1}/{len(BODY)}")
    return response(206, [ETAG, content_range], BODY[start:])


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file of this process can grow past `size` bytes (Python ignores SIGXFSZ, so that is an OSError)."""
    if sys.platform == "win32":
        pytest.skip("Windows has no limit for the size of a file")
    import resource  # noqa: PLC0415 - where there is one

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_an_existing_file_is_not_overwritten_by_default(caller: Caller, origin: Origin, path: Path) -> None:
    """Nothing is sent then; and it stays as it is until all of the new one is there."""
    origin.on("/", [head(200, [("Content-Length", "9")]), b"new", Close()], response(body=b"new"))
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        caller.declared(bytes)().download(path)
    assert [] == origin.requests
    with pytest.raises(ReadError):
        caller.declared(bytes)().download(path, overwrite=True)
    assert ([path], b"old") == (list(path.parent.iterdir()), path.read_bytes())
    caller.declared(bytes)().download(path, overwrite=True)
    assert ([path], b"new") == (list(path.parent.iterdir()), path.read_bytes())


def test_a_file_that_has_come_in_between_is_not_overwritten(caller: Caller, origin: Origin, path: Path) -> None:
    """What has been downloaded is kept, and needs no more than its last byte asked for again."""
    origin.on("/", response(headers=[ETAG], body=BODY), rest)
    with pytest.raises(FileExistsError):
        caller.declared(bytes)().download(path, progress=lambda *_: path.write_bytes(b"theirs"))
    assert b"theirs" == path.read_bytes()
    assert 206 == caller.declared(bytes)().download(path, overwrite=True).status_code
    assert (BODY, f"bytes={len(BODY) - 1}-") == (path.read_bytes(), origin.requests[1].header("range"))


def test_a_path_that_cannot_be_written_is_an_os_error(caller: Caller, origin: Origin, path: Path) -> None:
    """Before anything is sent."""
    with pytest.raises(IsADirectoryError, match=str(path.parent)):
        caller.declared(bytes)().download(path.parent, overwrite=True)
    with pytest.raises(FileNotFoundError):
        caller.declared(bytes)().download(path / "folder" / "file")
    assert ([], []) == (origin.requests, list(path.parent.iterdir()))


def test_a_full_disk_is_an_os_error(caller: Caller, origin: Origin, path: Path) -> None:
    """The connection is free, although the server has more; what has come is kept for when there is room."""
    origin.on("/", STALLED, rest)
    with pytest.raises(OSError, match=os.strerror(errno.EFBIG)), full_disk(MIB + 1000):
        caller.declared(bytes)().download(path)
    origin.wait_until_open(0)
    assert MIB + 1000 == Path(f"{path}.clientele-part").stat().st_size
    caller.declared(bytes)().download(path)
    assert (BODY, f"bytes={MIB + 999}-") == (path.read_bytes(), origin.requests[1].header("range"))


def test_what_the_callback_raises_is_the_callers(caller: Caller, origin: Origin, path: Path) -> None:
    """As it is; the connection is free, and what has come is kept."""
    origin.on("/", STALLED, rest)
    stop = ConnectionResetError("mine")

    def progress(so_far: int, total: int | None) -> None:
        assert len(BODY) == total
        if so_far > MIB + 10:
            raise stop

    with pytest.raises(ConnectionResetError) as raised:
        caller.declared(bytes)().download(path, progress=progress)
    assert stop is raised.value
    origin.wait_until_open(0)
    assert Path(f"{path}.clientele-part").stat().st_size > MIB
    caller.declared(bytes)().download(path)
    assert BODY == path.read_bytes()


def test_memory_stays_flat(caller: Caller, origin: Origin, path: Path) -> None:
    """STM-8 however large the file is, whose size the server may not know."""
    times = 24
    origin.on("/", [chunked_head(), Repeat(chunk(BODY[:MIB]), times), LAST_CHUNK])
    peaks: list[int] = []

    def progress(so_far: int, total: int | None) -> None:
        assert total is None
        if not tracemalloc.is_tracing():
            tracemalloc.start()
        if so_far == times * MIB:
            peaks.append(tracemalloc.get_traced_memory()[1])

    try:
        caller.declared(bytes)().download(path, progress=progress)
    finally:
        tracemalloc.stop()
    assert times * MIB == path.stat().st_size
    assert peaks[0] < 8 * MIB


@pytest.mark.parametrize("name", named("async"))
def test_a_cancelled_download_is_gone_on_with(name: str, origin: Origin, path: Path) -> None:
    """The connection is free, and all that came has been written, when the task ends."""
    origin.on("/", STALLED, rest)
    arrived = asyncio.Event()
    partial = Path(f"{path}.clientele-part")

    async def main() -> None:
        async with APIClient(base_url=origin.url(), http_backend=name) as api:

            @api.get("/", streaming_response=True)
            async def get_file(result: AsyncStream[bytes]) -> AsyncStream[bytes]:
                return result

            def progress(so_far: int, total: int | None) -> None:
                if so_far == 2 * MIB:
                    arrived.set()

            task = asyncio.create_task((await get_file()).adownload(path, progress=progress))
            await asyncio.wait_for(arrived.wait(), 10.0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert 2 * MIB == os.path.getsize(partial)  # noqa: ASYNC240, PTH202
            await asyncio.to_thread(origin.wait_until_open, 0)
            assert 206 == (await (await get_file()).adownload(path)).status_code

    asyncio.run(main())
    assert BODY == path.read_bytes()
