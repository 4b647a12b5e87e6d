"""Maps the exceptions of pyreqwest to ours."""

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
"""The messages of hyper, h2, rustls and the operating system, in the order of the search."""


class Fault(Exception):
    """A fault, and our error for it."""

    def __init__(self, said: str, kind: type[errors.TransportError] = errors.ProtocolError) -> None:
        super().__init__(said)
        self.kind = kind


def causes_of(error: BaseException) -> list[str]:
    """The causes without the first one, which is reqwest's own and contains the URL."""
    causes = error.details["causes"] if isinstance(error, DetailedPyreqwestError) else None
    return [cause["message"] for cause in causes or ()][1:] or [str(error.args[0])]


def kind_of(error: BaseException) -> type[errors.TransportError]:
    """The classes of pyreqwest don't distinguish connecting from later phases, but their causes do."""
    said = " / ".join(causes_of(error))
    is_connecting = "client error (Connect)" in said
    if isinstance(error, RequestTimeoutError):
        return errors.ConnectTimeout if is_connecting else errors.ReadTimeout
    if isinstance(error, WriteError):
        return errors.WriteError
    return next(kind for pattern, kind in (_UNCONNECTED if is_connecting else _CONNECTED) if re.search(pattern, said))
