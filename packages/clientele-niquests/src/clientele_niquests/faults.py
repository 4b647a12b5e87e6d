"""The exceptions of niquests, of urllib3-future beneath it and of our connections, and ours."""

from __future__ import annotations

import socket
import ssl

import niquests

from clientele.http import errors
from clientele.http.faults import FaultTable, causes
from clientele_niquests.breaks import ConnectFailed, ConnectTimedOut, NoHTTP, ReadBroken, ReadTimedOut, WriteTimedOut
from clientele_niquests.library import exceptions as urllib3

_CUT = ("closed connection", "connection closed", "end closed")
"""What urllib3-future, h11 and jh2 say of a connection that ended too early."""


def _broken_or_refused(fault: BaseException) -> type[errors.TransportError]:
    """On TLS 1.3 a server refuses the client after the handshake, as far as the client can tell."""
    refused = any(isinstance(cause, ssl.SSLError) and "ALERT" in str(cause.reason) for cause in causes(fault))
    return errors.TLSError if refused else errors.ReadError


def _broken(fault: BaseException) -> type[errors.TransportError]:
    """One exception stands for all that breaks a connection, and for bytes that aren't HTTP: its causes tell."""
    beneath = list(causes(fault))
    for cause in beneath:
        if isinstance(cause, ssl.SSLError):
            return _broken_or_refused(fault)
        if isinstance(cause, (TimeoutError, urllib3.ReadTimeoutError)):
            return errors.ReadTimeout
        if isinstance(cause, (urllib3.IncompleteRead, ConnectionError)):
            return errors.ReadError
    said = " ".join(str(cause) for cause in beneath).lower()
    return errors.ReadError if any(text in said for text in _CUT) else errors.ProtocolError


def _failed(fault: BaseException) -> type[errors.TransportError]:
    """A session of the user's own wraps what happened to a new connection like what happened to an old one."""
    beneath = list(causes(fault))
    if any(isinstance(cause, socket.gaierror) for cause in beneath):
        return errors.DNSError
    is_new = any(isinstance(cause, urllib3.NewConnectionError) for cause in beneath)
    return errors.ConnectError if is_new else _broken(fault)


FAULTS: FaultTable = (
    (ConnectTimedOut, errors.ConnectTimeout),
    (ConnectFailed, errors.ConnectError),
    (ReadTimedOut, errors.ReadTimeout),
    (WriteTimedOut, errors.WriteTimeout),
    (ReadBroken, _broken_or_refused),
    (NoHTTP, errors.ProtocolError),
    (niquests.exceptions.ConnectTimeout, errors.ConnectTimeout),
    (niquests.exceptions.ReadTimeout, errors.ReadTimeout),
    (niquests.exceptions.ProxyError, errors.ProxyError),
    (niquests.exceptions.SSLError, errors.TLSError),
    (niquests.exceptions.InvalidHeader, errors.ProtocolError),
    (niquests.exceptions.RequestException, _failed),
    (urllib3.NewConnectionError, errors.ConnectError),
    (urllib3.ConnectTimeoutError, errors.ConnectTimeout),
    (urllib3.ReadTimeoutError, errors.ReadTimeout),
    (urllib3.ProxyError, errors.ProxyError),
    (urllib3.SSLError, _broken),
    (urllib3.HTTPError, _broken),
)
