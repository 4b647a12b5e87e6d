"""Native clients that can't be built, now and then: a call that gets none takes nothing away from the next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from clientele.http import Capability, Timeout
from clientele.http.transport import TransportBackend
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest, WireResponse

URL = "http://api.example/"


class MoodyHTTPBackend(TransportBackend[None, None]):
    """Its library refuses to make a client as often as it is told to."""

    name = library = "moody"
    capabilities = frozenset({Capability.SYNC, Capability.ASYNC, Capability.POOL_TIMEOUT})
    faults = ()
    failures = 3

    def build_client(self, proxy: str | None = None) -> None:
        self.failures -= 1
        if self.failures >= 0:
            raise OSError("no more descriptors")

    def build_async_client(self, proxy: str | None = None) -> None:
        self.build_client(proxy)

    @staticmethod
    def close_client(client: None) -> None: ...

    @staticmethod
    async def aclose_client(client: None) -> None: ...

    def exchange(self, client: None, request: WireRequest) -> SyncWireResponse:
        return WireResponse(200, (), "1.1", iter((b"1\n",)), lambda: None, None)

    async def async_exchange(self, client: None, request: WireRequest) -> AsyncWireResponse:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"1\n"

        async def close() -> None: ...

        return WireResponse(200, (), "1.1", chunks(), close, None)

    @staticmethod
    def convert_to_response(native_response: Any) -> Any:
        return native_response


@pytest.fixture
def backend() -> MoodyHTTPBackend:
    """With one slot. A call that doesn't get it raises after 20 seconds."""
    return MoodyHTTPBackend(max_connections=1, timeout=Timeout(pool=20.0))


def test_a_call_that_gets_no_client_gives_its_slot_back(backend: MoodyHTTPBackend) -> None:
    for _ in range(3):
        with pytest.raises(OSError, match="no more descriptors"):
            backend.send_sync_request("GET", URL)
    assert b"1\n" == backend.send_sync_request("GET", URL).content


def test_a_stream_that_gets_no_client_gives_its_slot_back(backend: MoodyHTTPBackend) -> None:
    def items() -> Iterator[int]:
        return backend.handle_sync_stream("GET", URL, int)

    for _ in range(3):
        with pytest.raises(OSError, match="no more descriptors"):
            next(items())
    assert [1] == list(items())


def test_an_asynchronous_call_that_gets_no_client_gives_its_slot_back(backend: MoodyHTTPBackend) -> None:
    async def main() -> None:
        for _ in range(3):
            with pytest.raises(OSError, match="no more descriptors"):
                await backend.send_async_request("GET", URL)
        assert b"1\n" == (await backend.send_async_request("GET", URL)).content
        assert [1] == [item async for item in backend.handle_async_stream("GET", URL, int)]
        await backend.aclose()

    asyncio.run(main())


def test_an_asynchronous_stream_that_gets_no_client_gives_its_slot_back(backend: MoodyHTTPBackend) -> None:
    async def main() -> None:
        for _ in range(3):
            with pytest.raises(OSError, match="no more descriptors"):
                await anext(backend.handle_async_stream("GET", URL, int))
        assert [1] == [item async for item in backend.handle_async_stream("GET", URL, int)]
        await backend.aclose()

    asyncio.run(main())
