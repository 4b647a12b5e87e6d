"""Ways to break the adapter of a correct `TransportBackend`: in what it puts on the wire, or takes from it.

Each class here stands before a correct one in the order of inheritance, and changes nothing yet.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar, cast

from clientele.http.message.headers import Pairs
from clientele.http.transport import TransportBackend
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest

WireT = TypeVar("WireT", SyncWireResponse, AsyncWireResponse)


class OnTheWire(TransportBackend[Any, Any]):
    """Changes the request that is sent, and the head of the response."""

    def sent(self, request: WireRequest) -> WireRequest:
        """What is sent in place of `request`."""
        return request

    def head(self, response: WireT) -> WireT:
        """What is received in place of `response`."""
        return response

    def exchange(self, client: Any, request: WireRequest) -> SyncWireResponse:
        """Send something else, or take something else for the response."""
        correct: TransportBackend[Any, Any] = cast(Any, super())
        return self.head(correct.exchange(client, self.sent(request)))

    async def async_exchange(self, client: Any, request: WireRequest) -> AsyncWireResponse:
        """`exchange`, asynchronously."""
        correct: TransportBackend[Any, Any] = cast(Any, super())
        return self.head(await correct.async_exchange(client, self.sent(request)))


class Redirect(NamedTuple):
    """A request, and where its response has sent it on to."""

    before: WireRequest
    status: int
    location: str


class AfterRedirects(OnTheWire):
    """Changes the request that follows a redirect. It remembers one call at a time."""

    _latest: WireRequest | None = None
    _redirect: Redirect | None = None

    def step(self, redirect: Redirect, request: WireRequest) -> WireRequest:
        """What is sent in place of `request`, which `redirect` has led to."""
        raise NotImplementedError

    def sent(self, request: WireRequest) -> WireRequest:
        """The first request as it is, the others altered."""
        redirect, self._redirect = self._redirect, None
        self._latest = request if redirect is None else self.step(redirect, request)
        return self._latest

    def head(self, response: WireT) -> WireT:
        """Remember whether it is a redirect."""
        location = value_of(response.headers, "location")
        if 300 <= response.status < 400 and location and self._latest:
            self._redirect = Redirect(self._latest, response.status, location)
        return response


class WholeBodies(TransportBackend[Any, Any]):
    """Reads a body whole before it hands it over, and may change it."""

    def body(self, headers: Pairs, body: bytes) -> bytes:
        """What is handed over in place of `body`."""
        del headers
        return body

    def exchange(self, client: Any, request: WireRequest) -> SyncWireResponse:
        """Read all before the first piece is there."""
        correct: TransportBackend[Any, Any] = cast(Any, super())
        response = correct.exchange(client, request)

        def chunks() -> Iterator[bytes]:
            body = self.body(response.headers, b"".join(response.chunks))
            if body:
                yield body

        return replace(response, chunks=chunks())

    async def async_exchange(self, client: Any, request: WireRequest) -> AsyncWireResponse:
        """`exchange`, asynchronously."""
        correct: TransportBackend[Any, Any] = cast(Any, super())
        response = await correct.async_exchange(client, request)

        async def chunks() -> AsyncIterator[bytes]:
            body = self.body(response.headers, b"".join([chunk async for chunk in response.chunks]))
            if body:
                yield body

        return replace(response, chunks=chunks())


class Pieces(OnTheWire):
    """Changes the pieces of a body, each on its own."""

    def piece(self, piece: bytes) -> bytes:
        """What is handed over in place of `piece`."""
        return piece

    def exchange(self, client: Any, request: WireRequest) -> SyncWireResponse:
        """Change each piece as it comes."""
        response = super().exchange(client, request)
        return replace(response, chunks=map(self.piece, response.chunks))

    async def async_exchange(self, client: Any, request: WireRequest) -> AsyncWireResponse:
        """`exchange`, asynchronously."""
        response = await super().async_exchange(client, request)
        return replace(response, chunks=(self.piece(chunk) async for chunk in response.chunks))


def value_of(headers: Pairs, name: str) -> str | None:
    """The first value under `name`, in any case."""
    return next((value for key, value in headers if key.lower() == name), None)


def without(headers: Pairs, *names: str) -> Pairs:
    """`headers`, but those called `names` in any case."""
    return tuple((key, value) for key, value in headers if key.lower() not in names)
