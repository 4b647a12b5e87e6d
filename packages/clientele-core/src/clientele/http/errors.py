"""Every error that Clientele raises, in one tree.

```
ClienteleError
├─ ConfigurationError (ValueError)   InvalidURL, InvalidHeader, InvalidBody, InvalidPathValue
├─ JSONDecodeError (ValueError)
├─ RecordingError
├─ APIException                      HTTPStatusError, ResponseValidationError, EventError
└─ TransportError
   ├─ ConnectError                   DNSError, TLSError, ProxyError
   ├─ TransportTimeout (TimeoutError)
   │                                 ConnectTimeout, PoolTimeout, WriteTimeout, ReadTimeout, DeadlineExceeded
   ├─ WriteError, ReadError, ProtocolError, ContentDecodingError
   └─ TooManyRedirects, UnsafeRedirect, ResponseTooLarge
```

The exceptions of the HTTP library never reach the caller; they are the `__cause__` of one of these.
All of them pickle, and none holds a native object, a request header or a credential. A response in
a pickled error is without secrets: without the values of queries, of headers that aren't known to be harmless, and, in
the body, of what is called a token, a password and the like.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Self

from clientele.http.called import BY_HAND, Call, Source
from clientele.http.printable import printable
from clientele.http.redaction import redacted_url

if TYPE_CHECKING:
    from clientele.http.response import Response

IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""RFC 9110, section 9.2.2: sending these twice has the effect of sending them once."""


class ClienteleError(Exception):
    """The root of the tree: catch it to catch everything that Clientele raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Only who pickles an error needs it, and it needs this module.
        from clientele.http.redacted import WithoutSecrets  # noqa: PLC0415

        without_secrets = WithoutSecrets()
        state = {name: without_secrets(value) for name, value in vars(self).items() if name != "_read_problem"}
        return type(self), without_secrets(self.args), state

    def __copy__(self) -> Self:
        copy = type(self).__new__(type(self), *self.args)
        copy.args = self.args
        vars(copy).update(vars(self))
        return copy

    def __deepcopy__(self, memo: object) -> Self:
        return self.__copy__()


class ConfigurationError(ClienteleError, ValueError):
    """A setting or an argument is wrong; nothing was sent."""


class InvalidURL(ConfigurationError):
    """The URL, or the base URL, is not one that a request can be sent to (RFC 3986; RFC 9110, section 4.2)."""


class InvalidHeader(ConfigurationError):
    """A header's name or value may not go on the wire (RFC 9110, section 5)."""


class InvalidBody(ConfigurationError):
    """The request body can't be encoded."""


class InvalidPathValue(ConfigurationError):
    """A path argument is empty, `.` or `..`, and would reach another resource than the one declared (RFC 3986,
    section 5.2.4).
    """


class JSONDecodeError(ClienteleError, ValueError):
    """The body of a response is empty or isn't JSON (RFC 8259)."""


class RecordingError(ClienteleError):
    """A cassette can't be read, or has no answer to a request; see `clientele.http.recording`."""


class APIException(ClienteleError):
    """The server answered, and the answer is not one that the call declares.

    Attributes:
        response: what the server answered, body included.
        reason: what is wrong with it, in one line.
    """

    def __init__(self, response: Response, reason: str) -> None:
        reason = printable(reason)
        super().__init__(response, reason)
        self.response = response
        self.reason = reason

    _read_problem: Callable[[], Any] | None = None

    @property
    def problem(self) -> Any:
        """The body, validated when this is first asked for, as the type that `errors` has for the status.

        None if it has none, or the body doesn't fit, and in an error that was pickled.
        """
        return None if self._read_problem is None else self._read_problem()

    @property
    def retry_after(self) -> float | None:
        """The seconds from now that the server asks to wait (RFC 9110, section 10.2.3); None if it says nothing of it.

        A date that is over is 0.0. More than 2**31 seconds are 2**31.
        """
        from clientele.http.retry_after import retry_after  # noqa: PLC0415 - which needs the package `email`

        return retry_after(self.response.headers.get("retry-after"))

    @property
    def call(self) -> Call:
        """The call that was answered, and the function that it was declared by; see `clientele.http.Call`."""
        return self.response.call

    @property
    def elapsed(self) -> float:
        """Seconds from the first request of the call to the end of the body."""
        return self.response.elapsed

    def __str__(self) -> str:
        response = self.response
        return printable(f"{self.reason}: {response.request_method} {redacted_url(response.request_url)}")


