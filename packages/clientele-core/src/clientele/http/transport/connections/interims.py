"""Interim responses (RFC 9110, section 15.2): at most a hundred before a response."""

from __future__ import annotations

import re
from collections.abc import Callable

_MOST = 100
_INTERIM = re.compile(rb"HTTP/1\.[01] 1")
_END = re.compile(rb"\n\r?\n")


class TooManyInterims(Exception):
    """The server goes on and on, and doesn't answer."""

    def __init__(self) -> None:
        super().__init__(f"the server sent more than {_MOST} interim responses")


class Interims:
    """Counts those before one response."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A request is sent."""
        self._count, self._text, self._is_over = 0, b"", False

    def take(self, data: bytes) -> None:
        """Look at what has come over HTTP/1.1.

        Raises:
            TooManyInterims: more than a hundred have.
        """
        if self._is_over:
            return
        self._text += data
        while _INTERIM.match(self._text) and len(parts := _END.split(self._text, 1)) > 1:
            self._text = parts[1]
            self.count()
        self._is_over = len(self._text) > len("HTTP/1.1 1") and not _INTERIM.match(self._text)

    def count(self, *_: object) -> None:
        """There is one more, of which a library may tell.

        Raises:
            TooManyInterims: it is one too many.
        """
        self._count += 1
        if self._count > _MOST:
            raise TooManyInterims

    async def acount(self, *_: object) -> None:
        """`count`, for a library that awaits it."""
        self.count()


class Withheld:
    """What comes over HTTP/1.1, but for its last byte, which is handed out when it is asked for.

    A response that is not complete without it makes the library ask. If it is complete, it doesn't, and `held` has
    what no request has asked for.
    """

    def __init__(self) -> None:
        self.held = b""
        self._is_http = False
        self._interims = Interims()

    def sent(self, data: bytes) -> bool:
        """Whether `data`, which is sent now, is HTTP, or follows it: to a SOCKS proxy other things are said first."""
        self._is_http = self._is_http or begins_http(data)
        self._interims.begin()
        return self._is_http

    def read(self, receive: Callable[[], bytes]) -> bytes:
        """What has come; `receive` is asked for more."""
        data, self.held = self.held or receive(), b""
        if self._is_http:
            if len(data) > 1:
                data, self.held = data[:-1], data[-1:]
            self._interims.take(data)
        return data


def begins_http(data: bytes) -> bool:
    """Whether what is sent first may be HTTP: what a SOCKS proxy is told begins with a control character (RFC 1928)."""
    return data[:1] >= b" "
