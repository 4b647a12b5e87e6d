"""A transport whose exchanges are recorded, or replayed without the network."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from clientele.http import errors
from clientele.http.backends.network import admit
from clientele.http.errors import ClienteleError, RecordingError, TransportError
from clientele.http.message.body.bodies import Chunks
from clientele.http.recording.coded import encoded
from clientele.http.recording.exchanges import Answer, Exchange, Fault, request_of
from clientele.http.recording.taking import Take
from clientele.http.recording.tape import Tape
from clientele.http.secrets.known_secrets import secret_headers
from clientele.http.transport.backend import TransportBackend
from clientele.http.transport.memory import aread_body, each, read_body
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest, WireResponse


def taped(backend: TransportBackend[Any, Any], tape: Tape) -> TransportBackend[Any, Any]:
    """A copy of `backend` with the same native clients, whose exchanges go through `tape`."""
    exchanges = _Exchanges(backend, tape)
    tape.know(secret_headers(_configured(backend)))
    copied = copy.copy(backend)
    vars(copied).update(
        in_process=True,  # Only for requests that are sent to the server.
        exchange=exchanges.exchange,
        async_exchange=exchanges.async_exchange,
        _driver=backend._driver.through(copied, exchanges.exchange),  # noqa: SLF001 - not for users
        _async_driver=backend._async_driver.through(copied, exchanges.async_exchange),  # noqa: SLF001
    )
    return copied


def _configured(backend: TransportBackend[Any, Any]) -> Iterator[str]:
    """The names of the headers that `backend`, or the user's own client, adds to all requests."""
    settings = backend.settings
    yield from settings.headers
    for client in filter(None, (settings.client, settings.async_client)):
        yield from (name for name, _ in backend.client_defaults(client).headers)


class _Exchanges:
    def __init__(self, backend: TransportBackend[Any, Any], tape: Tape) -> None:
        self._backend = backend
        self._tape = tape

    def exchange(self, client: Any, request: WireRequest) -> SyncWireResponse:
        """Replay the exchange if it is on the tape, else record it."""
        self._tape.know(secret_headers(request.signed))
        if self._tape.replays:
            body = read_body(request)
            found = self._tape.find(request_of(request, body or b""), request.proxy)
            if found is not None:
                return self._replayed(found, request, _body_chunks, lambda: None)
            if isinstance(request.body, Iterator):
                request = replace(request, body=iter([body or b""]))
        admit(self._backend, request.method, request.url, str(self._tape.path))
        take = Take(self._tape, request, self._backend.faults)
        with take:
            wire = self._backend.exchange(client, replace(request, body=_sent(take, request.body)))
        take.head(wire)
        return replace(wire, chunks=_received(take, wire.chunks), close=_closing(take, wire.close))

    async def async_exchange(self, client: Any, request: WireRequest) -> AsyncWireResponse:
        """`exchange`, asynchronously."""
        self._tape.know(secret_headers(request.signed))
        if self._tape.replays:
            body = await aread_body(request)
            found = self._tape.find(request_of(request, body or b""), request.proxy)
            if found is not None:
                return self._replayed(found, request, lambda *of: each(_body_chunks(*of)), _nothing_to_close)
            if isinstance(request.body, AsyncIterator):
                request = replace(request, body=each([body or b""]))
        admit(self._backend, request.method, request.url, str(self._tape.path))
        take = Take(self._tape, request, self._backend.faults)
        with take:
            wire = await self._backend.async_exchange(client, replace(request, body=_asent(take, request.body)))
        take.head(wire)
        if wire.content is not None:
            take.received(wire.content)
            take.end()
            return wire
        return replace(wire, chunks=_areceived(take, wire.chunks), close=_closing(take, wire.close))

    def _replayed(
        self, found: Exchange, request: WireRequest, chunks: Callable[..., Any], close: Callable[[], Any]
    ) -> WireResponse[Any, Any]:
        answer, end = found.answer, self._end(found, request)
        if answer is None:
            raise end or RecordingError(f"{self._tape.path}: an exchange has neither a response nor an error")
        headers = _with_length(answer, request.method)
        return WireResponse(answer.status, headers, answer.http_version, chunks(answer, end), close, found)

    def _end(self, found: Exchange, request: WireRequest) -> ClienteleError | None:
        """The exception at the end of the recording, if there is one."""
        if found.fault is not None:
            return _error(found.fault, request, self._backend.name)
        if found.answer is not None and not found.answer.complete:
            why = "the caller closed it, or it couldn't be decoded"
            return RecordingError(f"{self._tape.path}: the response ends here in the cassette: {why}")
        return None


def _error(fault: Fault, request: WireRequest, backend: str) -> TransportError:
    kind = getattr(errors, fault.kind, None)
    if not isinstance(kind, type) or not issubclass(kind, TransportError):
        raise RecordingError(f"the cassette has the error {fault.kind!r}, which is not a TransportError")
    return kind(
        fault.reason,
        request_method=request.method,
        request_url=str(request.url),
        phase=fault.phase,
        request_sent=fault.request_sent,
        backend=backend,
    )


def _body_chunks(answer: Answer, end: Exception | None) -> Iterator[bytes]:
    yield from encoded(answer)
    if end is not None:
        raise end


def _with_length(answer: Answer, method: str) -> tuple[tuple[str, str], ...]:
    """The headers, with the length of the body after masking and encoding."""
    if method == "HEAD" or not answer.chunks:
        return answer.headers
    length = str(sum(map(len, encoded(answer))))
    return tuple((name, length if name.lower() == "content-length" else value) for name, value in answer.headers)


def _sent(take: Take, body: Chunks) -> Chunks:
    return _noted(take, body) if isinstance(body, Iterable) and not isinstance(body, bytes) else body


def _noted(take: Take, pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        take.sent(piece)
        yield piece


def _asent(take: Take, body: Chunks) -> Chunks:
    return _anoted(take, body) if isinstance(body, AsyncIterable) else body


async def _anoted(take: Take, pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        take.sent(piece)
        yield piece


def _received(take: Take, chunks: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        with take:
            chunk = next(chunks, None)
        if chunk is None:
            take.end()
            return
        take.received(chunk)
        yield chunk


async def _areceived(take: Take, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    while True:
        with take:
            chunk = await anext(chunks, None)
        if chunk is None:
            take.end()
            return
        take.received(chunk)
        yield chunk


def _closing(take: Take, close: Callable[[], Any]) -> Callable[[], Any]:
    def closed() -> Any:
        take.end(complete=False)
        return close()

    return closed


async def _nothing_to_close() -> None:
    return None
