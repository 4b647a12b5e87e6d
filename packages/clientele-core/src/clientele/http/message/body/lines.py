"""Splits bytes into lines, independently of chunks."""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Sequence

from clientele.http.message.body.charsets import codec_of

_ASCII_SUPERSETS = frozenset({"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"})
_WITH_MARK = frozenset({"utf-8-sig", "utf-16", "utf-32"})
_LONGEST_MARK = 4


class LineTooLong(Exception):
    """A line is longer than the limit; the driver converts this to ResponseTooLarge."""


class LineDecoder:
    """Splits a body into lines at LF and CRLF only.

    A lone CR, U+2028, U+0085, VT and FF are data: JSON strings may contain them.

    A charset in which the byte 0x0A isn't always a line feed is converted to UTF-8 before the split. All lines of a
    chunk are decoded and split together, which is three times as fast as line by line. The result is the same, because
    in these charsets a truncated character, which becomes U+FFFD, never includes a line feed.
    """

    def __init__(self, charset: str = "utf-8", max_line_bytes: int | None = None) -> None:
        self._codec = charset if charset in _ASCII_SUPERSETS else "utf-8"
        self._to_utf8 = None if charset in _ASCII_SUPERSETS else _ToUTF8(charset)
        self._limit = max_line_bytes
        self._pending = bytearray()
        self._at_start = True
        self.too_long = False
        """The next line is longer than the limit; the lines before it have been returned."""

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that `chunk` completes, without their ends.

        Raises:
            LineTooLong: a line is longer than `max_line_bytes`.
        """
        return self._split(chunk if self._to_utf8 is None else self._to_utf8.feed(chunk))

    def check(self) -> None:
        """Raise for a line that is too long as soon as the lines before it have been consumed, not with the next chunk.

        Raises:
            LineTooLong: there is such a line.
        """
        if self.too_long:
            raise LineTooLong

    def finish(self) -> list[str]:
        """The last line, if the body did not end with a line end."""
        lines = self._split(b"" if self._to_utf8 is None else self._to_utf8.finish())
        if self._exceeds(len(self._pending)) and not lines:
            raise LineTooLong
        last = self._text(self._pending)
        self._pending.clear()
        return [*lines, last] if last else lines

    def _split(self, chunk: bytes) -> list[str]:
        ended, end, rest = chunk.rpartition(b"\n")
        lines: list[str] = []
        if end:
            if self._pending:
                self._pending += ended
                lines, self._pending = self._lines(self._pending), bytearray()
            else:
                lines = self._lines(ended)
        if rest:
            # A CR may belong to the line end.
            self._exceeds(len(self._pending) + len(rest.removesuffix(b"\r")))
            self._pending += rest
        # The lines before one that is too long are valid: they are returned first, and the next call raises.
        if self.too_long and not lines:
            raise LineTooLong
        return lines

    def _lines(self, ended: bytes | bytearray) -> list[str]:
        """The lines of `ended`, up to the first one that is too long; the last line end has been removed."""
        if self._limit is not None and len(ended) > self._limit:
            lines: Sequence[bytes | bytearray] = ended.split(b"\n")
            sound = list(itertools.takewhile(lambda line: not self._exceeds(len(line.removesuffix(b"\r"))), lines))
            if not sound:
                return []
            ended = b"\n".join(sound)
        text = self._text(ended)
        return [line.removesuffix("\r") for line in text.split("\n")] if "\r" in text else text.split("\n")

    def _exceeds(self, size: int) -> bool:
        self.too_long = self.too_long or (self._limit is not None and size > self._limit)
        return self.too_long

    def _text(self, lines: bytes | bytearray) -> str:
        text = lines.decode(self._codec, errors="replace")
        if self._at_start:
            self._at_start = False
            return text.removeprefix("\ufeff")
        return text


class _ToUTF8:
    """Converts a body in any charset to UTF-8, piece by piece."""

    def __init__(self, charset: str) -> None:
        self._charset = charset
        self._head = b""
        self._decoder: codecs.IncrementalDecoder | None = None

    def feed(self, chunk: bytes, *, final: bool = False) -> bytes:
        if self._decoder is None:
            chunk = self._head = self._head + chunk
            if self._charset in _WITH_MARK and len(chunk) < _LONGEST_MARK and not final:
                return b""
            codec = codec_of(self._charset, chunk[:_LONGEST_MARK])
            self._decoder = codecs.getincrementaldecoder(codec)(errors="replace")
        return self._decoder.decode(chunk, final).encode()

    def finish(self) -> bytes:
        return self.feed(b"", final=True)
