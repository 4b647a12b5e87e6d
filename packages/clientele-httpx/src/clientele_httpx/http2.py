"""A connection with HTTP/2 that has one call at a time; httpcore's lets calls share it.

It is ready for the next call only when nothing of the last one is left. What a server says while it is idle is taken in
before a request is sent. A server may answer before it has read the whole request, and may call the connection off
before it has answered. Whatever is no HTTP/2 is an error of httpcore's. Attributes and methods with an underscore are
private to httpcore and h2, and tested with the lowest and the newest version.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from typing import Any, TypeAlias

import h2.events
import h2.exceptions
import httpcore
from h2.errors import ErrorCodes
from hyperframe.frame import GoAwayFrame

from clientele_httpx.sockets import no_longer_in_use

_PIECE = 64 * 1024
_NEWS = 16
"""So often an idle connection is read before it is used again, at most."""
_NEWS_SECONDS = 0.1
"""For what has come to an idle connection already. If it is about TLS only, another connection is taken."""
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""Of a field (RFC 9110, section 5.6.2)."""
_OVER = (h2.events.StreamEnded, h2.events.StreamReset)
_UNUSABLE = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)

_claiming = threading.Lock()

_Head: TypeAlias = tuple[int, list[tuple[bytes, bytes]]]


class _Enough(Exception):
    """The server has answered, or is gone, and takes no more of the request."""


class _OneCall:
    """What is decided, whether the connection is synchronous or not."""

    _connection_terminated: Any
    _events: dict[int, list[Any]]
    _h2_state: Any
    _network_stream: Any
    _sent_connection_init: bool
    _write_exception: Exception | None
    _claimed = False
    _called_off = False

    def let_the_last_call_end(self) -> None:
        """Go on with a call that the server still answers when it calls the connection off (RFC 9113, section 6.8).

        h2 takes nothing after that.
        """
        table = self._h2_state._frame_dispatch_table  # noqa: SLF001
        end = table[GoAwayFrame]

        def call_off(frame: GoAwayFrame) -> Any:
            is_answered = any(stream_id <= frame.last_stream_id for stream_id in self._events)
            if frame.error_code != ErrorCodes.NO_ERROR or not is_answered:
                return end(frame)
            self._called_off = True
            return [], []

        table[GoAwayFrame] = call_off

    def is_available(self) -> bool:
        """Whether a call can have it."""
        return not (self._claimed or self._called_off) and bool(super().is_available())  # type: ignore[misc]

    def _claim(self) -> None:
        with _claiming:
            if self._claimed:
                raise httpcore.ConnectionNotAvailable
            self._claimed = True

    def _is_complete(self, stream_id: int) -> bool:
        """Whether there may be another call: nothing of this one is left to be sent, received or read."""
        is_over = not (self._events.get(stream_id) or self._h2_state.open_outbound_streams)
        return is_over and not self._has_ended()

    def _has_ended(self) -> bool:
        return bool(self._called_off or self._connection_terminated or self._write_exception)

    def _credit(self, stream_id: int) -> int:
        """How many bytes may be sent now.

        Raises:
            _Enough: the server wants none.
        """
        if self._write_exception or any(isinstance(event, _OVER) for event in self._events[stream_id]):
            raise _Enough
        credit: int = self._h2_state.local_flow_control_window(stream_id)
        largest: int = self._h2_state.max_outbound_frame_size
        # Below zero, if the server has lowered it meanwhile (RFC 9113, section 6.9.2).
        return max(0, min(credit, largest))

    @staticmethod
    def _checked(head: _Head) -> _Head:
        if not all(_NAME.fullmatch(name) for name, _ in head[1]):
            raise httpcore.RemoteProtocolError("a header field has a name that is none")
        return head

    @contextlib.contextmanager
    def _receiving(self) -> Iterator[None]:
        """Tell what a server does wrong."""
        try:
            yield
        except (h2.exceptions.H2Error, ValueError) as error:
            raise httpcore.RemoteProtocolError(f"no HTTP/2: {error}") from error
        except httpcore.ConnectionNotAvailable as error:
            # It has been sent by now, and its body may have been read: nobody may send it again.
            raise httpcore.RemoteProtocolError(str(self._connection_terminated)) from error


