"""Maps the exceptions of aiohttp to ours."""

from __future__ import annotations

import ssl

import aiohttp

from clientele.http import errors
from clientele.http.transport import FaultTable, causes


def _broken_or_refused(fault: BaseException) -> type[errors.TransportError]:
    """With TLS 1.3, the client sees the refusal of its certificate only after the handshake."""
    beneath = list(causes(fault))
    if any(isinstance(cause, ssl.SSLError) and "ALERT" in str(cause.reason) for cause in beneath):
        return errors.TLSError
    if any(isinstance(cause, aiohttp.ClientConnectionResetError) for cause in beneath):
        return errors.WriteError
    return errors.ReadError


class MalformedHead(aiohttp.ClientError):
    """The received bytes are not the head of a response."""


class RefusingProxy(aiohttp.ClientError):
    """The proxy opens no tunnel."""


def in_plain_words(fault: aiohttp.ClientResponseError) -> aiohttp.ClientError:
    """Explain aiohttp's error with a status, which is invented unless it is the status of a proxy."""
    if isinstance(fault, aiohttp.ClientHttpProxyError):
        return RefusingProxy(f"the proxy responded with status {fault.status}")
    return MalformedHead(fault.message)


FAULTS: FaultTable = (
    (aiohttp.ConnectionTimeoutError, errors.ConnectTimeout),
    (aiohttp.ServerTimeoutError, errors.ReadTimeout),
    (aiohttp.ClientProxyConnectionError, errors.ProxyError),
    (RefusingProxy, errors.ProxyError),
    (aiohttp.ClientConnectorError, errors.ConnectError),
    (MalformedHead, errors.ProtocolError),
    (aiohttp.ClientPayloadError, errors.ReadError),
    (aiohttp.InvalidURL, errors.ConnectError),
    (aiohttp.ClientError, _broken_or_refused),
    (ssl.SSLError, _broken_or_refused),
)
