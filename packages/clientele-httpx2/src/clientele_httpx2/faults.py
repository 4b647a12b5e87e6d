"""Maps the exceptions of httpx2 to ours."""

from __future__ import annotations

import ssl

import h2.exceptions
import httpx2

from clientele.http import errors
from clientele.http.transport import FaultTable, causes
from clientele.http.transport.connections.connection import Unasked
from clientele_httpx2.turned_away import is_turned_away


def _cut_or_broken(fault: BaseException) -> type[errors.TransportError]:
    """Httpx2 has one exception for interrupted connections and for malformed HTTP."""
    if is_turned_away(fault):
        return errors.ConnectError
    cut = "closed connection" in str(fault) or "disconnected" in str(fault)
    return errors.ReadError if cut else errors.ProtocolError


def _broken_or_refused(fault: BaseException) -> type[errors.TransportError]:
    """With TLS 1.3, the client sees the refusal of its certificate only after the handshake."""
    refused = any(isinstance(cause, ssl.SSLError) and "ALERT" in str(cause.reason) for cause in causes(fault))
    return errors.TLSError if refused else errors.ReadError


def _no_status(fault: BaseException) -> type[errors.TransportError] | None:
    """Over HTTP/2, httpcore2 parses the status with `int`."""
    return errors.ProtocolError if "invalid literal for int()" in str(fault) else None


FAULTS: FaultTable = (
    (httpx2.ConnectTimeout, errors.ConnectTimeout),
    (httpx2.ReadTimeout, errors.ReadTimeout),
    (httpx2.WriteTimeout, errors.WriteTimeout),
    (httpx2.PoolTimeout, errors.PoolTimeout),
    (httpx2.ProxyError, errors.ProxyError),
    (httpx2.ConnectError, errors.ConnectError),
    (httpx2.WriteError, errors.WriteError),
    (httpx2.ReadError, _broken_or_refused),
    (httpx2.RemoteProtocolError, _cut_or_broken),
    (httpx2.LocalProtocolError, errors.ProtocolError),
    (httpx2.InvalidURL, errors.ProtocolError),
    (httpx2.HTTPError, errors.ReadError),
    (httpx2.StreamError, errors.ReadError),
    (ssl.SSLError, _broken_or_refused),
    (Unasked, errors.ConnectError),
    (h2.exceptions.H2Error, errors.ProtocolError),
    (ValueError, _no_status),
    (Exception, lambda fault: errors.ProxyError if type(fault).__module__.startswith("socksio.") else None),
)
