"""Drives asynchronous calls: `SyncDriver`, with the limits of waits that the library doesn't enforce."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, Generic, TypeVar, cast

from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.network import NetworkBlocked, admit
from clientele.http.message.body.bodies import async_chunks
from clientele.http.response import APIException, Response
from clientele.http.streams.pausing import PAUSE
from clientele.http.transport.call_state import CallState
from clientele.http.transport.clients.clients import Loan
from clientele.http.transport.clients.closing import Undisturbed
from clientele.http.transport.clients.loops import need_asyncio
from clientele.http.transport.clients.native import AsyncNatives
from clientele.http.transport.connections.waits import Unlimited, Waits, fits_at_once, waits_of
from clientele.http.transport.draining import adrained, anext_of
from clientele.http.transport.errors import TransportError
from clientele.http.transport.library_logs import begin_discretion, end_discretion
from clientele.http.transport.stream_state import StreamState
from clientele.http.wire import AsyncWireResponse, WholeResponse, WireRequest

ClientT = TypeVar("ClientT")


class AsyncDriver(Generic[ClientT]):
    """Makes the asynchronous calls of a backend.

    Args:
        backend: the backend, for what tests that block the network ask of it.
        natives: its native clients.
        exchange: its `async_exchange`.
        at_once: its `async_exchange_at_once`; None if it has none.
        limits_reads: whether core enforces the read limit.
        limits_writes: whether core enforces the write limit.
        block: the maximum block size of uploads whose writes core limits, in bytes.
    """

    def __init__(
        self,
        backend: HTTPBackend,
        natives: AsyncNatives[ClientT],
        exchange: Callable[[ClientT, WireRequest], Awaitable[AsyncWireResponse]],
        at_once: Callable[[ClientT, WireRequest], Awaitable[WholeResponse | None]] | None,
        *,
        limits_reads: bool,
        limits_writes: bool,
        block: int,
    ) -> None:
        self._backend, self._natives, self._exchange, self._at_once = backend, natives, exchange, at_once
        self._limits_reads, self._limits_writes, self._block = limits_reads, limits_writes, block

    def through(
        self, backend: HTTPBackend, exchange: Callable[[ClientT, WireRequest], Awaitable[AsyncWireResponse]]
    ) -> AsyncDriver[ClientT]:
        """A driver for `backend`, with the same native clients, but this `exchange`, in two steps."""
        return AsyncDriver(
            backend,
            self._natives,
            exchange,
            None,
            limits_reads=self._limits_reads,
            limits_writes=self._limits_writes,
            block=self._block,
        )

    async def send(self, call: CallState) -> Response:
        """Make a call, and return its Response."""
        begun = begin_discretion(call)
        try:
            await call.within(self._send(call))
        except BaseException as fault:
            call.over(fault)
            raise
        finally:
            end_discretion(begun)
        call.over()
        return cast(Response, call.response)

    async def _send(self, call: CallState) -> None:
        while call.response is None:
            request = call.wire_request(async_chunks)
            admit(self._backend, request.method, request.url)
            loan = await self._natives.lend(request.proxy, request.timeout.pool, at_home=request.at_home)
            try:
                await self._receive(call, loan, request)
                loan.in_doubt = False
                call.end()
            finally:
                loan.end()

    async def _receive(self, call: CallState, loan: Loan[ClientT], request: WireRequest) -> None:
        if self._at_once is not None and fits_at_once(request):
            whole = await loan.within(self._at_once(loan.client, request))
            if whole is not None:
                call.whole(whole, whole.content)
                return
        waits = self._waits(request)
        wire = await waits.head(loan.within(self._exchange(loan.client, request)))
        if wire.content is not None:
            call.whole(wire, wire.content)
            return
        try:
            call.head(wire)
            while (chunk := await waits.chunk(wire.chunks)) is not None:
                call.feed(chunk)
        finally:
            await Undisturbed(wire.close)

    async def stream(self, call: StreamState) -> AsyncGenerator[Any, None]:
        """Make a call, and yield the items of its response as they arrive."""
        need_asyncio()
        try:
            while call.response is None:
                with call.faults:
                    request = call.wire_request(async_chunks)
                    admit(self._backend, request.method, request.url)
                    waits = self._waits(request)
                    loan = await self._natives.lend(request.proxy, request.timeout.pool, at_home=request.at_home)
                try:
                    with call.faults:
                        exchange = loan.within(self._exchange(loan.client, request))
                        wire = await call.within(waits.head(exchange))
                    try:
                        call.head(wire)
                        if call.pauses:
                            yield PAUSE
                        while (chunk := await anext_of(call, waits, wire)) is not None:
                            for item in call.feed(chunk):
                                yield item
                            if call.is_over():
                                loan.in_doubt = not await adrained(call, waits, wire)
                                return
                        loan.in_doubt = False
                        for item in call.end():
                            yield item
                    finally:
                        with call.faults:
                            await Undisturbed(wire.close)
                finally:
                    loan.end()
        except (APIException, NetworkBlocked, TransportError) as error:
            call.broke_off(error)
            raise

    def _waits(self, request: WireRequest) -> Waits | Unlimited:
        return waits_of(request, reads=self._limits_reads, writes=self._limits_writes, most=self._block)
