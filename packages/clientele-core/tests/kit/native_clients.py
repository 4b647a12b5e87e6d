"""Native clients that know whether they are open, and a factory that keeps them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Client:
    """A native client that knows whether it is open, and on which loop it was closed."""

    def __init__(self) -> None:
        self.closed_on: list[asyncio.AbstractEventLoop | None] = []


async def aclose(client: Client) -> None:
    await asyncio.sleep(0)
    client.closed_on.append(asyncio.get_running_loop())


class Factory:
    """Builds clients, and keeps them."""

    def __init__(self, before: Callable[[], object] = lambda: None) -> None:
        self.built: list[Client] = []
        self._before = before

    def __call__(self) -> Client:
        self._before()
        self.built.append(Client())
        return self.built[-1]
