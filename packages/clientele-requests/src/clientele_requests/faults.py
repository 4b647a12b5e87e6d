"""The exceptions of requests and of what lies beneath it, and ours.

Those that are defined here are requests' own, told apart more finely: our adapter raises them. A session of the user's
has adapters of its own, which raise what requests and urllib3 have for everything.
"""

from __future__ import annotations

import http.client
import ssl

import h11
import requests
from urllib3 import exceptions as urllib3

from clientele.http import errors
from clientele.http.faults import FaultTable, causes


class Unconnected(requests.ConnectionError):
    """There is no connection, and nothing was sent."""


class WriteTimeout(requests.Timeout):
    """The server takes nothing of the request."""


class Unsent(requests.ConnectionError):
    """The connection broke while the request was being sent."""


class Cut(requests.ConnectionError):
    """The connection broke, or was closed too early, while the response was being received."""


class NoHTTP(requests.ConnectionError):
    """What the server sends is not HTTP."""


_NO_HTTP = (http.client.HTTPException, urllib3.InvalidChunkLength, urllib3.InvalidHeader, urllib3.HeaderParsingError)
_CUT = (http.client.IncompleteRead, http.client.RemoteDisconnected, urllib3.IncompleteRead, OSError)


def _beneath(fault: BaseException) -> type[errors.TransportError]:
    """Requests and urllib3 wrap one exception around whatever happens; the cause tells."""
    found = [cause for cause in causes(fault) if not isinstance(cause, requests.RequestException)]
    for theirs, ours in _CAUSES:
        if any(isinstance(cause, theirs) for cause in found):
            return ours
    return errors.ReadError


def _refused_or_broken(fault: BaseException) -> type[errors.TransportError]:
    """On TLS 1.3 a server refuses the client after the handshake, as far as the client can tell."""
    refused = any(isinstance(cause, ssl.SSLError) and "ALERT" in str(cause.reason) for cause in causes(fault))
    return errors.TLSError if refused else errors.ReadError


_CAUSES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], type[errors.TransportError]], ...] = (
    (urllib3.ProxyError, errors.ProxyError),
    (urllib3.NameResolutionError, errors.DNSError),
    (urllib3.NewConnectionError, errors.ConnectError),
    (urllib3.ConnectTimeoutError, errors.ConnectTimeout),
    (urllib3.ReadTimeoutError, errors.ReadTimeout),
    (TimeoutError, errors.WriteTimeout),
    (_CUT, errors.ReadError),
    (_NO_HTTP, errors.ProtocolError),
)

FAULTS: FaultTable = (
    (Unconnected, errors.ConnectError),
    (WriteTimeout, errors.WriteTimeout),
    (Unsent, errors.WriteError),
    (Cut, _refused_or_broken),
    (NoHTTP, errors.ProtocolError),
    (requests.ConnectTimeout, errors.ConnectTimeout),
    (requests.ReadTimeout, errors.ReadTimeout),
    (requests.exceptions.ProxyError, errors.ProxyError),
    (requests.exceptions.SSLError, errors.TLSError),
    (requests.exceptions.InvalidHeader, errors.ProtocolError),
    (requests.RequestException, _beneath),
    (urllib3.HTTPError, _beneath),
    (h11.ProtocolError, errors.ProtocolError),
)
