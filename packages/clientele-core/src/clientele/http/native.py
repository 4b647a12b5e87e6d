"""The native clients of one backend, and the slots for the exchanges that go over them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Generic, TypeVar

from clientele.http.clients import AsyncClients, SyncClient
from clientele.http.own_clients import OneLoop
from clientele.http.slots import Slots

ClientT = TypeVar("ClientT")


class Natives(Generic[ClientT]):
    """The synchronous clients: one for each proxy, and one for none; or the user's own, which has a pool of its own.

    Args:
        own: the user's client, or None.
        max_connections: how many exchanges there may be at once.
        build: builds a client, given a proxy if there is one.
        close: closes what was built.
    """

    def __init__(
        self, own: ClientT | None, max_connections: int, build: Callable[..., ClientT], close: Callable[[ClientT], None]
    ) -> None:
        self._own = own
        self._build = build
        self._close = close
        self._clients: dict[str | None, SyncClient[ClientT]] = {}
        self.slots = Slots(max_connections if own is None else None)

    def get(self, proxy: str | None) -> ClientT:
        """The client that goes through `proxy`."""
        if self._own is not None:
            return self._own
        slot = self._clients.get(proxy)
        if slot is None:
            slot = self._clients.setdefault(proxy, SyncClient(_building(self._build, proxy), self._close))
        return slot.get()

    def close(self) -> None:
        """Close what was built."""
        for client in list(self._clients.values()):
            client.close()


class AsyncNatives(Generic[ClientT]):
    """`Natives`, for asynchronous calls: their clients belong to the running loop."""

    def __init__(
        self,
        own: ClientT | None,
        max_connections: int,
        build: Callable[..., ClientT],
        close: Callable[[ClientT], Awaitable[None]],
    ) -> None:
        self._own = own
        self._own_loop = OneLoop()
        self._build = build
        self._close = close
        self._clients: dict[str | None, AsyncClients[ClientT]] = {}
        self.slots = Slots(max_connections if own is None else None)

    def get(self, proxy: str | None) -> ClientT:
        """The client that goes through `proxy` on this loop.

        Raises:
            ConfigurationError: the client is the user's own, and belongs to another loop.
        """
        if self._own is not None:
            self._own_loop.check()
            return self._own
        slot = self._clients.get(proxy)
        if slot is None:
            slot = self._clients.setdefault(proxy, AsyncClients(_building(self._build, proxy), self._close))
        return slot.get()

    def hand_over(self) -> None:
        """Have every loop close what was built for it."""
        for clients in list(self._clients.values()):
            clients.hand_over()

    async def aclose(self) -> None:
        """Close what was built for this loop, and have every other loop close its own."""
        for clients in list(self._clients.values()):
            await clients.aclose()


def _building(build: Callable[..., Any], proxy: str | None) -> Callable[[], Any]:
    """A third party's `build_client` need not know of proxies."""
    return build if proxy is None else partial(build, proxy)
