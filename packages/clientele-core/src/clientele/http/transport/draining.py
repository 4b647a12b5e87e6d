"""Reads the rest of a body after its stream ended, so that the connection can be reused."""

from __future__ import annotations

from clientele.http.runtime.lazy import asyncio
from clientele.http.transport.connections.waits import Unlimited, Waits
from clientele.http.transport.errors import TransportError
from clientele.http.transport.stream_state import StreamState
from clientele.http.wire import AsyncWireResponse, SyncWireResponse

REST = 0.5
"""The limit in seconds. After the event that ends a stream, the end of the body usually arrives at the same time."""


def drained(call: StreamState, wire: SyncWireResponse) -> bool:
    """Whether the body ended in time, with no data left on the connection."""
    if call.deadline is not None:
        call.deadline.shorten(REST)
    try:
        while next_of(call, wire) is not None:
            pass
    except TransportError:
        return False
    finally:
        _lift(call)
    return True


async def adrained(call: StreamState, waits: Waits | Unlimited, wire: AsyncWireResponse) -> bool:
    """`drained`, asynchronously."""
    try:
        async with asyncio.timeout(REST):
            while await anext_of(call, waits, wire) is not None:
                pass
    except (TransportError, TimeoutError):
        return False
    finally:
        _lift(call)
    return True


def _lift(call: StreamState) -> None:
    """Remove the deadline: only the connection has to be closed."""
    if call.deadline is not None:
        call.deadline.lift()


def next_of(call: StreamState, wire: SyncWireResponse) -> bytes | None:
    """The next chunk of the body, None at its end."""
    with call.faults:
        return next(wire.chunks, None)


async def anext_of(call: StreamState, waits: Waits | Unlimited, wire: AsyncWireResponse) -> bytes | None:
    """`next_of`, asynchronously."""
    with call.faults:
        return await call.within(waits.chunk(wire.chunks))
