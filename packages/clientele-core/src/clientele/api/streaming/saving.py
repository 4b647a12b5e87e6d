"""The drivers of a download."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing, closing, suppress
from os import PathLike
from typing import TypeVar

from clientele.api.streaming.downloads import Download
from clientele.api.streaming.partial_files import PartialFile
from clientele.api.streaming.stream_calls import StreamCall
from clientele.http.errors import HTTPStatusError
from clientele.http.message.body.files import ProgressCallback
from clientele.http.response import Response
from clientele.http.runtime.lazy import asyncio

T = TypeVar("T")


def save(
    call: StreamCall, path: str | PathLike[str], *, overwrite: bool, progress: ProgressCallback | None
) -> Response:
    """Make `call`, and save the body of its response to a file; see `Stream.download`."""
    download, file = Download(call, progress), PartialFile(path, overwrite=overwrite)
    try:
        file.open()
        download.resume(file.note(), file.size)
        while not _saved(download, file):
            pass
        file.finish()
    finally:
        file.close()
    return download.head


async def asave(
    call: StreamCall, path: str | PathLike[str], *, overwrite: bool, progress: ProgressCallback | None
) -> Response:
    """`save`, asynchronously: the file is written in a thread."""
    download, file = Download(call, progress), PartialFile(path, overwrite=overwrite)
    try:
        await _in_thread(file.open)
        download.resume(file.note(), file.size)
        while not await _asaved(download, file):
            pass
        await _in_thread(file.finish)
    finally:
        file.close()
    return download.head


def _saved(download: Download, file: PartialFile) -> bool:
    """Whether the body was written; if not, the call must be repeated."""
    with closing(download.items()) as items:
        try:
            chunk = next(items, None)
        except HTTPStatusError as error:
            if download.refused(error.response):
                return False
            raise
        if not download.begins():
            return False
        file.begin(download.position, download.note())
        try:
            while chunk is not None:
                if block := download.arrived(chunk):
                    file.write(block)
                chunk = next(items, None)
        finally:
            file.write(download.rest())
    download.check()
    return True


async def _asaved(download: Download, file: PartialFile) -> bool:
    async with aclosing(download.items()) as items:
        try:
            chunk = await anext(items, None)
        except HTTPStatusError as error:
            if download.refused(error.response):
                return False
            raise
        if not download.begins():
            return False
        await _in_thread(file.begin, download.position, download.note())
        try:
            while chunk is not None:
                if block := download.arrived(chunk):
                    await _in_thread(file.write, block)
                chunk = await anext(items, None)
        finally:
            # Not in a thread: it is at most one block, and a cancelled call must end immediately.
            file.write(download.rest())
    download.check()
    return True


async def _in_thread(function: Callable[..., T], *arguments: object) -> T:
    """Call `function` in a thread. The thread has finished when this returns, even if it is cancelled."""
    work = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        while not work.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([work])
        raise
