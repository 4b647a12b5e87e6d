"""One response for one request: what comes beyond it is nobody's answer.

The parser of aiohttp goes on with whatever has come in the same segment, and where that is no HTTP, the response is
lost. It is given heads only; how far a body goes is known here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import aiohttp
from aiohttp import StreamReader
from aiohttp.http import RawResponseMessage
from aiohttp.http_exceptions import BadHttpMessage, TransferEncodingError

from clientele_aiohttp.framing import Framing, UntilClosed, framing_of
from clientele_aiohttp.heads import MAX_HEAD, plain_head

_BLANK = 0x20
_END_OF_HEAD = re.compile(rb"\n\r?\n")

_Parsed: TypeAlias = tuple[Sequence[tuple[RawResponseMessage, StreamReader]], bool, bytes]
_NOTHING: _Parsed = ((), False, b"")


class MalformedBody(aiohttp.ClientPayloadError):
    """The framing of a body breaks HTTP, other than by ending too early."""


class Connection(Protocol):
    """What a response comes over."""

    def answered(self) -> None:
        """The head of the response is there; interim responses are none."""
        ...

    def force_close(self) -> None:
        """No other request may go on the connection."""
        ...

    def close(self) -> None:
        """Close it now."""
        ...


class OneResponse:
    """Takes the place of a parser of aiohttp's, for a single response.

    Args:
        parser: reads heads.
        connection: is closed if the server sends what it wasn't asked for.

    Attributes:
        complete: whether the response has ended, or won't go on.
    """

    def __init__(self, parser: Any, connection: Connection) -> None:
        self._parser = parser
        self._connection = connection
        self._head = bytearray()
        self._payload: StreamReader | None = None
        self._framing: Framing = UntilClosed()
        self.complete = False

    def pause_reading(self) -> None:
        """Only the transport pauses: nothing is kept back here."""

    def feed_data(self, data: bytes) -> _Parsed:
        """Take what has come.

        Raises:
            HttpProcessingError: the head breaks HTTP.
        """
        if self._payload is None:
            return self._feed_head(data)
        self._feed_body(self._payload, data)
        return _NOTHING

    def feed_eof(self) -> None:
        """The connection has ended."""
        if self._payload is None or self.complete:
            return
        if self._framing.ends_with_connection:
            self.complete = True
            self._payload.feed_eof()
        else:
            self.fail(aiohttp.ClientPayloadError("the connection was closed before the body was complete"))

    def fail(self, fault: aiohttp.ClientError, cause: BaseException | None = None) -> None:
        """The body won't be complete."""
        if self._payload is not None and not self.complete:
            self.complete = True
            fault.__cause__ = cause
            self._payload.set_exception(fault)

    def _feed_head(self, data: bytes) -> _Parsed:
        known = max(len(self._head) - 3, 0)
        self._head += data
        while (end := _END_OF_HEAD.search(self._head, known)) is not None:
            head, rest = bytes(self._head[: end.end()]), bytes(self._head[end.end() :])
            self._head, known = bytearray(rest), 0
            [(message, payload)] = self._parser.feed_data(plain_head(head))[0]
            if message.code == 101 or not 100 <= message.code < 200:
                self._begin_body(message, payload, rest)
                return [(message, payload)], False, b""
        if len(self._head) > MAX_HEAD:
            raise BadHttpMessage(f"the head is longer than {MAX_HEAD} bytes")
        if self._head and self._head[0] <= _BLANK:
            raise BadHttpMessage("what comes is no status line")
        return _NOTHING

    def _begin_body(self, message: RawResponseMessage, payload: StreamReader, data: bytes) -> None:
        self._payload = payload
        self.complete = payload.is_eof()
        self._connection.answered()
        if message.code == 101:
            self._connection.force_close()
        if not self.complete:
            self._framing = framing_of(message)
        self._feed_body(payload, data)

    def _feed_body(self, payload: StreamReader, data: bytes) -> None:
        if not data:
            return
        if self.complete:
            self._connection.close()
            return
        try:
            for piece in self._framing.content_of(data):
                payload.feed_data(piece)
        except TransferEncodingError as error:
            self.fail(MalformedBody(error.message), error)
            self._connection.close()
            return
        if self._framing.surplus:
            # Said before the end of the body is: then the connection is given back.
            self._connection.force_close()
        if self._framing.done:
            self.complete = True
            payload.feed_eof()
