"""httpx, used the usual way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx

from bench.work.model import User


def sync_user(url: str) -> Callable[[int], User]:
    """A small object into a model."""
    client = httpx.Client()
    return lambda user_id: User.model_validate(client.get(f"{url}/users/{user_id}").json())


async def async_user(url: str) -> Callable[[int], Awaitable[User]]:
    """A small object into a model."""
    client = httpx.AsyncClient()

    async def get_user(user_id: int) -> User:
        return User.model_validate((await client.get(f"{url}/users/{user_id}")).json())

    return get_user


def sync_lines(url: str) -> Callable[[int], int]:
    """Megabytes of lines; how many characters they have."""
    client = httpx.Client()

    def read(megabytes: int) -> int:
        with client.stream("GET", f"{url}/lines/{megabytes}") as response:
            return sum(len(line) for line in response.iter_lines())

    return read


async def async_lines(url: str) -> Callable[[int], Awaitable[int]]:
    """Megabytes of lines; how many characters they have."""
    client = httpx.AsyncClient()

    async def read(megabytes: int) -> int:
        count = 0
        async with client.stream("GET", f"{url}/lines/{megabytes}") as response:
            async for line in response.aiter_lines():
                count += len(line)
        return count

    return read
