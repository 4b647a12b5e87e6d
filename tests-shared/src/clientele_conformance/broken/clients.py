"""Broken in how they deal with the library's clients, and with what those hold open."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from clientele.http import HTTPBackend
from clientele.http.errors import TransportError
from clientele.http.transport import TransportBackend
from clientele.http.wire import NOTHING, AsyncWireResponse, ClientDefaults, SyncWireResponse, WireRequest
from clientele_conformance.broken.plans import Configured, Plan, Planned, Sending, correct, correct_transport


class ClosesClientsHandedIn(Configured):
    """As a backend does that doesn't know whose client it has."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Remember the clients that it was given."""
        self._given, self._async_given = options.get("client"), options.get("async_client")
        return options

    def close(self) -> None:
        """Close also the client that was handed in."""
        correct(super()).close()
        if self._given is not None:
            correct_transport(self).close_client(self._given)

    async def aclose(self) -> None:
        """Close also the client that was handed in."""
        await correct(super()).aclose()
        if self._async_given is not None:
            await correct_transport(self).aclose_client(self._async_given)


class HasOneAsyncClient(TransportBackend[Any, Any]):
    """As a backend has that builds its asynchronous client once."""

    _only: Any = None

    def build_async_client(self, proxy: str | None = None) -> Any:
        """The client of the first event loop."""
        if self._only is None:
            self._only = correct_transport(super()).build_async_client(proxy)
        return self._only


class KeepsEndedLoops(TransportBackend[Any, Any]):
    """As a backend does that remembers each loop by a value that holds it."""

    def build_async_client(self, proxy: str | None = None) -> Any:
        """Remember the running loop, and all that belongs to it."""
        vars(self).setdefault("loops", []).append(asyncio.get_running_loop())
        return correct_transport(super()).build_async_client(proxy)


class LeavesSocketsOpen(HTTPBackend):
    """As a backend does that leaves the end of its client to the garbage collector."""

    def close(self) -> None:
        """Do nothing."""

    async def aclose(self) -> None:
        """Do nothing."""


class StaysClosed(Planned):
    """As httpx and aiohttp do."""

    _closed = False

    def plan(self, sending: Sending) -> Plan:
        """Refuse to work."""
        if self._closed:
            raise RuntimeError("the client has been closed")
        return (yield sending)

    def close(self) -> None:
        """Close for good."""
        self._closed = True
        correct(super()).close()

    async def aclose(self) -> None:
        """Close for good."""
        self._closed = True
        await correct(super()).aclose()


class BuildsForEachCall(TransportBackend[Any, Any]):
    """As `requests.get` and `httpx.get` do."""

    def exchange(self, client: Any, request: WireRequest) -> SyncWireResponse:
        """Use a new client."""
        del client
        return correct_transport(super()).exchange(self.build_client(), request)

    async def async_exchange(self, client: Any, request: WireRequest) -> AsyncWireResponse:
        """Use a new client."""
        del client
        return await correct_transport(super()).async_exchange(self.build_async_client(), request)


class BuildsInItsConstructor(HTTPBackend):
    """As most classes do that have a client."""

    def __init__(self, **options: Any) -> None:
        correct(super()).__init__(**options)  # type: ignore[misc]
        self._ready = self.build_client()


class NeverClosesClients(TransportBackend[Any, Any]):
    """As a backend does whose author has never seen a ResourceWarning."""

    @staticmethod
    def close_client(client: Any) -> None:
        """Do nothing."""

    @staticmethod
    async def aclose_client(client: Any) -> None:
        """Do nothing."""


class HoldsOnToItsClient(TransportBackend[Any, Any]):
    """As an attribute does, in a child as in its parent."""

    _mine: Any = None

    def exchange(self, client: Any, request: WireRequest) -> SyncWireResponse:
        """Use the first client, whichever process has built it."""
        self._mine = self._mine or client
        return correct_transport(super()).exchange(self._mine, request)

    async def async_exchange(self, client: Any, request: WireRequest) -> AsyncWireResponse:
        """`exchange`, asynchronously."""
        self._mine = self._mine or client
        return await correct_transport(super()).async_exchange(self._mine, request)


class OverlooksTheUsersDefaults(TransportBackend[Any, Any]):
    """As a backend does that builds its requests by hand, past the client."""

    def client_defaults(self, client: Any) -> ClientDefaults:
        """Add nothing of what the user has set."""
        del client
        return NOTHING


class LeaksDescriptors(Planned):
    """As code that opens something for each fault, and closes it if all goes well."""

    def plan(self, sending: Sending) -> Plan:
        """Leave a descriptor open."""
        try:
            return (yield sending)
        except TransportError:
            os.open(os.devnull, os.O_RDONLY)
            raise


class HasTenConnections(Configured):
    """As niquests has."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Open no more than ten, and no fewer where more are needed."""
        return {**options, "max_connections": 10}


class ClaimsHTTP2(Configured):
    """As a backend does that hands the option to a library without the extra that it needs."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Go on with HTTP/1.1."""
        return {**options, "http2": False}


class OverlooksProxies(Configured):
    """As a backend does that hands the option to a library that calls it otherwise."""

    def configured(self, options: dict[str, Any]) -> dict[str, Any]:
        """Ask the server itself."""
        return {name: value for name, value in options.items() if name != "proxy"}
