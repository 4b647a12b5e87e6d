"""The bodies of responses, in the three ways in which HTTP/1.1 delimits them (RFC 9112, section 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from aiohttp import hdrs
from aiohttp.http import RawResponseMessage
from aiohttp.http_exceptions import TransferEncodingError

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,20})(?:;[^\n]*)?[ \t]*")
_TRAILER = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+:[^\x00\r\n\v\f]*")
_LONGEST_LINE = 1 << 16


class Framing(Protocol):
    """What is read of one body.

    Attributes:
        done: it is complete.
        ends_with_connection: it would be complete if the connection were closed now.
        surplus: there was more behind it.
    """

    done: bool
    ends_with_connection: bool
    surplus: bool

    def content_of(self, data: bytes) -> Iterator[bytes]:
        """The content that is in what has come next.

        Raises:
            TransferEncodingError: it is not what the head has announced; the content before that has been yielded.
        """
        ...


class UntilClosed:
    """A body that ends with its connection."""

    done = False
    ends_with_connection = True
    surplus = False

    def content_of(self, data: bytes) -> Iterator[bytes]:
        """All of it."""
        yield data


class Announced:
    """A body whose length was said."""

    ends_with_connection = False

    def __init__(self, length: int) -> None:
        self._left = length
        self.done = False
        self.surplus = False

    def content_of(self, data: bytes) -> Iterator[bytes]:
        """What was still missing."""
        piece = data[: self._left]
        self._left -= len(piece)
        self.done = not self._left
        self.surplus = len(piece) < len(data)
        yield piece


class Chunked:
    """A body in chunks (section 7.1). Trailers are read and forgotten."""

    ends_with_connection = False

    def __init__(self) -> None:
        self._rest = b""
        self._left = 0
        self._read = self._size
        self._has_trailers = False
        self.done = False
        self.surplus = False

    def content_of(self, data: bytes) -> Iterator[bytes]:
        """What is in the chunks."""
        data, self._rest = self._rest + data, b""
        at = 0
        while at < len(data) and not self.done:
            if self._left:
                piece = data[at : at + self._left]
                self._left -= len(piece)
                at += len(piece)
                yield piece
                continue
            end = data.find(b"\r\n", at)
            if end < 0:
                self._keep(data[at:])
                return
            self._read(data[at:end])
            at = end + 2
        self.surplus = at < len(data)

    def _keep(self, rest: bytes) -> None:
        self._rest = rest
        if len(rest) > _LONGEST_LINE or (self._read == self._end_of_chunk and rest != b"\r"):
            raise TransferEncodingError("a line of the chunks doesn't end where it should")

    def _size(self, line: bytes) -> None:
        match = _SIZE.fullmatch(line)
        if match is None:
            raise TransferEncodingError("a chunk has no size")
        self._left = int(match[1], 16)
        self._read = self._end_of_chunk if self._left else self._trailer

    def _end_of_chunk(self, line: bytes) -> None:
        if line:
            raise TransferEncodingError("a chunk is longer than its size")
        self._read = self._size

    def _trailer(self, line: bytes) -> None:
        is_fold = self._has_trailers and line[:1] in {b" ", b"\t"}
        if line and not is_fold and not _TRAILER.fullmatch(line):
            raise TransferEncodingError("a trailer is no field")
        self._has_trailers = True
        self.done = not line


def framing_of(message: RawResponseMessage) -> Framing:
    """How the body that follows the head `message` is delimited."""
    if message.chunked:
        return Chunked()
    length = message.headers.get(hdrs.CONTENT_LENGTH)
    return UntilClosed() if length is None else Announced(int(length))
