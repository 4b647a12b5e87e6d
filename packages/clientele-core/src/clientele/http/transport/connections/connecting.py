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
    """The result of `connect`, which receives the limit for each address of `host`: an equal share of `seconds`.

    A DNS lookup can't be interrupted. So it runs in a separate thread, like `connect`, and may continue there, ignored.

    Args:
        host: the host to connect to; None if a proxy resolves it.
        port: its port.
        seconds: the limit, or None.
        connect: connects with the library.
        drop: receives a late result of `connect`.

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
    """A mixin before a connection class of urllib3 or urllib3-future, which limits each address by `timeout`."""

    timeout: Any

    def connect(self) -> None:
        """Connect, including TLS and tunnel, within `timeout`."""

        def connect(seconds: float | None) -> None:
            self.timeout = seconds
            super(ConnectsInTime, self).connect()

        connected(_searched(self), self.port, self.timeout, connect, lambda _: self.close())


class AsyncConnectsInTime(_Base):  # type: ignore[misc]
    """`ConnectsInTime`, for asynchronous calls, where the caller limits connecting as a whole."""

    timeout: Any

    async def connect(self) -> None:
        """Connect, with a share of `timeout` for each address."""
        host = _searched(self)
        if self.timeout is not None and host is not None:
            loop = asyncio.get_running_loop()
            self.timeout = _share(self.timeout, await loop.getaddrinfo(host, self.port, type=socket.SOCK_STREAM))
        await super().connect()


def _searched(connection: Any) -> str | None:
    """The host that `connection` resolves; None if a SOCKS proxy does."""
    is_socks = any("socks" in kind.__module__ for kind in type(connection).__mro__)
    return None if is_socks else connection.host
