"""Interim responses (RFC 9110, section 15.2): at most a hundred before a response."""

from __future__ import annotations

import re
from collections.abc import Callable

_MOST = 100
_INTERIM = re.compile(rb"HTTP/1\.[01] 1")
_END = re.compile(rb"\n\r?\n")


class TooManyInterims(Exception):
    """The server sends only interim responses."""

    def __init__(self) -> None:
        super().__init__(f"the server sent more than {_MOST} interim responses")


class Interims:
    """Counts the interim responses before a response."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A request is sent."""
        self._count, self._text, self._is_over = 0, b"", False

    def take(self, data: bytes) -> None:
        """Check received HTTP/1.1 data.

        Raises:
            TooManyInterims: there are more than a hundred interim responses.
        """
        if self._is_over:
            return
        self._text += data
        while _INTERIM.match(self._text) and len(parts := _END.split(self._text, 1)) > 1:
            self._text = parts[1]
            self.count()
        self._is_over = len(self._text) > len("HTTP/1.1 1") and not _INTERIM.match(self._text)

    def count(self, *_: object) -> None:
        """Count one, reported by a library.

        Raises:
            TooManyInterims: there are too many.
        """
        self._count += 1
        if self._count > _MOST:
            raise TooManyInterims

    async def acount(self, *_: object) -> None:
        """`count`, as a coroutine."""
        self.count()


class Withheld:
    """Received HTTP/1.1 data without its last byte, which is returned when it is requested.

    The library requests it if its response is incomplete without it. Otherwise `held` has surplus data.
    """

    def __init__(self) -> None:
        self.held = b""
        self._is_http = False
        self._interims = Interims()

    def sent(self, data: bytes) -> bool:
        """Whether `data`, which is being sent, is HTTP, or follows it: a SOCKS handshake may come first."""
        self._is_http = self._is_http or begins_http(data)
        self._interims.begin()
        return self._is_http

    def read(self, receive: Callable[[], bytes]) -> bytes:
        """The received data; `receive` provides more."""
        data, self.held = self.held or receive(), b""
        if self._is_http:
            if len(data) > 1:
                data, self.held = data[:-1], data[-1:]
            self._interims.take(data)
        return data


def begins_http(data: bytes) -> bool:
    """Whether the first data may be HTTP: a SOCKS handshake begins with a control character (RFC 1928)."""
    return data[:1] >= b" "
