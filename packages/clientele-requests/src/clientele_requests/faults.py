"""Maps the exceptions of requests and its dependencies to ours."""

from __future__ import annotations

import http.client
import socket
import ssl

import requests
from urllib3 import exceptions as urllib3

from clientele.http import errors
from clientele.http.transport import FaultTable, causes

_CAUSES: tuple[tuple[type[BaseException], type[errors.TransportError]], ...] = (
    (socket.gaierror, errors.DNSError),
    (urllib3.NewConnectionError, errors.ConnectError),
    (urllib3.ReadTimeoutError, errors.ReadTimeout),
    (TimeoutError, errors.WriteTimeout),
    (OSError, errors.ReadError),
    (http.client.IncompleteRead, errors.ReadError),
    (http.client.HTTPException, errors.ProtocolError),
    (urllib3.ProtocolError, errors.ProtocolError),
)


def _beneath(fault: BaseException) -> type[errors.TransportError]:
    """Requests and urllib3 use one exception for different faults; its cause decides."""
    found = [cause for cause in causes(fault) if not isinstance(cause, (requests.RequestException, type(fault)))]
    if any(isinstance(cause, ssl.SSLError) and "ALERT" in str(cause.reason) for cause in found):
        return errors.TLSError  # With TLS 1.3, the client sees a refusal only after the handshake.
    if any(type(cause) is ValueError and not str(cause).endswith("b''") for cause in found):
        return errors.ProtocolError  # The chunk size is not a number; if it is truncated, it is empty.
    return next((ours for theirs, ours in _CAUSES if any(isinstance(each, theirs) for each in found)), errors.ReadError)


FAULTS: FaultTable = (
    (requests.ConnectTimeout, errors.ConnectTimeout),
    (requests.ReadTimeout, errors.ReadTimeout),
    (requests.exceptions.ProxyError, errors.ProxyError),
    (requests.exceptions.SSLError, errors.ConnectError),  # Core finds TLS errors among the causes.
    (requests.exceptions.InvalidHeader, errors.ProtocolError),
    (requests.RequestException, _beneath),
    (urllib3.ReadTimeoutError, errors.ReadTimeout),
    (urllib3.InvalidHeader, errors.ProtocolError),
    (urllib3.HTTPError, _beneath),
    (RecursionError, errors.ProtocolError),  # Of urllib3-future: interim responses without end.
)
