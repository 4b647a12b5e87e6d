"""requests, used the usual way."""

from __future__ import annotations

from collections.abc import Callable

import requests

from bench.work.model import User


def sync_user(url: str) -> Callable[[int], User]:
    """A small object into a model."""
    session = requests.Session()
    return lambda user_id: User.model_validate(session.get(f"{url}/users/{user_id}").json())


def sync_lines(url: str) -> Callable[[int], int]:
    """Megabytes of lines; how many characters they have."""
    session = requests.Session()

    def read(megabytes: int) -> int:
        with session.get(f"{url}/lines/{megabytes}", stream=True) as response:
            return sum(len(line) for line in response.iter_lines(decode_unicode=True))

    return read
