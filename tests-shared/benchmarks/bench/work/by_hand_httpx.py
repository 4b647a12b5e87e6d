"""httpx, or httpx2, used the usual way."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from importlib import import_module

from bench.bodies import ZEROS
from bench.work.model import User


def sync_user(url: str, library: str) -> Callable[[int], User]:
    """A small object into a model."""
    client = import_module(library).Client()
    return lambda user_id: User.model_validate(client.get(f"{url}/users/{user_id}").json())


async def async_user(url: str, library: str) -> Callable[[int], Awaitable[User]]:
    """A small object into a model."""
    client = import_module(library).AsyncClient()

    async def get_user(user_id: int) -> User:
        return User.model_validate((await client.get(f"{url}/users/{user_id}")).json())

    return get_user


async def async_http2_user(url: str, ca: str, library: str) -> Callable[[int], Awaitable[User]]:
    """A small object into a model, over HTTP/2."""
    client = import_module(library).AsyncClient(http2=True, verify=ssl.create_default_context(cafile=ca))

    async def get_user(user_id: int) -> User:
        return User.model_validate((await client.get(f"{url}/users/{user_id}")).json())

    return get_user


def sync_lines(url: str, library: str) -> Callable[[int], int]:
    """Megabytes of lines; how many characters they have."""
    client = import_module(library).Client()

    def read(megabytes: int) -> int:
        with client.stream("GET", f"{url}/lines/{megabytes}") as response:
            return sum(len(line) for line in response.iter_lines())

    return read


async def async_lines(url: str, library: str) -> Callable[[int], Awaitable[int]]:
    """Megabytes of lines; how many characters they have."""
    client = import_module(library).AsyncClient()

    async def read(megabytes: int) -> int:
        count = 0
        async with client.stream("GET", f"{url}/lines/{megabytes}") as response:
            async for line in response.aiter_lines():
                count += len(line)
        return count

    return read


def sync_download(url: str, library: str) -> Callable[[int], int]:
    """Megabytes in pieces; how many bytes there were."""
    client = import_module(library).Client()

    def read(megabytes: int) -> int:
        with client.stream("GET", f"{url}/lines/{megabytes}") as response:
            return sum(map(len, response.iter_bytes()))

    return read


async def async_download(url: str, library: str) -> Callable[[int], Awaitable[int]]:
    """Megabytes in pieces; how many bytes there were."""
    client = import_module(library).AsyncClient()

    async def read(megabytes: int) -> int:
        count = 0
        async with client.stream("GET", f"{url}/lines/{megabytes}") as response:
            async for chunk in response.aiter_bytes():
                count += len(chunk)
        return count

    return read


def sync_upload(url: str, library: str) -> Callable[[int], int]:
    """Megabytes at once; how many bytes the server got."""
    client = import_module(library).Client()
    return lambda megabytes: int(client.post(f"{url}/upload", content=ZEROS * megabytes).json())


async def async_upload(url: str, library: str) -> Callable[[int], Awaitable[int]]:
    """Megabytes at once; how many bytes the server got."""
    client = import_module(library).AsyncClient()

    async def send(megabytes: int) -> int:
        return int((await client.post(f"{url}/upload", content=ZEROS * megabytes)).json())

    return send