class Connection(_OneCall, httpcore.HTTP2Connection):
    """A synchronous connection."""

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send `request` if no other call has the connection."""
        self._claim()
        self._take_news(request)
        return super().handle_request(request)

    def _take_news(self, request: httpcore.Request) -> None:
        try:
            for _ in range(_NEWS):
                if not self._has_news():
                    break
                self._receive_events(_limited(request, _NEWS_SECONDS))
        except _UNUSABLE as error:
            self.close()
            raise httpcore.ConnectionNotAvailable from error
        if self._has_ended():
            self.close()
            raise httpcore.ConnectionNotAvailable

    def _has_news(self) -> bool:
        no_longer_in_use(self._network_stream)  # What was sent last was a word about the connection, if anything.
        return self._sent_connection_init and bool(self._network_stream.get_extra_info("is_readable"))

    def _send_request_body(self, request: httpcore.Request, stream_id: int) -> None:
        with contextlib.suppress(_Enough):
            super()._send_request_body(request, stream_id)

    def _send_stream_data(self, request: httpcore.Request, stream_id: int, data: bytes) -> None:
        for piece in _pieces(data):
            super()._send_stream_data(request, stream_id, piece)

    def _wait_for_outgoing_flow(self, request: httpcore.Request, stream_id: int) -> int:
        while not (credit := self._credit(stream_id)):
            try:
                self._receive_events(_limited(request, request.extensions["timeout"]["write"]))
            except httpcore.ReadTimeout as error:
                raise httpcore.WriteTimeout from error
        return credit

    def _write_outgoing_data(self, request: httpcore.Request) -> None:
        with contextlib.suppress(httpcore.WriteError):  # It is remembered, and there may be an answer all the same.
            super()._write_outgoing_data(request)

    def _receive_response(self, request: httpcore.Request, stream_id: int) -> _Head:
        with self._receiving():
            return self._checked(super()._receive_response(request, stream_id))

    def _receive_events(self, request: httpcore.Request, stream_id: int | None = None) -> None:
        with self._receiving():
            super()._receive_events(request, stream_id)

    def _response_closed(self, stream_id: int) -> None:
        is_complete = self._is_complete(stream_id)
        super()._response_closed(stream_id)
        if not is_complete:
            self.close()
        self._claimed = False


class AsyncConnection(_OneCall, httpcore.AsyncHTTP2Connection):
    """A connection of asyncio."""

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send `request` if no other call has the connection."""
        self._claim()
        await self._take_news(request)
        return await super().handle_async_request(request)

    async def _take_news(self, request: httpcore.Request) -> None:
        try:
            for _ in range(_NEWS):
                if not self._sent_connection_init or not await self._network_stream.has_news():
                    break
                await self._receive_events(_limited(request, _NEWS_SECONDS))
        except _UNUSABLE as error:
            await self.aclose()
            raise httpcore.ConnectionNotAvailable from error
        if self._has_ended():
            await self.aclose()
            raise httpcore.ConnectionNotAvailable

    async def _send_request_body(self, request: httpcore.Request, stream_id: int) -> None:
        with contextlib.suppress(_Enough):
            await super()._send_request_body(request, stream_id)

    async def _send_stream_data(self, request: httpcore.Request, stream_id: int, data: bytes) -> None:
        for piece in _pieces(data):
            await super()._send_stream_data(request, stream_id, piece)

    async def _wait_for_outgoing_flow(self, request: httpcore.Request, stream_id: int) -> int:
        while not (credit := self._credit(stream_id)):
            try:
                await self._receive_events(_limited(request, request.extensions["timeout"]["write"]))
            except httpcore.ReadTimeout as error:
                raise httpcore.WriteTimeout from error
        return credit

    async def _write_outgoing_data(self, request: httpcore.Request) -> None:
        with contextlib.suppress(httpcore.WriteError):  # It is remembered, and there may be an answer all the same.
            await super()._write_outgoing_data(request)

    async def _receive_response(self, request: httpcore.Request, stream_id: int) -> _Head:
        with self._receiving():
            return self._checked(await super()._receive_response(request, stream_id))

    async def _receive_events(self, request: httpcore.Request, stream_id: int | None = None) -> None:
        with self._receiving():
            await super()._receive_events(request, stream_id)

    async def _response_closed(self, stream_id: int) -> None:
        is_complete = self._is_complete(stream_id)
        await super()._response_closed(stream_id)
        if not is_complete:
            await self.aclose()
        self._claimed = False


def _limited(request: httpcore.Request, seconds: float | None) -> httpcore.Request:
    """What httpcore asks for the limits of `request`, but with one of `seconds` for all of them."""
    limits = {"read": seconds, "write": seconds}
    return httpcore.Request(request.method, request.url, extensions={**request.extensions, "timeout": limits})


def _pieces(data: bytes) -> Iterator[bytes]:
    """Httpcore copies what is left of a piece for each frame of it."""
    return (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))
