"""Server-sent events, parsed as in the HTML standard (section "Interpreting an event stream")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from clientele.http.message.body.lines import LineTooLong

T = TypeVar("T")

_LINE_END = re.compile(rb"\r\n|\r|\n")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class ServerSentEvent(Generic[T]):
    """One event of a `text/event-stream` (WHATWG HTML, section 9.2).

    Attributes:
        data: the data: validated from JSON, or the text if `T` is str.
        event: the name; default `"message"`.
        id: the last id that the server has sent, to resume from; default `""`.
        retry: milliseconds to wait before reconnecting, if the event has the field; default None.
    """

    data: T
    event: str = "message"
    id: str = ""
    retry: int | None = None


class EventDecoder:
    """Splits a body into events: UTF-8, with lines that end at LF, CRLF or CR, across any chunk boundary."""

    def __init__(self, max_line_bytes: int | None = None, before: EventDecoder | None = None) -> None:
        self._limit = max_line_bytes
        self.last_id: str = "" if before is None else before.last_id
        """The last id of an event, even one without data; initially that of `before`."""
        self.retry: int | None = None if before is None else before.retry
        """The last `retry` of the server in milliseconds, if any."""
        self._pending = bytearray()
        self._after_cr = False
        self._at_start = True
        self._id = self.last_id
        self._retry: int | None = None
        self._begin()

    def feed(self, chunk: bytes) -> Iterator[ServerSentEvent[str]]:
        """The events that `chunk` completes. Text after the last empty line of a body is not an event.

        Raises:
            LineTooLong: a line, or the data of an event, is longer than `max_line_bytes`.
        """
        for raw in self._lines(chunk):
            self._check(len(raw))
            line = raw.decode(errors="replace")
            if line:
                self._field(line)
            elif (event := self._dispatched()) is not None:
                yield event
        self._check(len(self._pending))

    def _check(self, size: int) -> None:
        if self._limit is not None and size > self._limit:
            raise LineTooLong

    def _lines(self, chunk: bytes) -> list[bytes]:
        ends_in_cr = chunk.endswith(b"\r") or (self._after_cr and not chunk)
        # The LF of a CRLF across two chunks doesn't end a second line.
        chunk = chunk.removeprefix(b"\n") if self._after_cr else chunk
        self._after_cr = ends_in_cr
        *lines, rest = _LINE_END.split(chunk)
        if lines:
            lines[0] = bytes(self._pending) + lines[0]
            self._pending = bytearray()
        self._pending += rest
        if lines and self._at_start:
            self._at_start = False
            lines[0] = lines[0].removeprefix(_MARK)
        return lines

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data += f"{value}\n".encode()
            self._check(len(self._data) - 1)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and re.fullmatch(r"[0-9]{1,18}", value):
            self.retry = self._retry = int(value)

    def _dispatched(self) -> ServerSentEvent[str] | None:
        data, event, retry, self.last_id = self._data, self._event, self._retry, self._id
        self._begin()
        return ServerSentEvent(data[:-1].decode(), event or "message", self._id, retry) if data else None

    def _begin(self) -> None:
        self._data = bytearray()
        self._event = ""
        self._retry = None
