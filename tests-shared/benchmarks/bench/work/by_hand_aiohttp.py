"""aiohttp, used the usual way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp

from bench.bodies import ZEROS
from bench.work.model import User


async def async_user(url: str) -> Callable[[int], Awaitable[User]]:
    """A small object into a model."""
    session = aiohttp.ClientSession()

    async def get_user(user_id: int) -> User:
        async with session.get(f"{url}/users/{user_id}") as response:
            return User.model_validate(await response.json())

    return get_user


async def async_lines(url: str) -> Callable[[int], Awaitable[int]]:
    """Megabytes of lines; how many characters they have."""
    session = aiohttp.ClientSession()

    async def read(megabytes: int) -> int:
        count = 0
        async with session.get(f"{url}/lines/{megabytes}") as response:
            async for line in response.content:
                count += len(line.decode().removesuffix("\n"))
        return count

    return read


async def async_download(url: str) -> Callable[[int], Awaitable[int]]:
    """Megabytes in pieces; how many bytes there were."""
    session = aiohttp.ClientSession()

    async def read(megabytes: int) -> int:
        count = 0
        async with session.get(f"{url}/lines/{megabytes}") as response:
            async for chunk in response.content.iter_any():
                count += len(chunk)
        return count

    return read


async def async_upload(url: str) -> Callable[[int], Awaitable[int]]:
    """Megabytes at once; how many bytes the server got."""
    session = aiohttp.ClientSession()

    async def send(megabytes: int) -> int:
        async with session.post(f"{url}/upload", data=ZEROS * megabytes) as response:
            return int(await response.json())

    return send
