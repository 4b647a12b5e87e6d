"""How far the body of a response goes, so that what comes after it can be told from it."""

from __future__ import annotations

import re
from typing import Protocol

from aiohttp import hdrs
from aiohttp.http import RawResponseMessage

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\n]*)?\r?\n")
_LINE_ENDS = (b"\r\n", b"\n")
_LONGEST_LINE = 1 << 16


class Framing(Protocol):
    """Counts the bytes of one body.

    Attributes:
        lost: where the body ends can't be told any more.
    """

    lost: bool

    def length_of(self, data: bytes) -> int:
        """How many of the bytes that have come next belong to the body."""
        ...


class UntilClosed:
    """A body that ends with its connection."""

    lost = False

    def length_of(self, data: bytes) -> int:
        """All of them."""
        return len(data)


class Announced:
    """A body whose length was said."""

    lost = False

    def __init__(self, length: int) -> None:
        self._left = length

    def length_of(self, data: bytes) -> int:
        """Those that are still missing."""
        length = min(self._left, len(data))
        self._left -= length
        return length


class Chunked:
    """A body in chunks (RFC 9112, section 7.1)."""

    def __init__(self) -> None:
        self.lost = False
        self._line = b""
        self._left = 0
        self._read = self._size

    def length_of(self, data: bytes) -> int:
        """Those up to the line that ends the trailers; all of them where these are no chunks."""
        at = 0
        while at < len(data) and not self.lost:
            if self._left:
                step = min(self._left, len(data) - at)
                self._left -= step
                at += step
                continue
            end = data.find(b"\n", at) + 1
            self._line += data[at : end or len(data)]
            at = end or len(data)
            if end and self._ends_body():
                return at
            self.lost = self.lost or len(self._line) > _LONGEST_LINE
        return len(data)

    def _ends_body(self) -> bool:
        """Whether the line that is now complete is the last one."""
        line, self._line = self._line, b""
        return self._read(line)

    def _size(self, line: bytes) -> bool:
        match = _SIZE.fullmatch(line)
        self.lost = match is None
        self._left = int(match[1], 16) if match else 0
        self._read = self._end_of_chunk if self._left else self._trailer
        return False

    def _end_of_chunk(self, line: bytes) -> bool:
        self.lost = line not in _LINE_ENDS
        self._read = self._size
        return False

    def _trailer(self, line: bytes) -> bool:
        return line in _LINE_ENDS


def framing_of(message: RawResponseMessage) -> Framing:
    """What the head `message` says of the body that follows it."""
    if message.chunked:
        return Chunked()
    length = message.headers.get(hdrs.CONTENT_LENGTH, "")
    return Announced(int(length)) if length.isascii() and length.isdigit() else UntilClosed()
