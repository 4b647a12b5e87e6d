"""Errors for calls without a usable response.

`clientele.http.errors` has every error, these among them.
"""

from __future__ import annotations

from typing import ClassVar

from clientele.http.message.call import BY_HAND, Call, Source
from clientele.http.message.errors import ClienteleError
from clientele.http.message.printable import printable
from clientele.http.message.redaction import redacted_url
from clientele.http.response import Response

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""RFC 9110, section 9.2.2: sending these twice has the same effect as sending them once."""


class TransportError(ClienteleError):
    """There is no usable response.

    Attributes:
        reason: what happened, in one line.
        request_method: the method of the request that failed.
        request_url: its URL, without user information and with query values hidden.
        phase: where it failed: `pool`, `connect`, `write`, `read`, `decode` or `redirect`.
        request_sent: False only if the server can't have seen the request.
        backend: the name of the backend that made the request.
        elapsed: seconds from the first request of the call to the error.
    """

    elapsed: float = 0.0
    default_phase: ClassVar[str] = "read"
    """The default `phase` of this class."""
    sent_by_then: ClassVar[bool] = True
    """The default `request_sent` of this class."""
    passing: ClassVar[bool] = True
    """Whether the fault may be temporary, such as a refused connection, unlike an invalid certificate."""

    def __init__(
        self,
        reason: str,
        *,
        request_method: str = "",
        request_url: str = "",
        phase: str | None = None,
        request_sent: bool | None = None,
        backend: str = "",
    ) -> None:
        reason = printable(reason)
        super().__init__(reason)
        self.reason = reason
        self.request_method = request_method
        self.request_url = printable(redacted_url(request_url))
        self.phase = self.default_phase if phase is None else phase
        self.request_sent = self.sent_by_then if request_sent is None else request_sent
        self.backend = backend

    _source: Source = BY_HAND

    @property
    def call(self) -> Call:
        """The failed call, with the declared function; see `clientele.http.Call`."""
        return Call(self.request_method, self.request_url, *self._source)

    @property
    def retryable(self) -> bool:
        """Whether a retry may succeed and is safe (RFC 9110, section 9.2.2)."""
        return self.passing and (not self.request_sent or self.request_method in _IDEMPOTENT)

    def __str__(self) -> str:
        if not self.request_method:
            return self.reason
        return f"{self.request_method} {self.request_url}: {self.reason}"


class ConnectError(TransportError):
    """The connection failed: it was refused, unreachable, or closed during the handshake."""

    default_phase = "connect"
    sent_by_then = False


class DNSError(ConnectError):
    """The host name could not be resolved."""


class TLSError(ConnectError):
    """The TLS handshake failed: an untrusted or expired certificate, a wrong host, no common version."""

    passing = False


class ProxyError(ConnectError):
    """The proxy could not be reached or refused the connection."""


class TransportTimeout(TransportError, TimeoutError):
    """A time limit passed; see `clientele.http.Timeout`. Also caught by `except TimeoutError`."""


class ConnectTimeout(TransportTimeout):
    """No connection, TLS handshake included, within the `connect` limit."""

    default_phase = "connect"
    sent_by_then = False


class PoolTimeout(TransportTimeout):
    """No connection became free within the `pool` limit."""

    default_phase = "pool"
    sent_by_then = False


class WriteTimeout(TransportTimeout):
    """The server didn't accept data of the request within the `write` limit."""

    default_phase = "write"


class ReadTimeout(TransportTimeout):
    """The server sent nothing within the `read` limit."""


class DeadlineExceeded(TransportTimeout):
    """The whole exchange took longer than the `total` limit."""


class WriteError(TransportError):
    """The connection broke while the request was being sent."""

    default_phase = "write"


class ReadError(TransportError):
    """The connection broke before the response was complete."""


class ProtocolError(TransportError):
    """The response is not valid HTTP (RFC 9112; for HTTP/2 RFC 9113)."""

    passing = False


class ContentDecodingError(TransportError):
    """The body has an unknown content coding, or is corrupt or truncated in its coding (RFC 9110, section 8.4)."""

    default_phase = "decode"
    passing = False


class TooManyRedirects(TransportError):
    """There were more than 20 redirects.

    Attributes:
        history: the redirects that were followed, oldest first.
    """

    default_phase = "redirect"
    passing = False
    history: tuple[Response, ...] = ()


class UnsafeRedirect(TransportError):
    """Following the redirect would lose the body, leave TLS, or send credentials to another origin (RFC 9110, section
    15.4).
    """

    default_phase = "redirect"
    passing = False


class ResponseTooLarge(TransportError):
    """The decoded body is larger than `max_response_bytes`, or a line of a stream than `max_line_bytes`."""

    default_phase = "decode"
    passing = False
