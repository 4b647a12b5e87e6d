"""What the state machines beneath a connection know, and the connection doesn't tell.

`_protocol`, `_svn` and what is below them are private to urllib3-future, and `_max_incomplete_event_size` is private to
h11; all are tested with the lowest and the newest version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clientele_niquests.breaks import NoHTTP
from clientele_niquests.library import AsyncHTTPConnection, HTTPConnection, HttpVersion

if TYPE_CHECKING:
    import h11

_LARGEST_HEAD = 128 * 1024
"""In bytes. h11's own limit is 16 KiB, and depends on how the head is cut into pieces on its way."""

_VERSIONS = (b"1.0", b"1.1")


def choose(connection: HTTPConnection | AsyncHTTPConnection, alpn: str | None) -> None:
    """Have `connection` speak what was agreed upon in its TLS handshake; it looks only into sockets that it knows."""
    connection._svn = HttpVersion.h2 if alpn == "h2" else HttpVersion.h11  # noqa: SLF001


class Machine:
    """The state machine of a connection that stands. It outlives the connection, which forgets it at its end."""

    def __init__(self, connection: HTTPConnection | AsyncHTTPConnection) -> None:
        machine: Any = connection._protocol  # noqa: SLF001
        self._machine = machine
        self._next_event = machine.next_event
        machine.next_event = self._noted
        self._head: Any = None
        self.is_multiplexed: bool = machine.multiplexed
        """Whether it is HTTP/2: then there is input that is about no response."""
        if not self.is_multiplexed:
            self._http1: h11.Connection = machine._connection  # noqa: SLF001
            self._http1._max_incomplete_event_size = _LARGEST_HEAD  # noqa: SLF001

    def refuse_more(self) -> None:
        """To be asked before the connection is read: urllib3-future goes on waiting when there can be no response.

        Raises:
            NoHTTP: what has come so far is no HTTP/1.1.
        """
        if not self.is_multiplexed and self._http1.their_state.__name__ == "ERROR":
            raise NoHTTP("the response is no HTTP")

    def complete(self, response: Any) -> None:
        """Tell `response` of urllib3-future's what it can't know of the last one.

        That is its version (10, 11 or 20), and, as `fields`, its header fields in their order, which is lost where one
        is repeated.

        Raises:
            NoHTTP: it is of another version.
        """
        told = b"2.0" if self.is_multiplexed else self._http1.their_http_version or b"1.1"
        if not self.is_multiplexed and told not in _VERSIONS:
            raise NoHTTP("the server speaks another version of HTTP than 1.0 and 1.1")
        response.version = int(told.replace(b".", b""))
        response.fields = tuple(
            (name.decode("ascii"), value.decode("latin-1"))
            for name, value in self._head.headers
            if not name.startswith(b":")
        )

    def is_at_rest(self) -> bool:
        """Whether a request can be sent: the last one and its response are complete, and nothing came after it."""
        if self._machine.has_expired() or not self._machine.is_available():
            return False
        return self.is_multiplexed or not self._http1.trailing_data[0]

    def _noted(self, *arguments: Any, **options: Any) -> Any:
        event = self._next_event(*arguments, **options)
        if hasattr(event, "headers"):
            self._head = event
        return event
