"""The transports of a client and their pools. They are private, and tested with the lowest and the newest version."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx


def transport_for(client: httpx.Client | httpx.AsyncClient, request: httpx.Request) -> Any:
    """What `client` sends `request` through.

    Sending through the client itself takes twice as long: it would look for auth, cookies, redirects and hooks.

    Raises:
        ConnectError: the client was closed.
    """
    if client.is_closed:
        raise httpx.ConnectError("the client was closed", request=request)
    return client._transport_for_url(request.url)  # noqa: SLF001


def pools_of(client: httpx.Client | httpx.AsyncClient) -> Iterator[Any]:
    """The pools of httpcore beneath `client`; a transport of the user's has none."""
    for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001
        pool = getattr(transport, "_pool", None)
        if pool is not None:
            yield pool


def pooled_stream(response: httpx.Response) -> Any:
    """The body of `response` as the pool of httpcore has it; None behind a transport of the user's."""
    stream: Any = response.stream
    return getattr(getattr(stream, "_stream", stream), "_httpcore_stream", None)


def lock_at_once(response: httpx.Response, connection: Any) -> None:
    """Give the HTTP/1.1 `connection` that `response` comes over locks that are taken at once if nobody holds them.

    Those of httpcore let others have their turn even then. Between choosing a connection and taking it others choose
    the same one, and all but the first begin anew: with fifty tasks a dozen times for each call.
    """
    connection._state_lock = asyncio.Lock()  # noqa: SLF001
    pooled = pooled_stream(response)._pool_request.connection  # noqa: SLF001
    if hasattr(pooled, "_request_lock"):
        pooled._request_lock = asyncio.Lock()  # noqa: SLF001 - nobody needs the old one: it is for connecting


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
