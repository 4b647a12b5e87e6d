"""Connections of urllib3-future that are closed instead of reused if their received data is suspicious.

h11 keeps bytes that a server sends after a response, and treats them as the beginning of the next one: a planted header
would appear in the response to another request. No public API shows them. `machine_of` is this package's only use of
private names; without them, every connection is used once.
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
"""In seconds, for each chunk of a synchronous request; urllib3-future applies the connect limit there."""


def machine_of(connection: Any) -> h11.Connection | None:
    """The state machine of an HTTP/1.1 connection; None if it can't be found."""
    machine = getattr(getattr(connection, "_protocol", None), "_connection", None)
    return machine if isinstance(machine, h11.Connection) else None


class _Guarded(_Base):  # type: ignore[misc]
    is_verified = property(lambda _: True, lambda *_: None)  # No warning for an explicit `verify=False`.
    told_version: str | None = None  # The version of the last response, which urllib3-future always calls 1.1.
    may_send_more = False  # The last response announced a body that it can't have, and that may still arrive.

    @property
    def is_connected(self) -> bool:
        """Checked by the pools before every request; if False, they reconnect."""
        if not super().is_connected or self.is_multiplexed or not self.is_idle:
            return bool(super().is_connected)
        machine = machine_of(self)
        if machine is None or self.may_send_more:
            return False
        state = machine.our_state, machine.their_state, machine.trailing_data
        return state == (h11.IDLE, h11.IDLE, (b"", False)) and not _urllib3.util.wait_for_read(self.sock, timeout=0)

    @property
    def is_saturated(self) -> bool:
        """False with a surplus response, so that the pools check `is_connected`."""
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
        """Don't close it while other calls share it: urllib3-future closes it if one of them is cancelled."""
        if not self.is_multiplexed or self.is_idle or not self.is_connected:
            await self.end()

    async def end(self) -> None:
        """urllib3-future frees the descriptor immediately, while asyncio would still send on it, even if reused."""
        with dropped(self.sock) if self.sock is not None else contextlib.nullcontext():
            try:
                await asyncio.sleep(0.001)  # By then, asyncio has ended the connection.
            finally:
                # asyncio never finishes a cancelled handshake.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(None if self.is_multiplexed or machine_of(self) else 0.1):
                        await super().close()


class _Manager(_Base):  # type: ignore[misc]
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.pool_classes_by_scheme = {name: _pool(kind) for name, kind in vars(self)["pool_classes_by_scheme"].items()}


def guarded(kind: Any) -> Any:
    """A `PoolManager` class like `kind`, whose connections are all guarded."""
    return type(kind.__name__, (_Manager, kind), {})


def _pool(kind: Any) -> Any:
    """Called for each connection, because tools replace the class of the pool."""
    return type(kind.__name__, (kind,), {"ConnectionCls": property(lambda _: _guarding(kind.ConnectionCls))})


@functools.lru_cache(8)
def _guarding(kind: Any) -> Any:
    return type(kind.__name__, (_AsyncConnection if issubclass(kind, _ASYNC) else _Connection, kind), {})
