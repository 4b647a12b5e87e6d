"""Records one exchange, and writes it to the tape when it ends."""

from __future__ import annotations

import asyncio
from functools import partial
from types import TracebackType
from typing import Any, Self

from clientele.http.errors import TransportError
from clientele.http.message.body.bodies import BodyFailed
from clientele.http.recording.exchanges import Answer, Exchange, Fault, request_of
from clientele.http.recording.tape import Tape
from clientele.http.runtime.deadline import DeadlinePassed
from clientele.http.transport.faults.reasons import named_proxy
from clientele.http.transport.faults.table import OWN_FAULTS, FaultTable, Translated
from clientele.http.wire import WireRequest, WireResponse


class Take:
    """The recording of one exchange. As a context manager, it records exceptions of the library.

    Args:
        tape: the cassette.
        request: the request; `sent` receives the chunks of its body.
        faults: the library's exceptions and ours.
    """

    def __init__(self, tape: Tape, request: WireRequest, faults: FaultTable) -> None:
        self._tape = tape
        self._request = request
        self._faults = (*OWN_FAULTS, *faults)
        self._body = [request.body] if isinstance(request.body, bytes) else []
        self._wire: WireResponse[Any, Any] | None = None
        self._chunks: list[bytes] = []
        self._over = False

    def sent(self, chunk: bytes) -> None:
        """Record a chunk of the request body."""
        self._body.append(bytes(chunk))

    def head(self, wire: WireResponse[Any, Any]) -> None:
        """Record the head of the response."""
        self._wire = wire

    def received(self, chunk: bytes) -> None:
        """Record a chunk of the response body."""
        self._chunks.append(bytes(chunk))

    def end(self, *, complete: bool = True, fault: Fault | None = None) -> None:
        """End the recording; later calls are ignored."""
        if self._over:
            return
        self._over = True
        wire, request = self._wire, request_of(self._request, b"".join(self._body))
        answer = None
        if wire is not None:
            is_stream = self._request.streaming
            chunks = tuple(self._chunks) if is_stream else (b"".join(self._chunks),)
            answer = Answer(
                *(wire.status, wire.headers, wire.http_version, tuple(filter(None, chunks)), is_stream, complete)
            )
        self._tape.add(Exchange(request, answer, fault), self._request.proxy, self._request.deadline)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if raised is None or isinstance(raised, StopAsyncIteration):
            return
        error = self._translated(raised)
        if error is not None:
            fault = Fault(type(error).__name__, error.reason, error.phase, error.request_sent)
            self.end(complete=self._wire is not None, fault=fault)
        elif self._wire is not None:  # The caller has stopped reading: record what it received.
            self.end(complete=False)

    def _translated(self, raised: BaseException) -> TransportError | None:
        """`raised`, translated to a TransportError; None if it is an exception of the caller."""
        request = self._request
        if isinstance(raised, BodyFailed):
            return None
        if isinstance(raised, asyncio.CancelledError) and request.deadline is not None and request.deadline.passed:
            raised = DeadlinePassed()
        faults = Translated(self._faults, "")
        faults.method, faults.url = request.method, request.url
        faults.proxy, faults.deadline = request.proxy, request.deadline
        faults.timeout = request.timeout
        # Without the source of the proxy, which may be different on replay.
        faults.named_proxy = partial(named_proxy, request.proxy)
        traceback = raised.__traceback__
        try:
            with faults:
                raise raised
        except TransportError as error:
            return error.with_traceback(None)
        except type(raised):
            return None
        finally:
            raised.__traceback__ = traceback  # Without this frame. It has the exception: that would be a cycle.
