"""What requests calls `Response.raw`: the head of a response, and its body still to be read."""

from __future__ import annotations

from collections.abc import Callable

import h11
from urllib3 import HTTPHeaderDict

from clientele.http.headers import Pairs
from clientele_requests.exchange import Connection


class Answer:
    """A response that is being received.

    Args:
        head: its status line and headers.
        connection: where its body comes from.
        close: keeps the connection if the body has been read, else closes it.
    """

    def __init__(
        self, head: h11.Response | h11.InformationalResponse, connection: Connection, close: Callable[[], None]
    ) -> None:
        self.pairs: Pairs = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items()
        )
        self.headers = HTTPHeaderDict(self.pairs)
        self.status = head.status_code
        self.reason = head.reason.decode("latin-1")
        self.version = int(head.http_version.replace(b".", b""))
        self.closed = False
        self._connection = connection
        self._close = close
        self._rest = b""

    def read1(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:  # noqa: ARG002, FBT001
        """A piece of the body, as soon as there is one; nothing at its end, or once it is closed."""
        return b"" if self.closed else self._connection.read()

    def read(self, amt: int | None = None) -> bytes:
        """All that is left of the body, or at most `amt` bytes of it."""
        if amt is None or amt < 0:
            whole = b"".join((self._rest, *iter(self.read1, b"")))
            self.close()
            return whole
        piece = self._rest or self.read1()
        self._rest = piece[amt:]
        return piece[:amt]

    def close(self) -> None:
        """Let go of the connection."""
        if not self.closed:
            self.closed = True
            self._close()
