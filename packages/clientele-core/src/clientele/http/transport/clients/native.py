"""The native clients of one backend, and the slots of their exchanges."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

from clientele.http.transport.clients.clients import (
    AsyncClients,
    ExclusiveClients,
    Loan,
    SharedLoan,
    SyncClient,
)
from clientele.http.transport.clients.own_clients import OneLoop
from clientele.http.transport.clients.slots import Slots, TaskSlots

ClientT = TypeVar("ClientT")
Kind: TypeAlias = tuple[str | None, bool]
"""The purpose of a client: its proxy, and whether it is for home or for other origins."""


class Natives(Generic[ClientT]):
    """The synchronous clients: one for each proxy, and one without; or the user's own, which has its own pool.

    Args:
        own: the user's client, or None.
        max_connections: the maximum number of concurrent exchanges.
        build: builds a client; receives the proxy if there is one.
        close: closes a built client.
        exclusive: if set, each call gets its own client, which is closed after being idle for so many seconds.
    """

    def __init__(
        self,
        own: ClientT | None,
        max_connections: int,
        build: Callable[..., ClientT],
        close: Callable[[ClientT], None],
        *,
        exclusive: float | None = None,
    ) -> None:
        self._own = own
        self._build = build
        self._close = close
        self._exclusive = exclusive
        self._clients: dict[Kind, SyncClient[ClientT] | ExclusiveClients[ClientT]] = {}
        self.build_elsewhere: Callable[..., ClientT] | None = None
        """Builds a client for other origins than home; None if they get the same one."""
        self.slots = Slots(max_connections if own is None else None)

    def lend(self, proxy: str | None, seconds: float | None, *, at_home: bool = True) -> Loan[ClientT]:
        """The client that goes through `proxy`, for one call to home or elsewhere.

        It waits for a slot, as long as `seconds`.

        Raises:
            NoSlot: the time is up.
        """
        release = self.slots.take(seconds)
        try:
            if self._own is not None:
                return Loan(self._own, release)
            kind = proxy, at_home or self.build_elsewhere is None
            return (self._clients.get(kind) or self._made(kind)).lend(release)
        except BaseException:
            release()
            raise

    def close(self) -> None:
        """Close what was built."""
        for client in list(self._clients.values()):
            client.close()

    def _made(self, kind: Kind) -> SyncClient[ClientT] | ExclusiveClients[ClientT]:
        build = _building(self._build, self.build_elsewhere, *kind)
        kept = self._exclusive
        new = SyncClient(build, self._close) if kept is None else ExclusiveClients(build, self._close, kept)
        return self._clients.setdefault(kind, new)


class AsyncNatives(Generic[ClientT]):
    """`Natives`, for asynchronous calls: their clients belong to the running loop.

    Args:
        shared: if set, calls share the connections of a client, which is replaced if a call leaves it in doubt, or
            after being idle for so many seconds.
    """

    def __init__(
        self,
        own: ClientT | None,
        max_connections: int,
        build: Callable[..., ClientT],
        close: Callable[[ClientT], Awaitable[None]],
        *,
        shared: float | None = None,
    ) -> None:
        self._shared = shared
        self._own = own
        self._own_loop = OneLoop()
        self._build = build
        self._close = close
        self._clients: dict[Kind, AsyncClients[ClientT]] = {}
        self.build_elsewhere: Callable[..., ClientT] | None = None
        """Builds a client for other origins than home; None if they get the same one."""
        self.slots = TaskSlots(max_connections if own is None else None)

    async def lend(self, proxy: str | None, seconds: float | None, *, at_home: bool = True) -> Loan[ClientT]:
        """The client that goes through `proxy` on this loop, for one call to home or elsewhere.

        It waits for a slot, as long as `seconds`.

        Raises:
            NoSlot: the time is up.
            ConfigurationError: the client is the user's own, and belongs to another loop.
        """
        release = await self.slots.take(seconds)
        try:
            if self._own is not None:
                self._own_loop.check()
                return Loan(self._own, release)
            kind = proxy, at_home or self.build_elsewhere is None
            slot = self._clients.get(kind)
            if slot is None:
                build = _building(self._build, self.build_elsewhere, *kind)
                slot = self._clients.setdefault(kind, AsyncClients(build, self._close))
            if self._shared is None:
                return Loan(slot.get(), release)
            return SharedLoan(slot.current(self._shared), release)
        except BaseException:
            release()
            raise

    def hand_over(self) -> None:
        """Make each loop close its clients."""
        for clients in list(self._clients.values()):
            clients.hand_over()

    async def aclose(self) -> None:
        """Close the clients of this loop, and make other loops close theirs."""
        for clients in list(self._clients.values()):
            await clients.aclose()


def _building(
    build: Callable[..., Any], elsewhere: Callable[..., Any] | None, proxy: str | None, at_home: bool  # noqa: FBT001
) -> Callable[[], Any]:  # fmt: skip
    """A third-party `build_client` may not accept a proxy."""
    builds = build if at_home or elsewhere is None else elsewhere
    return builds if proxy is None else partial(builds, proxy)
