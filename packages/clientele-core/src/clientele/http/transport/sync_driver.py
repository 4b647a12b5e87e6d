"""Drives synchronous calls: does their I/O with a native client; `CallState` decides."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.network import NetworkBlocked, admit
from clientele.http.message.body.bodies import sync_chunks
from clientele.http.response import APIException, Response
from clientele.http.runtime.deadline import watch
from clientele.http.streams.pausing import PAUSE
from clientele.http.transport.call_state import CallState
from clientele.http.transport.clients.native import Natives
from clientele.http.transport.connections.waits import fits_at_once
from clientele.http.transport.draining import drained, next_of
from clientele.http.transport.errors import TransportError
from clientele.http.transport.library_logs import begin_discretion, end_discretion
from clientele.http.transport.stream_state import StreamState
from clientele.http.wire import SyncWireResponse, WholeResponse, WireRequest

ClientT = TypeVar("ClientT")


class SyncDriver(Generic[ClientT]):
    """Makes the synchronous calls of a backend.

    Args:
        backend: the backend, for what tests that block the network ask of it.
        natives: its native clients.
        exchange: its `exchange`.
        at_once: its `exchange_at_once`; None if it has none.
    """

    def __init__(
        self,
        backend: HTTPBackend,
        natives: Natives[ClientT],
        exchange: Callable[[ClientT, WireRequest], SyncWireResponse],
        at_once: Callable[[ClientT, WireRequest], WholeResponse | None] | None,
    ) -> None:
        self._backend, self._natives, self._exchange, self._at_once = backend, natives, exchange, at_once

    def through(
        self, backend: HTTPBackend, exchange: Callable[[ClientT, WireRequest], SyncWireResponse]
    ) -> SyncDriver[ClientT]:
        """A driver for `backend`, with the same native clients, but this `exchange`, in two steps."""
        return SyncDriver(backend, self._natives, exchange, None)

    def send(self, call: CallState) -> Response:
        """Make a call, and return its Response."""
        begun = begin_discretion(call)
        try:
            if call.deadline is not None:
                watch(call.deadline)
            while call.response is None:
                request = call.wire_request(sync_chunks)
                admit(self._backend, request.method, request.url)
                loan = self._natives.lend(request.proxy, request.timeout.pool, at_home=request.at_home)
                try:
                    self._receive(call, loan.client, request)
                    loan.in_doubt = False
                    call.end()
                finally:
                    loan.end()
        except BaseException as fault:
            call.over(fault)
            raise
        finally:
            end_discretion(begun)
        call.over()
        return call.response

    def _receive(self, call: CallState, client: ClientT, request: WireRequest) -> None:
        if self._at_once is not None and fits_at_once(request):
            whole = self._at_once(client, request)
            if whole is not None:
                call.whole(whole, whole.content)
                return
        wire = self._exchange(client, request)
        try:
            call.head(wire)
            for chunk in wire.chunks:
                call.feed(chunk)
        finally:
            wire.close()

    def stream(self, call: StreamState) -> Generator[Any, None, None]:
        """Make a call, and yield the items of its response as they arrive."""
        call.watch()
        try:
            while call.response is None:
                with call.faults:
                    request = call.wire_request(sync_chunks)
                    admit(self._backend, request.method, request.url)
                    loan = self._natives.lend(request.proxy, request.timeout.pool, at_home=request.at_home)
                try:
                    with call.faults:
                        wire = self._exchange(loan.client, request)
                    try:
                        call.head(wire)
                        if call.pauses:
                            yield PAUSE
                        while (chunk := next_of(call, wire)) is not None:
                            yield from call.feed(chunk)
                            if call.is_over():
                                loan.in_doubt = not drained(call, wire)
                                return
                        loan.in_doubt = False
                        yield from call.end()
                    finally:
                        with call.faults:
                            wire.close()
                finally:
                    loan.end()
        except (APIException, NetworkBlocked, TransportError) as error:
            call.broke_off(error)
            raise
        finally:
            call.unwatch()
