"""The exceptions of niquests and of urllib3-future beneath it, and ours."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator

import niquests
from niquests.packages import urllib3

from clientele.http import errors
from clientele.http.faults import FaultTable, causes

_FAILURES = (OSError, ValueError, niquests.exceptions.RequestException, urllib3.exceptions.HTTPError)
_DELAYS = (TimeoutError, niquests.exceptions.Timeout, urllib3.exceptions.TimeoutError)
_CUT = ("closed connection", "connection closed", "end closed")
"""What urllib3-future, h11 and jh2 say of a connection that ended too early."""


class NotConnected(Exception):
    """The connection, with its tunnel and its TLS, did not come about."""


class ConnectTimedOut(Exception):
    """It did not come about in time."""


class Resent(Exception):
    """A TypeError, of which it is not known whether the request was sent."""


class Connecting:
    """The time in which a request has no connection yet; niquests calls `end` when it has one.

    It has the same exceptions for both times. A session of its own would ask then whether a certificate was revoked.
    """

    limit: asyncio.Timeout

    def __init__(self, *, is_over: bool) -> None:
        self.is_over = is_over

    def end(self, _: object) -> None:
        """There is a connection."""
        self.is_over = True

    async def aend(self, _: object) -> None:
        """There is a connection, which needs no limit any more."""
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
            raise (ConnectTimedOut if any(map(_is_delay, causes(error))) else NotConnected)(str(error)) from error


def _is_delay(cause: BaseException) -> bool:
    return isinstance(cause, _DELAYS) and not isinstance(cause, urllib3.exceptions.NewConnectionError)


def _broken(fault: BaseException) -> type[errors.TransportError]:
    """One exception stands for all that breaks a connection, and for bytes that aren't HTTP: its causes tell."""
    beneath = list(causes(fault))
    if any(isinstance(cause, urllib3.exceptions.ReadTimeoutError) for cause in beneath):
        return errors.ReadTimeout
    for cause in beneath:
        if isinstance(cause, ssl.SSLError):  # On TLS 1.3 a server refuses the client after the handshake.
            return errors.TLSError if "ALERT" in str(cause.reason) else errors.ReadError
        if isinstance(cause, TimeoutError):
            return errors.WriteTimeout
        if isinstance(cause, (urllib3.exceptions.IncompleteRead, ConnectionError)):
            return errors.ReadError
    said = " ".join(str(cause) for cause in beneath).lower()
    return errors.ReadError if any(text in said for text in _CUT) else errors.ProtocolError


def _failed(fault: BaseException) -> type[errors.TransportError]:
    """A session of the user's own wraps what happened to a new connection like what happened to an old one."""
    beneath = list(causes(fault))
    if any(isinstance(cause, socket.gaierror) for cause in beneath):
        return errors.DNSError
    is_new = any(isinstance(cause, urllib3.exceptions.NewConnectionError) for cause in beneath)
    return errors.ConnectError if is_new else _broken(fault)


def _insecure(fault: BaseException) -> type[errors.TransportError]:
    """It may be how a connection ended on which TLS was spoken."""
    ends = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
    return errors.ReadError if any(isinstance(cause, ends) for cause in causes(fault)) else errors.TLSError


def _unreadable(fault: BaseException) -> type[errors.TransportError] | None:
    """Of interim responses without end, and of a connection on which something came that was not asked for."""
    return errors.ProtocolError if isinstance(fault, RecursionError) or "stream ID" in str(fault) else None


FAULTS: FaultTable = (
    (ConnectTimedOut, errors.ConnectTimeout),
    (NotConnected, errors.ConnectError),
    (Resent, errors.ProtocolError),
    (niquests.exceptions.ConnectTimeout, errors.ConnectTimeout),
    (niquests.exceptions.ReadTimeout, errors.ReadTimeout),
    (niquests.exceptions.ProxyError, errors.ProxyError),
    (niquests.exceptions.SSLError, _insecure),
    (niquests.exceptions.InvalidHeader, errors.ProtocolError),
    (niquests.exceptions.RequestException, _failed),
    (urllib3.exceptions.NewConnectionError, errors.ConnectError),
    (urllib3.exceptions.ConnectTimeoutError, errors.ConnectTimeout),
    (urllib3.exceptions.ReadTimeoutError, errors.ReadTimeout),
    (urllib3.exceptions.ProxyError, errors.ProxyError),
    (urllib3.exceptions.HTTPError, _broken),
    (ValueError, errors.ProtocolError),
    (RuntimeError, _unreadable),
)
