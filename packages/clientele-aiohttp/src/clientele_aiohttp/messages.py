"""One response for one request: the parser of aiohttp is given no byte beyond it.

Left alone it goes on with whatever has come in the same segment, and where that is no HTTP, the response is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import aiohttp
from aiohttp import StreamReader
from aiohttp.http import RawResponseMessage
from aiohttp.http_exceptions import BadHttpMessage, HttpProcessingError

from clientele_aiohttp.framing import Framing, UntilClosed, framing_of

_BLANK_LINE = re.compile(rb"\n\r?\n")
MAX_HEAD = 1 << 20

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
    """A parser of aiohttp's, for a single response.

    Args:
        parser: reads heads and bodies; this object takes its place.
        connection: is closed if the server sends what it wasn't asked for.

    Attributes:
        complete: whether the response has ended.
    """

    def __init__(self, parser: Any, connection: Connection) -> None:
        self._parser = parser
        self._connection = connection
        self._last = b""
        self._size = 0
        self._payload: StreamReader | None = None
        self._framing: Framing = UntilClosed()
        self.complete = False

    def __getattr__(self, name: str) -> Any:
        """All else is as it is."""
        return getattr(self._parser, name)

    def feed_data(self, data: bytes) -> _Parsed:
        """Parse what has come.

        Raises:
            HttpProcessingError: the head breaks HTTP.
        """
        if self._payload is None:
            return self._feed_head(data)
        self._feed_body(self._payload, data)
        return _NOTHING

    def feed_eof(self) -> None:
        """The connection has ended."""
        if not self.complete:
            try:
                self._parser.feed_eof()
            except HttpProcessingError as error:
                self.fail("the connection was closed before the body was complete", error)

    def fail(self, reason: str, error: BaseException) -> None:
        """The body won't be complete."""
        if self._payload is not None and not self.complete:
            self._payload.set_exception(aiohttp.ClientPayloadError(reason), error)
            self.complete = True

    def _feed_head(self, data: bytes) -> _Parsed:
        while data:
            head, is_whole, data = self._cut(data)
            self._size += len(head)
            if self._size > MAX_HEAD:
                raise BadHttpMessage(f"the head is longer than {MAX_HEAD} bytes")
            messages, _, _ = self._parser.feed_data(head)
            if messages and not is_whole:
                raise BadHttpMessage("the head ends without an empty line")
            for message, payload in messages:
                if message.code == 101 or not 100 <= message.code < 200:
                    self._begin_body(message, payload, data)
                    return [(message, payload)], False, b""
        return _NOTHING

    def _cut(self, data: bytes) -> tuple[bytes, bool, bytes]:
        """What belongs to a head, whether that ends with it, and what comes after it."""
        text = self._last + data
        end = _BLANK_LINE.search(text)
        if end is None:
            self._last = text[-2:]
            return data, False, b""
        at = end.end() - len(self._last)
        self._last = b""
        return data[:at], True, data[at:]

    def _begin_body(self, message: RawResponseMessage, payload: StreamReader, data: bytes) -> None:
        self._payload = payload
        self._framing = framing_of(message)
        self.complete = payload.is_eof()
        self._connection.answered()
        if message.code == 101:
            self._connection.force_close()
        if data:
            self._feed_body(payload, data)

    def _feed_body(self, payload: StreamReader, data: bytes) -> None:
        if self.complete:
            if data:
                self._connection.close()
            return
        length = self._framing.length_of(data)
        if length < len(data) or self._framing.lost:
            # Said before the parser comes to the end of the body, for then the connection is given back to the pool.
            self._connection.force_close()
        try:
            self._parser.feed_data(data[:length])
        except HttpProcessingError as error:
            payload.set_exception(MalformedBody("the body is malformed"), error)
            self._connection.close()
        self.complete = payload.is_eof() or payload.exception() is not None
