"""Maps the exceptions of niquests and urllib3-future to ours."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import socket
import ssl
from collections.abc import Iterator

import niquests
from niquests.packages import urllib3

from clientele.http import errors
from clientele.http.transport import FaultTable, causes

_theirs = urllib3.exceptions
_FAILURES = (OSError, ValueError, niquests.exceptions.RequestException, _theirs.HTTPError)
_DELAYS = (TimeoutError, niquests.exceptions.Timeout, _theirs.TimeoutError)
_CUT = ("closed connection", "connection closed", "end closed", "pool is closed", "bad file descriptor")
"""Messages for an interrupted connection, of urllib3-future, h11, jh2 and the system."""


class NotConnected(Exception):
    """The connection failed, including its tunnel and TLS."""


class ConnectTimedOut(Exception):
    """The connection wasn't made in time."""


class Connecting:
    """The time until a request has a connection, when niquests calls `end`; its exceptions are the same as later."""

    limit: asyncio.Timeout

    def __init__(self, *, is_over: bool) -> None:
        self.is_over = is_over

    def end(self, _: object) -> None:
        """There is a connection."""
        self.is_over = True

    async def aend(self, _: object) -> None:
        """The request has a connection, which needs no further limit."""
        self.is_over = True
        self.limit.reschedule(None)

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Within, the request is sent."""
        try:
            yield
        except _FAILURES as error:
            if self.is_over:
                raise
            late = [not isinstance(e, _theirs.NewConnectionError) for e in causes(error) if isinstance(e, _DELAYS)]
            raise (ConnectTimedOut if late and all(late) else NotConnected)(str(error)) from error


_BENEATH: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], type[errors.TransportError]], ...] = (
    (_theirs.ReadTimeoutError, errors.ReadTimeout),
    (socket.gaierror, errors.DNSError),
    (_theirs.NewConnectionError, errors.ConnectError),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), errors.ReadError),
    (ssl.SSLError, errors.TLSError),
    (TimeoutError, errors.WriteTimeout),
    ((_theirs.IncompleteRead, ConnectionError), errors.ReadError),
)


def _broken(fault: BaseException) -> type[errors.TransportError]:
    """Niquests has one exception for broken connections and for malformed HTTP; its causes decide."""
    beneath = list(causes(fault))
    for theirs, ours in _BENEATH:
        if any(isinstance(cause, theirs) for cause in beneath):
            return ours
    said = " ".join(str(cause) for cause in beneath).lower()
    if "reset by remote peer. reason: 0x7." in said:  # REFUSED_STREAM (RFC 9113, section 8.7): it was not processed.
        return errors.ConnectError
    return errors.ReadError if any(text in said for text in _CUT) else errors.ProtocolError


FAULTS: FaultTable = (
    (ConnectTimedOut, errors.ConnectTimeout),
    (NotConnected, errors.ConnectError),
    (niquests.exceptions.ConnectTimeout, errors.ConnectTimeout),
    (niquests.exceptions.ReadTimeout, errors.ReadTimeout),
    (niquests.exceptions.ProxyError, errors.ProxyError),
    (niquests.exceptions.RequestException, _broken),
    (_theirs.HTTPError, _broken),
    (ValueError, errors.ProtocolError),
    (queue.Empty, errors.ReadError),  # The pool was closed. Below: endless interim responses, and a planted one.
    (RuntimeError, lambda it: errors.ProtocolError if "stream ID" in str(it) or type(it) is RecursionError else None),
)
