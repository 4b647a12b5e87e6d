"""Large bodies over loopback, with any of our backends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bench.bodies import ZEROS
from clientele.api import APIClient, AsyncStream, Stream


def sync_download(url: str, backend: str) -> Callable[[int], int]:
    """Megabytes in pieces; how many bytes there were."""

    @APIClient(base_url=url, http_backend=backend).get("/lines/{megabytes}", streaming_response=True)
    def get_bytes(result: Stream[bytes], megabytes: int) -> Stream[bytes]:
        return result

    def read(megabytes: int) -> int:
        with get_bytes(megabytes) as chunks:
            return sum(map(len, chunks))

    return read


async def async_download(url: str, backend: str) -> Callable[[int], Awaitable[int]]:
    """Megabytes in pieces; how many bytes there were."""

    @APIClient(base_url=url, http_backend=backend).get("/lines/{megabytes}", streaming_response=True)
    async def get_bytes(result: AsyncStream[bytes], megabytes: int) -> AsyncStream[bytes]:
        return result

    async def read(megabytes: int) -> int:
        count = 0
        async with await get_bytes(megabytes) as chunks:
            async for chunk in chunks:
                count += len(chunk)
        return count

    return read


def sync_upload(url: str, backend: str) -> Callable[[int], int]:
    """Megabytes at once; how many bytes the server got."""
    api = APIClient(base_url=url, http_backend=backend)
    return lambda megabytes: api.request("POST", "/upload", content=ZEROS * megabytes, result=int)


async def async_upload(url: str, backend: str) -> Callable[[int], Awaitable[int]]:
    """Megabytes at once; how many bytes the server got."""
    api = APIClient(base_url=url, http_backend=backend)

    async def send(megabytes: int) -> int:
        return await api.arequest("POST", "/upload", content=ZEROS * megabytes, result=int)

    return send
