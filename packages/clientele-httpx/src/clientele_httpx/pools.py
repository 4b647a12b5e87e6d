"""The connection pools of a client. They are private, and tested with the lowest and the newest version."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx


def pools_of(client: httpx.Client | httpx.AsyncClient) -> Iterator[Any]:
    """The pools of httpcore beneath `client`; a transport of the user's has none."""
    for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001
        pool = getattr(transport, "_pool", None)
        if pool is not None:
            yield pool


async def undisturbed(close: Callable[[], Awaitable[None]]) -> None:
    """Close to the end, even if the caller is cancelled meanwhile.

    httpcore shields its closing from the cancelling of anyio, but not from that of asyncio: a response whose call is
    cancelled while it closes would keep its place in the pool for ever.
    """
    closing = asyncio.ensure_future(close())
    try:
        await asyncio.shield(closing)
    except asyncio.CancelledError:
        while not closing.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({closing})
        raise


async def free_slots(client: httpx.AsyncClient) -> None:
    """Close the connections that no request has and that are not idle either.

    A request that is cancelled between getting a connection and using it leaves one behind, which would hold its place
    in the pool for ever.
    """
    for pool in pools_of(client):
        with pool._optional_thread_lock:  # noqa: SLF001
            taken = {id(request.connection) for request in pool._requests}  # noqa: SLF001
            left = [each for each in pool._connections if id(each) not in taken and not each.is_idle()]  # noqa: SLF001
            pool._connections = [each for each in pool._connections if each not in left]  # noqa: SLF001
        for connection in left:
            await connection.aclose()
