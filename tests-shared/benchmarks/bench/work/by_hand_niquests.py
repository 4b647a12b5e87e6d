"""niquests, used the usual way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import niquests

from bench.work.model import User


def sync_user(url: str) -> Callable[[int], User]:
    """A small object into a model."""
    session = niquests.Session()
    return lambda user_id: User.model_validate(session.get(f"{url}/users/{user_id}").json())


async def async_user(url: str) -> Callable[[int], Awaitable[User]]:
    """A small object into a model."""
    session = niquests.AsyncSession()

    async def get_user(user_id: int) -> User:
        return User.model_validate((await session.get(f"{url}/users/{user_id}")).json())

    return get_user


def sync_lines(url: str) -> Callable[[int], int]:
    """Megabytes of lines; how many characters they have."""
    session = niquests.Session()

    def read(megabytes: int) -> int:
        with session.get(f"{url}/lines/{megabytes}", stream=True) as response:
            return sum(len(line) for line in response.iter_lines(decode_unicode=True))

    return read


async def async_lines(url: str) -> Callable[[int], Awaitable[int]]:
    """Megabytes of lines; how many characters they have."""
    session = niquests.AsyncSession()

    async def read(megabytes: int) -> int:
        count = 0
        async with await session.get(f"{url}/lines/{megabytes}", stream=True) as response:
            async for line in response.iter_lines(decode_unicode=True):
                count += len(line)
        return count

    return read
