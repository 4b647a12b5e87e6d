"""A whole call with meatie (https://meatie.readthedocs.io) and a client that answers at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

from bench.bodies import USER
from bench.work.model import User

meatie: Any = import_module("meatie")  # Not in the environment in which types are checked.


class MemoryResponse:
    """A new one for each call."""

    status = 200

    def __init__(self, body: bytes) -> None:
        self._body = body

    def read(self) -> bytes:
        """The body."""
        return self._body

    def text(self) -> str:
        """The body as text."""
        return self._body.decode()

    def json(self) -> Any:
        """The value of the body."""
        return json.loads(self._body)


def user() -> Callable[[int], User]:
    """A small object into a model."""

    class Memory(meatie.BaseClient):  # type: ignore[misc]
        def send(self, request: Any) -> MemoryResponse:
            return MemoryResponse(USER)

        @meatie.endpoint("/users/{user_id}", method="GET")  # type: ignore[untyped-decorator]
        def get_user(self, user_id: int) -> User:
            raise NotImplementedError

    get_user: Callable[[int], User] = Memory().get_user
    return get_user
