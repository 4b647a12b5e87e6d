"""Bytes to lines, whatever chunks they arrive in."""

from __future__ import annotations

import codecs

_ASCII_SUPERSETS = frozenset({"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"})
_MARK = "\ufeff".encode()


class LineTooLong(Exception):
    """A line is longer than the limit; the driver turns this into ResponseTooLarge."""


class LineDecoder:
    """Splits a body into lines at LF and CRLF only.

    A lone CR, U+2028, U+0085, VT and FF are data: JSON strings may hold them. A charset in which the byte 0x0A isn't
    always a line feed is turned into UTF-8 before the split.
    """

    def __init__(self, charset: str = "utf-8", max_line_bytes: int | None = None) -> None:
        self._split_raw = charset in _ASCII_SUPERSETS
        self._charset = charset if self._split_raw else "utf-8"
        self._to_text = None if self._split_raw else codecs.getincrementaldecoder(charset)(errors="replace")
        self._limit = max_line_bytes
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._at_start = True

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that `chunk` completes, without their ends.

        Raises:
            LineTooLong: a line is longer than `max_line_bytes`.
        """
        return self._split(chunk if self._to_text is None else self._to_text.decode(chunk).encode())

    def finish(self) -> list[str]:
        """The last line, if the body did not end with a line end."""
        rest = b"" if self._to_text is None else self._to_text.decode(b"", True).encode()
        lines = self._split(rest)
        last = b"".join(self._pending)
        self._pending.clear()
        return [*lines, self._text(last)] if last else lines

    def _split(self, chunk: bytes) -> list[str]:
        head, *rest = chunk.split(b"\n")
        if not rest:
            self._hold(head)
            return []
        first = b"".join([*self._pending, head])
        self._pending, self._pending_bytes = [], 0
        self._hold(rest.pop())
        return [self._text(self._checked(line).removesuffix(b"\r")) for line in (first, *rest)]

    def _hold(self, part: bytes) -> None:
        if part:
            self._pending.append(part)
            self._pending_bytes += len(part)
            if self._limit is not None and self._pending_bytes > self._limit:
                raise LineTooLong

    def _checked(self, line: bytes) -> bytes:
        if self._limit is not None and len(line) > self._limit:
            raise LineTooLong
        return line

    def _text(self, line: bytes) -> str:
        if self._at_start:
            self._at_start = False
            if self._charset == "utf-8":
                line = line.removeprefix(_MARK)
        return line.decode(self._charset, errors="replace")
