"""A slot is given back when its exchange is over, and that is when its connection has been closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from clientele.http.transport.memory import Clientless, MemoryBackend
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest, WireResponse


class Counting(Clientless, MemoryBackend[None, None]):
    """A backend that counts the exchanges under way; closing one takes the event loop a few turns."""

    name = "counting"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.open = 0
        self.most = 0

    def exchange(self, client: None, request: WireRequest) -> SyncWireResponse:
        self._began()
        return WireResponse(200, (), "1.1", _endless(), self._ended, None)

    async def async_exchange(self, client: None, request: WireRequest) -> AsyncWireResponse:
        self._began()

        async def close() -> None:
            for _ in range(5):
                await asyncio.sleep(0)
            self._ended()

        return WireResponse(200, (), "1.1", _aendless(), close, None)

    def _began(self) -> None:
        self.open += 1
        self.most = max(self.most, self.open)

    def _ended(self) -> None:
        self.open -= 1


def _endless() -> Iterator[bytes]:
    while True:
        yield b"1\n"


async def _aendless() -> AsyncIterator[bytes]:
    while True:
        yield b"1\n"


@pytest.mark.parametrize("way", ["stream", "call"])
def test_no_exchange_begins_while_another_is_being_closed(way: str) -> None:
    """CON-3 whoever waits for the slot: there would be more connections than the limit says."""

    async def leave(backend: Counting) -> None:
        if way == "call":
            with pytest.raises(Exception, match="larger"):
                await backend.send_async_request("GET", "/", max_response_bytes=3)
            return
        items = backend.handle_async_stream("GET", "/", bytes)
        await anext(items)
        await items.aclose()

    async def main() -> None:
        backend = Counting(max_connections=1)
        await asyncio.gather(*(leave(backend) for _ in range(5)))
        assert (0, 1) == (backend.open, backend.most)
        await backend.aclose()

    asyncio.run(main())


def test_a_stream_that_was_left_is_closed_before_its_slot_is_free() -> None:
    """CON-3 in a synchronous call, too."""
    backend = Counting(max_connections=1)
    for _ in range(3):
        items = backend.handle_sync_stream("GET", "/", bytes)
        next(items)
        items.close()
    assert (0, 1) == (backend.open, backend.most)
    backend.close()
