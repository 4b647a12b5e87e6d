"""Connections of urllib3-future that are closed, and not used again, where what has come over them leaves a doubt.

h11 keeps what a server sends behind a response, and takes it for the beginning of the next one: a planted header would
land in the answer to another request. Nothing public tells of it. `machine_of` is this package's only look at private
parts; where they have changed, every connection is used once.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from contextvars import ContextVar
from typing import Any

import h11
import niquests.packages

from clientele.http.runtime.deadline import watch_next
from clientele.http.transport.connections.connecting import AsyncConnectsInTime, ConnectsInTime
from clientele.http.transport.connections.descriptors import dropped, shut_down

_Base: Any = object
_urllib3: Any = niquests.packages.urllib3
_ASYNC = _urllib3.AsyncHTTPConnectionPool.ConnectionCls
_SENDING = h11.SEND_BODY, h11.DONE

write_limit: ContextVar[float | None] = ContextVar("write_limit", default=None)
"""In seconds, for each piece of a request that is sent synchronously; urllib3-future has the connect limit there."""


def machine_of(connection: Any) -> h11.Connection | None:
    """The state machine of a connection that speaks HTTP/1.1; None where it isn't to be found."""
    machine = getattr(getattr(connection, "_protocol", None), "_connection", None)
    return machine if isinstance(machine, h11.Connection) else None


class _Guarded(_Base):  # type: ignore[misc]
    is_verified = property(lambda _: True, lambda *_: None)  # Nobody is warned who has asked for `verify=False`.
    told_version: str | None = None  # That of the last response, which urllib3-future calls 1.1 whatever it is.
    may_send_more = False  # The last response announced a body that it could not have: it may still come.

    @property
    def is_connected(self) -> bool:
        """The pools ask before every request, and connect anew."""
        if not super().is_connected or self.is_multiplexed or not self.is_idle:
            return bool(super().is_connected)
        machine = machine_of(self)
        if machine is None or self.may_send_more:
            return False
        state = machine.our_state, machine.their_state, machine.trailing_data
        return state == (h11.IDLE, h11.IDLE, (b"", False)) and not _urllib3.util.wait_for_read(self.sock, timeout=0)

    @property
    def is_saturated(self) -> bool:
        """With a response that was not asked for it is not, so that the pools ask `is_connected`."""
        machine = machine_of(self)
        return super().is_saturated and (machine is None or not self.is_idle or machine.our_state in _SENDING)

    def _noted(self, response: Any) -> Any:
        machine, headers = machine_of(self), response.headers
        self.told_version = ((machine and machine.their_http_version) or b"").decode() or None
        announces_body = "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
        self.may_send_more = announces_body and response.length_remaining == 0
        return response


class _Connection(ConnectsInTime, _Guarded):
    def request(self, *arguments: Any, **options: Any) -> Any:
        watch_next(lambda: shut_down(self.sock))
        self.timeout = write_limit.get()
        return super().request(*arguments, **options)

    def getresponse(self, **options: Any) -> Any:
        return self._noted(super().getresponse(**options))


class _AsyncConnection(AsyncConnectsInTime, _Guarded):
    async def getresponse(self, **options: Any) -> Any:
        return self._noted(await super().getresponse(**options))

    async def close(self) -> None:
        """Not while calls are under way that share it: urllib3-future closes it where one of them is cancelled."""
        if not self.is_multiplexed or self.is_idle or not self.is_connected:
            await self.end()

    async def end(self) -> None:
        """urllib3-future frees the descriptor at once, while asyncio would go on sending on it, whoever has it then."""
        with dropped(self.sock) if self.sock is not None else contextlib.nullcontext():
            try:
                await asyncio.sleep(0.001)  # Then asyncio has ended what was shut down.
            finally:
                # asyncio forgets a handshake that was cancelled, and would be waited for.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(None if self.is_multiplexed or machine_of(self) else 0.1):
                        await super().close()


class _Manager(_Base):  # type: ignore[misc]
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.pool_classes_by_scheme = {name: _pool(kind) for name, kind in vars(self)["pool_classes_by_scheme"].items()}


def guarded(kind: Any) -> Any:
    """A `PoolManager` class like `kind`, of which all connections are guarded."""
    return type(kind.__name__, (_Manager, kind), {})


def _pool(kind: Any) -> Any:
    """Asked for each connection, because tools put classes of theirs in the place of the pool's."""
    return type(kind.__name__, (kind,), {"ConnectionCls": property(lambda _: _guarding(kind.ConnectionCls))})


@functools.lru_cache(8)
def _guarding(kind: Any) -> Any:
    return type(kind.__name__, (_AsyncConnection if issubclass(kind, _ASYNC) else _Connection, kind), {})
