"""A whole call with a TransportBackend whose exchange answers at once: URL, headers and decoding really run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from bench.bodies import USER
from bench.work.in_memory import client_of, user_by
from bench.work.model import User
from clientele.http import Response, TransportBackend
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest, WireResponse

_HEADERS = (
    ("Date", "Sun, 01 Nov 2026 12:00:00 GMT"),
    ("Server", "memory"),
    ("Content-Type", "application/json"),
    ("Content-Length", str(len(USER))),
)


class MemoryClient:
    """What stands for a library's client."""


class MemoryTransport(TransportBackend[MemoryClient, MemoryClient]):
    """Answers every request with the same head and body."""

    name = "memory"
    library = "memory/1"
    faults = ()

    def build_client(self, proxy: str | None = None) -> MemoryClient:
        """A new one."""
        return MemoryClient()

    def build_async_client(self, proxy: str | None = None) -> MemoryClient:
        """A new one."""
        return MemoryClient()

    @staticmethod
    def close_client(client: MemoryClient) -> None:
        """Nothing is open."""

    @staticmethod
    async def aclose_client(client: MemoryClient) -> None:
        """Nothing is open."""

    def exchange(self, client: MemoryClient, request: WireRequest) -> SyncWireResponse:
        """The answer."""
        return WireResponse(200, _HEADERS, "1.1", iter((USER,)), _closed, None)

    async def async_exchange(self, client: MemoryClient, request: WireRequest) -> AsyncWireResponse:
        """The answer."""
        return WireResponse(200, _HEADERS, "1.1", _chunks(), _aclosed, None)

    @staticmethod
    def convert_to_response(native_response: Any) -> Response:
        """There are no native responses."""
        raise NotImplementedError


def user() -> Callable[[int], User]:
    """A small object into a model."""
    return user_by(client_of(MemoryTransport()))


async def _chunks() -> AsyncIterator[bytes]:
    yield USER


def _closed() -> None:
    return None


async def _aclosed() -> None:
    return None
