"""aiohttp, used the usual way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp

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
