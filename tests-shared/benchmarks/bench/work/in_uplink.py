"""A whole call with uplink (https://uplink.readthedocs.io) and a client that answers at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

from bench.bodies import USER
from bench.work.model import User

uplink: Any = import_module("uplink")  # Not in the environment in which types are checked.
interfaces: Any = import_module("uplink.clients.interfaces")
io: Any = import_module("uplink.clients.io")


class MemoryResponse:
    """A new one for each call."""

    status_code = 200

    def __init__(self, body: bytes) -> None:
        self._body = body

    def json(self) -> Any:
        """The value of the body."""
        return json.loads(self._body)


class Memory(interfaces.HttpClientAdapter):  # type: ignore[misc]
    """The client."""

    def send(self, request: Any) -> MemoryResponse:
        """The answer."""
        return MemoryResponse(USER)

    def apply_callback(self, callback: Callable[[Any], Any], response: Any) -> Any:
        """What `callback` makes of `response`."""
        return callback(response)

    @staticmethod
    def io() -> Any:
        """Calls block."""
        return io.BlockingStrategy()


def user() -> Callable[[int], User]:
    """A small object into a model."""

    class API(uplink.Consumer):  # type: ignore[misc]
        @uplink.returns.json(User)  # type: ignore[untyped-decorator]
        @uplink.args(user_id=uplink.Path)  # type: ignore[untyped-decorator]
        @uplink.get("/users/{user_id}")  # type: ignore[untyped-decorator]
        def get_user(self, user_id: int) -> User:
            raise NotImplementedError

    get_user: Callable[[int], User] = API(base_url="https://api.example.com/v1", client=Memory()).get_user
    return get_user
