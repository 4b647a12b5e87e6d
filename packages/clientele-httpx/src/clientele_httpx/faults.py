"""Maps the exceptions of httpx to ours."""

from __future__ import annotations

import ssl

import h2.exceptions
import httpx

from clientele.http import errors
from clientele.http.transport import FaultTable, causes
from clientele.http.transport.connections.connection import Unasked
from clientele_httpx.turned_away import is_turned_away


def _cut_or_broken(fault: BaseException) -> type[errors.TransportError]:
    """Httpx has one exception for interrupted connections and for malformed HTTP."""
    if is_turned_away(fault):
        return errors.ConnectError
    cut = "closed connection" in str(fault) or "disconnected" in str(fault)
    return errors.ReadError if cut else errors.ProtocolError


def _broken_or_refused(fault: BaseException) -> type[errors.TransportError]:
    """With TLS 1.3, the client sees the refusal of its certificate only after the handshake."""
    refused = any(isinstance(cause, ssl.SSLError) and "ALERT" in str(cause.reason) for cause in causes(fault))
    return errors.TLSError if refused else errors.ReadError


def _no_status(fault: BaseException) -> type[errors.TransportError] | None:
    """Over HTTP/2, httpcore parses the status with `int`."""
    return errors.ProtocolError if "invalid literal for int()" in str(fault) else None


FAULTS: FaultTable = (
    (httpx.ConnectTimeout, errors.ConnectTimeout),
    (httpx.ReadTimeout, errors.ReadTimeout),
    (httpx.WriteTimeout, errors.WriteTimeout),
    (httpx.PoolTimeout, errors.PoolTimeout),
    (httpx.ProxyError, errors.ProxyError),
    (httpx.ConnectError, errors.ConnectError),
    (httpx.WriteError, errors.WriteError),
    (httpx.ReadError, _broken_or_refused),
    (httpx.RemoteProtocolError, _cut_or_broken),
    (httpx.LocalProtocolError, errors.ProtocolError),
    (httpx.InvalidURL, errors.ProtocolError),
    (httpx.HTTPError, errors.ReadError),
    (httpx.StreamError, errors.ReadError),
    (ssl.SSLError, _broken_or_refused),
    (Unasked, errors.ConnectError),
    (h2.exceptions.H2Error, errors.ProtocolError),
    (ValueError, _no_status),
    (Exception, lambda fault: errors.ProxyError if type(fault).__module__.startswith("socksio.") else None),
)
