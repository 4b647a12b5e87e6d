"""Checks the framing lines of responses where http.client and urllib3 accept more than HTTP allows.

Both parse a chunk size with `int(line, 16)`, which also accepts `+5`, `0x5`, `0_5` and `-5`; a proxy may see a
different body (RFC 9112, section 7.1). http.client treats any version that begins with 1 as 1.1, and skips any number
of interim responses with the status 100, but no others.
"""

from __future__ import annotations

import re
from email.message import Message
from http.client import BadStatusLine, HTTPException, HTTPResponse
from io import BufferedReader
from typing import Any, cast

from clientele.http.transport.connections.interims import Interims

_LONGEST = 65536
"""In bytes; urllib3 would read an endless line until the memory is full."""
_SIZE = re.compile(rb"[0-9A-Fa-f]+[ \t]*(?:;[^\n]*)?\n?")
_VERSION = re.compile(rb"(?!HTTP/)|HTTP/1\.[01]\b")

_INTERIM = re.compile(rb"(HTTP/1\.[01] )1(?!01)[0-9]{2}([ \r\n].*)", re.DOTALL)
"""The status line of an interim response except 101, which is refused, because no request asks for an upgrade."""


class CheckedResponse(HTTPResponse):
    """A response of http.client that refuses malformed lines."""

    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(cast(Any, _Source(sock, self)), *args, **kwargs)


class _Source:
    """The source of a response, instead of its socket."""

    def __init__(self, sock: Any, response: HTTPResponse) -> None:
        self._sock = sock
        self._response = response

    def makefile(self, mode: str) -> BufferedReader:
        return _Lines(self._sock.makefile(mode).detach(), self._response)


class _Lines(BufferedReader):
    def __init__(self, raw: Any, response: HTTPResponse) -> None:
        super().__init__(raw)
        self._response = response
        self._interims = Interims()
        self._chunks_are_over = False

    def readline(self, size: int | None = -1, /) -> bytes:
        """A line of the head, or of the chunk framing.

        Raises:
            HTTPException: it is malformed.
            TooManyInterims: there are too many interim responses.
        """
        line = super().readline(_LONGEST if size is None or size < 0 else size)
        headers: Message | None = self._response.headers
        if headers is None:
            if not _VERSION.match(line):
                raise BadStatusLine("the version of HTTP is unknown")
            if (interim := _INTERIM.match(line)) is not None:
                self._interims.count()
                line = interim[1] + b"100" + interim[2]  # http.client skips only this one.
        elif line and not self._chunks_are_over and "chunked" in headers.get("transfer-encoding", "").lower():
            if len(line) == _LONGEST or not _SIZE.fullmatch(line.replace(b"\r\n", b"\n")):
                raise HTTPException("the size of a chunk is malformed")
            self._chunks_are_over = not line.partition(b";")[0].strip(b"0 \t\r\n")
        return line
