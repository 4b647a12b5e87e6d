"""Whole calls over loopback, with any of our backends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bench.work.model import User
from clientele.api import APIClient, AsyncStream, BaseConfig, Stream
from clientele.http.backends import backend_class


def sync_user(url: str, backend: str) -> Callable[[int], User]:
    """A small object into a model."""

    @_client(url, backend).get("/users/{user_id}")
    def get_user(result: User, user_id: int) -> User:
        return result

    return get_user


async def async_user(url: str, backend: str) -> Callable[[int], Awaitable[User]]:
    """A small object into a model."""

    @_client(url, backend).get("/users/{user_id}")
    async def get_user(result: User, user_id: int) -> User:
        return result

    return get_user


async def async_http2_user(url: str, ca: str, backend: str) -> Callable[[int], Awaitable[User]]:
    """A small object into a model, over HTTP/2."""
    api = _http2_client(url, ca, backend)

    @api.get("/users/{user_id}")
    async def get_user(result: User, user_id: int) -> User:
        return result

    return get_user


def sync_lines(url: str, backend: str) -> Callable[[int], int]:
    """Megabytes of lines; how many characters they have."""

    @_client(url, backend).get("/lines/{megabytes}", streaming_response=True)
    def get_lines(result: Stream[str], megabytes: int) -> Stream[str]:
        return result

    def read(megabytes: int) -> int:
        with get_lines(megabytes) as lines:
            return sum(len(line) for line in lines)

    return read


async def async_lines(url: str, backend: str) -> Callable[[int], Awaitable[int]]:
    """Megabytes of lines; how many characters they have."""

    @_client(url, backend).get("/lines/{megabytes}", streaming_response=True)
    async def get_lines(result: AsyncStream[str], megabytes: int) -> AsyncStream[str]:
        return result

    async def read(megabytes: int) -> int:
        count = 0
        async with await get_lines(megabytes) as lines:
            async for line in lines:
                count += len(line)
        return count

    return read


def _http2_client(url: str, ca: str, backend: str) -> APIClient:
    if backend != "pyreqwest":
        return APIClient(base_url=url, http_backend=backend, http2=True, verify=ca)
    build: Any = backend_class(backend)
    trusted = Path(ca).read_bytes()  # An option of its own adds an authority; it has none to replace all others.
    return APIClient(base_url=url, http_backend=build(http2=True, client_options={"add_root_certificate_pem": trusted}))


def _client(url: str, backend: str) -> APIClient:
    return APIClient(config=BaseConfig(base_url=url, http_backend=backend))