class HTTPStatusError(APIException):
    """The status of the response is 4xx or 5xx (RFC 9110, sections 15.5 and 15.6)."""


class EventError(APIException):
    """The server has sent an event that tells of an error; see `clientele.api.Events`.

    Attributes:
        response: the head of the stream, with the data of the event as its content.
        event: the name of the event.
        problem: the data as the type that `Events` has for the name.
    """

    event: str = ""


class ResponseValidationError(APIException):
    """The body of the response isn't what `result` declares. Pydantic's error is the `__cause__`."""


class TransportError(ClienteleError):
    """There was no usable answer.

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
    """The `phase` of an error of this class that doesn't say another."""
    sent_by_then: ClassVar[bool] = True
    """The `request_sent` of an error of this class that doesn't say it."""
    passing: ClassVar[bool] = True
    """Whether the fault may be gone at the next try: a refused connection may, a bad certificate won't."""

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
        """The call that failed, and the function that it was declared by; see `clientele.http.Call`."""
        return Call(self.request_method, self.request_url, *self._source)

    @property
    def retryable(self) -> bool:
        """Whether trying again may help and can't do the same thing twice (RFC 9110, section 9.2.2)."""
        return self.passing and (not self.request_sent or self.request_method in IDEMPOTENT_METHODS)

    def __str__(self) -> str:
        if not self.request_method:
            return self.reason
        return f"{self.request_method} {self.request_url}: {self.reason}"


class ConnectError(TransportError):
    """No connection could be made: refused, unreachable, or cut while it was being made."""

    default_phase = "connect"
    sent_by_then = False


class DNSError(ConnectError):
    """The host's name could not be resolved."""


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
    """No connection of the pool became free within the `pool` limit."""

    default_phase = "pool"
    sent_by_then = False


class WriteTimeout(TransportTimeout):
    """The server took nothing of the request for longer than the `write` limit."""

    default_phase = "write"


class ReadTimeout(TransportTimeout):
    """The server sent nothing for longer than the `read` limit."""


class DeadlineExceeded(TransportTimeout):
    """The whole exchange took longer than the `total` limit."""


class WriteError(TransportError):
    """The connection broke while the request was being sent."""

    default_phase = "write"


class ReadError(TransportError):
    """The connection broke before the response was complete."""


class ProtocolError(TransportError):
    """The server's answer is not HTTP, or breaks its rules (RFC 9112; for HTTP/2 RFC 9113)."""

    passing = False


class ContentDecodingError(TransportError):
    """The content coding of the body is unknown, corrupt or cut short (RFC 9110, section 8.4)."""

    default_phase = "decode"
    passing = False


class TooManyRedirects(TransportError):
    """More redirects than a call follows: 20.

    Attributes:
        history: the redirects that were followed, oldest first.
    """

    default_phase = "redirect"
    passing = False
    history: tuple[Response, ...] = ()


class UnsafeRedirect(TransportError):
    """Following the redirect would lose the body, leave TLS, or take credentials elsewhere (RFC 9110,
    section 15.4).
    """

    default_phase = "redirect"
    passing = False


class ResponseTooLarge(TransportError):
    """The decoded body is larger than `max_response_bytes`, or a line of a stream than `max_line_bytes`."""

    default_phase = "decode"
    passing = False
