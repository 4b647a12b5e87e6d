"""Native clients of several kinds at once: one for each way to a server, in each mode and on each event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from clientele.http import Capability
from clientele.http.transport import TransportBackend
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest, WireResponse

URLS = ["http://localhost/", "http://api.example/", "https://api.example/"]
"""Reached past the proxies, and through each of them."""

PATIENCE = 20.0


class Client:
    """Knows for which proxy it is, and whether it is open."""

    def __init__(self, proxy: str | None) -> None:
        self.proxy = proxy
        self.used_for: list[str | None] = []
        self.closed = threading.Event()


class ManyWaysHTTPBackend(TransportBackend[Client, Client]):
    """Keeps the clients that it has built, and notes on which of them a request goes out."""

    name = library = "ways"
    capabilities = frozenset({Capability.SYNC, Capability.ASYNC, Capability.PROXY})
    proxy_schemes = frozenset({"http"})
    faults = ()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.built: list[Client] = []

    def build_client(self, proxy: str | None = None) -> Client:
        self.built.append(Client(proxy))
        return self.built[-1]

    def build_async_client(self, proxy: str | None = None) -> Client:
        return self.build_client(proxy)

    @staticmethod
    def close_client(client: Client) -> None:
        client.closed.set()

    @staticmethod
    async def aclose_client(client: Client) -> None:
        await asyncio.sleep(0)
        client.closed.set()

    def exchange(self, client: Client, request: WireRequest) -> SyncWireResponse:
        client.used_for.append(request.proxy)
        return WireResponse(200, (), "1.1", iter(()), lambda: None, None)

    async def async_exchange(self, client: Client, request: WireRequest) -> AsyncWireResponse:
        async def chunks() -> AsyncIterator[bytes]:
            yield b""

        async def close() -> None: ...

        client.used_for.append(request.proxy)
        return WireResponse(200, (), "1.1", chunks(), close, None)

    @staticmethod
    def convert_to_response(native_response: Any) -> Any:
        return native_response


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> ManyWaysHTTPBackend:
    monkeypatch.setenv("HTTP_PROXY", "http://one.example:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://two.example:2")
    return ManyWaysHTTPBackend()


def call(backend: ManyWaysHTTPBackend) -> None:
    for url in URLS * 2:
        assert 200 == backend.send_sync_request("GET", url).status_code


async def acall(backend: ManyWaysHTTPBackend) -> None:
    for url in URLS * 2:
        assert 200 == (await backend.send_async_request("GET", url)).status_code


def open_clients(backend: ManyWaysHTTPBackend) -> list[str | None]:
    return [client.proxy for client in backend.built if not client.closed.is_set()]


def test_each_way_has_its_client(backend: ManyWaysHTTPBackend) -> None:
    """PRX-1 and each client its way, in both modes."""
    ways = [None, "http://one.example:1", "http://two.example:2"]
    call(backend)
    assert ways == open_clients(backend)

    async def main() -> None:
        await acall(backend)
        assert ways * 2 == open_clients(backend)

    asyncio.run(main())
    assert [[way, way] for way in ways] * 2 == [client.used_for for client in backend.built]


def test_close_closes_all_of_them(backend: ManyWaysHTTPBackend) -> None:
    """LIF-3 and the next calls build anew."""
    for count in (1, 2):
        call(backend)
        assert count * len(URLS) == len(backend.built)
        backend.close()
        assert [] == open_clients(backend)


def test_aclose_closes_all_of_them(backend: ManyWaysHTTPBackend) -> None:
    """LIF-3 those of synchronous calls, too."""
    call(backend)

    async def main() -> None:
        await acall(backend)
        await backend.aclose()
        assert [] == open_clients(backend)

    asyncio.run(main())
    assert 2 * len(URLS) == len(backend.built)


@pytest.mark.parametrize("by", ["close", "aclose"])
def test_closing_reaches_all_clients_of_another_loop(by: str, backend: ManyWaysHTTPBackend) -> None:
    """LIF-3 on their own loop, which runs on and calls again."""
    begun, again = threading.Event(), threading.Event()

    async def other() -> None:
        await acall(backend)
        begun.set()
        assert await asyncio.to_thread(again.wait, PATIENCE)
        await acall(backend)
        await backend.aclose()

    thread = threading.Thread(target=asyncio.run, args=(other(),))
    thread.start()
    assert begun.wait(PATIENCE)
    if by == "close":
        backend.close()
    else:
        asyncio.run(backend.aclose())
    assert all(client.closed.wait(PATIENCE) for client in backend.built)
    again.set()
    thread.join(PATIENCE)
    assert (2 * len(URLS), []) == (len(backend.built), open_clients(backend))
