"""Connects within one limit, which includes the DNS lookup and all addresses of a host."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context
from time import monotonic
from typing import Any, TypeVar

from clientele.http.runtime.lazy import asyncio, futures

T = TypeVar("T")
_Base: Any = object


def connected(
    host: str | None,
    port: int | None,
    seconds: float | None,
    connect: Callable[[float | None], T],
    drop: Callable[[T], object],
) -> T:
    """What `connect` returns, which is given the limit for each address of `host`: an equal share of `seconds`.

    Nothing can end the search for a name. So it has a thread of its own, as has `connect`, and goes on there unheard.

    Args:
        host: where the library connects to; None if a proxy searches for it.
        port: likewise.
        seconds: the limit; None for none.
        connect: has the library connect.
        drop: gets what `connect` returns too late.

    Raises:
        TimeoutError: there is no connection within `seconds`.
        OSError: there is no such host.
    """
    if seconds is None:
        return connect(None)
    result, due = futures.Future[T](), monotonic() + seconds

    def run() -> None:
        try:
            addresses = [host] if host is None else socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            made = connect(_share(due - monotonic(), addresses))
        except BaseException as error:  # noqa: BLE001 - it is raised in the thread that waits
            if result.set_running_or_notify_cancel():
                result.set_exception(error)
        else:
            if result.set_running_or_notify_cancel():
                result.set_result(made)
            else:
                drop(made)

    threading.Thread(target=copy_context().run, args=(run,), name="clientele-connecting", daemon=True).start()
    try:
        return result.result(seconds)
    except TimeoutError:
        if result.cancel():
            raise TimeoutError("there was no connection in time") from None
        return result.result()


def _share(seconds: float, addresses: Sequence[object]) -> float:
    return max(seconds / len(addresses), 0.001)


class ConnectsInTime(_Base):  # type: ignore[misc]
    """Goes before a connection class of urllib3's or a relative's, which limits each address by `timeout`."""

    timeout: Any

    def connect(self) -> None:
        """Connect, TLS and tunnel included, within `timeout`."""

        def connect(seconds: float | None) -> None:
            self.timeout = seconds
            super(ConnectsInTime, self).connect()

        connected(_searched(self), self.port, self.timeout, connect, lambda _: self.close())


class AsyncConnectsInTime(_Base):  # type: ignore[misc]
    """`ConnectsInTime`, for asynchronous calls, whose whole connecting the caller limits."""

    timeout: Any

    async def connect(self) -> None:
        """Connect, and have each address its share of `timeout`."""
        host = _searched(self)
        if self.timeout is not None and host is not None:
            loop = asyncio.get_running_loop()
            self.timeout = _share(self.timeout, await loop.getaddrinfo(host, self.port, type=socket.SOCK_STREAM))
        await super().connect()


def _searched(connection: Any) -> str | None:
    """The host that `connection` searches for; a SOCKS proxy may be the one that does."""
    is_socks = any("socks" in kind.__module__ for kind in type(connection).__mro__)
    return None if is_socks else connection.host
