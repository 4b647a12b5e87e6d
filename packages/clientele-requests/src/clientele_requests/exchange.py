"""One request and its response on a connection, as h11 (https://h11.readthedocs.io) writes and reads them.

urllib3 leaves that to http.client, which takes for a response what is none: it drops malformed headers and all that
follow, ends a body that was cut off as if it were complete, returns interim responses, and refuses a hundred fields.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterable, Iterator
from typing import cast

import h11
import requests
from urllib3.util import wait_for_read
from urllib3.util.ssltransport import SSLTransport

from clientele.http.bodies import Chunks
from clientele_requests.connecting import Native, shut_down
from clientele_requests.faults import Cut, NoHTTP, Unsent, WriteTimeout

_BLOCK = 64 * 1024
_MAX_HEAD = 128 * 1024
_UNSET = -1.0
_VERSIONS = (b"1.0", b"1.1")


class Connection:
    """A connection that is good for one request after the other, each with its response."""

    def __init__(self, native: Native) -> None:
        self._native = native
        # Connected by now; urllib3 and urllib3-future declare it differently.
        self._socket = cast(socket.socket | SSLTransport, native.sock)
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD)
        self._seconds: float | None = _UNSET
        self._ended = False
        self._unsent: requests.RequestException | None = None

    def send(self, request: h11.Request, body: Chunks, seconds: float | None) -> None:
        """Send a request. If the server takes no more of it, its answer may say why.

        Args:
            request: the head.
            body: bytes, an iterable of bytes, or None.
            seconds: the longest that the server may take for a piece of 64 KiB; None for no limit.
        """
        self._wait_at_most(seconds)
        try:
            waiting = self._http.send(request) or b""
            if not isinstance(body, bytes) and body is not None:
                self._write(waiting)
                waiting = b""
            for block in _blocks(body):
                self._write(waiting + (self._http.send(h11.Data(data=block)) or b""))
                waiting = b""
            self._write(waiting + (self._http.send(h11.EndOfMessage()) or b""))
        except (WriteTimeout, Unsent) as error:
            self._unsent = error

    def receive(self, seconds: float | None) -> h11.Response | h11.InformationalResponse:
        """The head of the final response; that of 101 is final, too.

        Args:
            seconds: the longest silence of the server; None for no limit.

        Raises:
            requests.RequestException: there is none, or the request could not be sent.
        """
        # A server that takes no more of the request has been waited for long enough.
        self._wait_at_most(0.0 if isinstance(self._unsent, WriteTimeout) else seconds)
        try:
            head = self._next_event()
            while isinstance(head, h11.InformationalResponse) and head.status_code != 101:
                head = self._next_event()
        except (Cut, requests.ReadTimeout) as error:
            if self._unsent is not None:
                raise self._unsent from error
            raise
        if head.http_version not in _VERSIONS:  # type: ignore[union-attr]
            raise NoHTTP("the server speaks another version of HTTP than 1.0 and 1.1")
        self._wait_at_most(seconds)
        return cast(h11.Response | h11.InformationalResponse, head)

    def read(self) -> bytes:
        """A piece of the body, as soon as there is one; nothing at its end.

        Raises:
            requests.RequestException: it was cut short, or is not framed as HTTP says.
        """
        event = self._next_event()
        return bytes(event.data) if isinstance(event, h11.Data) else b""

    def renew(self) -> bool:
        """Make ready for the next request; False if the connection can't have one.

        That is so if a message is not complete, and if the server sent more than its response.
        """
        http = self._http
        if not (http.our_state is http.their_state is h11.DONE) or http.trailing_data[0]:
            return False
        http.start_next_cycle()
        return True

    def is_silent(self) -> bool:
        """Whether the server has neither sent anything that nobody has read nor closed the connection."""
        sock = self._socket
        if isinstance(sock, SSLTransport):
            if sock.incoming.pending or sock.sslobj.pending():
                return False
            sock = sock.socket
        try:
            return not getattr(sock, "pending", int)() and not wait_for_read(sock, timeout=0.0)
        except (OSError, ValueError):  # Another thread has closed it.
            return False

    def cut(self) -> None:
        """Shut the connection down, so that another thread that is blocked on it goes on."""
        sock = self._socket
        shut_down(sock.socket if isinstance(sock, SSLTransport) else sock)

    def close(self) -> None:
        """Close the connection, whatever it is being used for."""
        self.cut()
        with contextlib.suppress(OSError):
            self._native.close()

    def _write(self, data: bytes) -> None:
        if not data:
            return
        try:
            self._socket.sendall(data)
        except TimeoutError as error:
            raise WriteTimeout(error) from error
        except OSError as error:
            raise Unsent(error) from error

    def _next_event(self) -> h11.Event | type[h11.NEED_DATA | h11.PAUSED]:
        while True:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                raise Cut(error) if self._ended else NoHTTP(error) from error
            if event is not h11.NEED_DATA:
                return event
            self._http.receive_data(self._received())

    def _received(self) -> bytes:
        try:
            data = bytes(self._socket.recv(_BLOCK))
        except TimeoutError as error:
            raise requests.ReadTimeout(error) from error
        except OSError as error:
            raise Cut(error) from error
        self._ended = not data
        if self._ended and self._http.their_state is h11.SEND_RESPONSE:
            raise Cut("the server closed the connection before it answered")
        return data

    def _wait_at_most(self, seconds: float | None) -> None:
        if seconds != self._seconds:
            try:
                self._socket.settimeout(seconds)
            except OSError as error:
                raise Cut(error) from error
            self._seconds = seconds


def _blocks(body: Chunks) -> Iterator[bytes]:
    """The pieces of a body, none of them empty and none larger than a block."""
    pieces = (body,) if isinstance(body, bytes) else body
    for piece in cast(Iterable[bytes], pieces or ()):
        for start in range(0, len(piece), _BLOCK):
            yield piece[start : start + _BLOCK]
