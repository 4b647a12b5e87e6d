"""The exceptions of pyreqwest, and ours."""

from __future__ import annotations

import re

from pyreqwest.exceptions import DetailedPyreqwestError, RequestTimeoutError, WriteError

from clientele.http import errors

_UNCONNECTED = (
    (r"proxy|tunnel|socks", errors.ProxyError),
    (r"dns error", errors.DNSError),
    (r"certificate|fatal alert|corrupt message|InvalidContentType|peer is incompatible", errors.TLSError),
    (r"", errors.ConnectError),
)
_CUT = r"closed|reset|EOF|eof|end of file|canceled|Broken pipe|os error"
_CONNECTED = ((r"fatal alert", errors.TLSError), (_CUT, errors.ReadError), (r"", errors.ProtocolError))
"""What hyper, h2, rustls and the operating system say, in the order in which it is looked for."""


class Fault(Exception):
    """What has gone wrong, and the error of ours that it is."""

    def __init__(self, said: str, kind: type[errors.TransportError] = errors.ProtocolError) -> None:
        super().__init__(said)
        self.kind = kind


def causes_of(error: BaseException) -> list[str]:
    """Without the first one, which is reqwest's own and holds the URL."""
    causes = error.details["causes"] if isinstance(error, DetailedPyreqwestError) else None
    return [cause["message"] for cause in causes or ()][1:] or [str(error.args[0])]


def kind_of(error: BaseException) -> type[errors.TransportError]:
    """The classes of pyreqwest don't tell connecting from what comes after it, but their causes do."""
    said = " / ".join(causes_of(error))
    is_connecting = "client error (Connect)" in said
    if isinstance(error, RequestTimeoutError):
        return errors.ConnectTimeout if is_connecting else errors.ReadTimeout
    if isinstance(error, WriteError):
        return errors.WriteError
    return next(kind for pattern, kind in (_UNCONNECTED if is_connecting else _CONNECTED) if re.search(pattern, said))
