"""Downloads and uploads: what a user annotates with, and what comes back. Nothing of it is executed: it writes files."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from pathlib import Path
from typing import Annotated, assert_type

from clientele.api import APIClient, AsyncStream, File, Progress, ProgressCallback, Response, ServerSentEvent, Stream

api = APIClient(base_url="https://api.example.com")


def shown(so_far: int, total: int | None) -> None:
    """What a progress callback is."""


callback: ProgressCallback = shown


@api.get("/files/{name}", streaming_response=True)
def get_file(result: Stream[bytes], name: str) -> Stream[bytes]:
    return result


@api.get("/files/{name}", streaming_response=True)
async def aget_file(result: AsyncStream[bytes], name: str) -> AsyncStream[bytes]:
    return result


@api.get("/lines", streaming_response=True)
def get_lines(result: Stream[str]) -> Stream[str]:
    return result


@api.get("/events", streaming_response=True)
def events(result: Stream[ServerSentEvent[int]]) -> Stream[ServerSentEvent[int]]:
    return result


@api.post("/files")
def put_file(result: None, file: Annotated[Progress | None, File()] = None) -> None:
    return result


def right(path: Path) -> None:
    """Right calls, and the types of what they give."""
    assert_type(api.download("/files/7", "7.bin"), Response)
    assert_type(api.download("/files/7", path, overwrite=True, progress=callback, timeout=None), Response)
    assert_type(api.download("/files/7", path, headers={"A": "b"}, params={"version": 2}), Response)
    assert_type(get_file("7").download(path, progress=shown), Response)
    assert_type(put_file(Progress(b"x", callback)), None)
    assert_type(next(events()).data, int)


async def aright(path: Path) -> None:
    """The same for asynchronous ones."""
    assert_type(await api.adownload("/files/7", path, overwrite=True, progress=callback), Response)
    assert_type(await (await aget_file("7")).adownload(path), Response)


async def wrong(path: Path) -> None:
    """What a checker refuses."""
    api.download("/files/7")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    api.download("/files/7", 7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.download("/files/7", path, True)  # type: ignore[call-arg]  # noqa: FBT003  # pyright: ignore[reportCallIssue]
    api.download("/files/7", path, progress=lambda: None)  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType]
    api.download("/files/7", path, retries=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await api.adownload("/files/7", path, timeout="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    get_lines().download(path)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    get_file("7").download(path, progress="x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    put_file(b"x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
