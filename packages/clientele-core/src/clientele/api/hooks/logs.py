"""The log of a client: a line for each call, requests and responses at DEBUG, and bodies on request.

A call with a response is logged at INFO, or at WARNING if the status is 5xx. A failed call is logged at WARNING. Each
record has the fields `method`, `url`, `call_name`, `call_template`, `call_settings`, `call_attempt`, `status`,
`seconds` and `error`, some of which may be None.

Query values are hidden, and so are headers that may contain a secret. Texts of servers and callers are shown with
escapes, so they can't forge log lines.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from contextvars import Token
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from clientele.api.hooks.log_records import (
    call_options,
    level_of_error,
    level_of_status,
    record_fields,
    sent_body,
    sent_query,
    shown_error,
)
from clientele.api.hooks.request import Request
from clientele.http.backends.network import NetworkBlocked
from clientele.http.errors import APIException, HTTPStatusError, TransportError
from clientele.http.message.call import BY_HAND, Source
from clientele.http.message.name_values import pairs_of
from clientele.http.message.printable import printable
from clientele.http.message.redaction import PUBLIC_HEADERS, redacted_url
from clientele.http.message.secret_values import revealed_here, without_revealed
from clientele.http.response import Response
from clientele.http.transport.watching import Watcher, watching

if TYPE_CHECKING:
    from clientele.http.wire import WireRequest

HIDDEN = "[hidden]"

# Without this, programs that don't configure logging would get warnings on standard error.
logging.getLogger("clientele").addHandler(logging.NullHandler())

_MOST = 2000
"""The number of bytes of a body that are logged."""


class CallLog:
    """The log of a client.

    Args:
        logger: the logger.
        bodies: also log the first 2,000 bytes of the bodies of requests and responses, at DEBUG.
    """

    def __init__(self, logger: logging.Logger, *, bodies: bool) -> None:
        self.logger = logger
        self.bodies = bodies

    @property
    def is_on(self) -> bool:
        """Whether successful calls are logged."""
        return self.logger.isEnabledFor(logging.INFO)


class LoggedCall:
    """One call, from its start to its log line. As a context manager, it observes the requests that a backend sends.

    Args:
        log: the log of the client.
        method: the request method.
        url: the URL without the parameters of the call.
        options: the options for the backend, or the whole call as a Request.
        source: the source of the call.
        started: the start of the call, by `perf_counter`; None for now.

    Attributes:
        count: the number of items of a stream so far.
    """

    __slots__ = (
        "_hears",
        "_is_alone",
        "_log",
        "_options",
        "_started",
        "_token",
        "_was_sent",
        "count",
        "method",
        "source",
        "url",
    )

    def __init__(  # noqa: PLR0917 - as `execution` keeps them
        self,
        log: CallLog,
        method: str,
        url: str,
        options: Mapping[str, Any] | Request,
        source: Source,
        started: float | None = None,
    ) -> None:
        self.method, self.url, self.source, self.count = method, url, source, 0
        self._log, self._options = log, options
        self._hears = log.logger.isEnabledFor(logging.DEBUG)
        self._is_alone = self._was_sent = False
        self._token: Token[Watcher | None] | None = None
        self._started = perf_counter() if started is None else started

    def alone(self) -> Self:
        """This call, for a stream of which only the backend sees the end."""
        self._hears = self._is_alone = True
        return self

    def __enter__(self) -> Self:
        if self._hears:
            self._token = watching.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._token is not None:
            watching.reset(self._token)
            self._token = None

    def sent(self, request: WireRequest) -> None:
        """Log the request before it is sent, at DEBUG."""
        if self._log.logger.isEnabledFor(logging.DEBUG):
            self._was_sent = True
            body = request.body if isinstance(request.body, bytes) else None
            size = "no body" if request.body is None else "a body in pieces" if body is None else f"{len(body)} bytes"
            where = printable(f"{request.method} {redacted_url(str(request.url))}")
            self._detail(where, f"request of {size}", request.headers, body)

    def broke_off(self, error: Exception) -> None:
        """Note the end of the stream of a call that is `alone`."""
        if self._is_alone:
            self.failed(error)

    def answered(self, response: Response) -> None:
        """Log that the call got its response."""
        self.source = note_answer(response, self.source)
        level = level_of_status(response.status_code)
        if self._log.logger.isEnabledFor(level):
            self._line(level, str(response.status_code), status=response.status_code)
            self._details(response)

    def failed(self, error: BaseException) -> None:
        """Log that the call ended with `error`."""
        self._failed(error, shown_error(error))

    def streamed(self, error: BaseException | None) -> None:
        """Log that the stream ended: completely, by being closed, or with `error`."""
        if error is not None and not isinstance(error, GeneratorExit):
            self._failed(error, f"{shown_error(error)} after {self.count} items")
        elif self._log.is_on:
            self._line(logging.INFO, f"{'ended' if error is None else 'closed'} after {self.count} items")
            self._details(None)

    def sent_again(self) -> None:
        """Log that the server responded with 401, and that the request is sent again with new credentials."""
        self._log.logger.debug("%s: 401, sent again with new credentials", self._where, extra=self._fields(status=401))

    def _failed(self, error: BaseException, outcome: str) -> None:
        self.source = note_source(error, self.source)
        level, response = level_of_error(error), error.response if isinstance(error, APIException) else None
        if self._log.logger.isEnabledFor(level):
            status = None if response is None else response.status_code
            self._line(level, outcome, status=status, error=type(error).__name__)
            self._details(response if isinstance(error, HTTPStatusError) else None)

    def _line(self, level: int, outcome: str, *, status: int | None = None, error: str | None = None) -> None:
        seconds = perf_counter() - self._started
        fields = self._fields(status=status, error=error, seconds=round(seconds, 6))
        self._log.logger.log(level, "%s: %s in %.0f ms", self._where, outcome, seconds * 1000, extra=fields)

    @property
    def _where(self) -> str:
        return printable(f"{self.method} {redacted_url(self.url)}")

    def _fields(
        self, *, status: int | None = None, error: str | None = None, seconds: float | None = None
    ) -> dict[str, Any]:
        return record_fields(self.method, self.url, self.source, status=status, error=error, seconds=seconds)

    def _details(self, response: Response | None) -> None:
        if not self._log.logger.isEnabledFor(logging.DEBUG):
            return
        if not self._was_sent:  # The backend doesn't report the requests that it sends.
            options = call_options(self._options)
            size, body = sent_body(options)
            headers = pairs_of(options.get("headers") or ())
            self._detail(self._where, f"request of {size}{sent_query(options)}", headers, body)
        if response is not None:
            size = f"response of {len(response.content)} bytes"
            self._detail(self._where, size, response.headers.pairs, response.content)

    def _detail(self, where: str, what: str, headers: Iterable[tuple[str, str | None]], body: bytes | None) -> None:
        logger, fields = self._log.logger, self._fields()
        shown = {name: value if name.lower() in PUBLIC_HEADERS else HIDDEN for name, value in headers}
        logger.debug("%s: %s, headers %r", where, what, shown, extra=fields)
        if self._log.bodies and body:
            shown_body = without_revealed(body.decode(errors="replace"), HIDDEN) if revealed_here() else None
            start = body[:_MOST].decode(errors="replace") if shown_body is None else shown_body[:_MOST]
            more = f" and {len(body) - _MOST} more bytes" if len(body) > _MOST else ""
            logger.debug("%s: %s body %r%s", where, what.partition(" ")[0], start, more, extra=fields)


class LoggedStream:
    """A context manager for the items of a stream, which logs its end."""

    def __init__(self, call: LoggedCall) -> None:
        self._call = call

    def __enter__(self) -> LoggedCall:
        return self._call

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._call.streamed(error)


def log_refusal(log: CallLog, error: APIException) -> None:
    """Log that a response doesn't match the declaration; so far, only its status has been logged."""
    if not isinstance(error, HTTPStatusError) and log.logger.isEnabledFor(logging.WARNING):
        call, status = error.call, error.response.status_code
        source = Source(call.name, call.template)
        fields = record_fields(call.method, call.url, source, status=status, error=type(error).__name__)
        where = printable(f"{call.method} {redacted_url(call.url)}")
        log.logger.warning("%s: %s", where, shown_error(error), extra=fields)


def note_answer(response: Response, source: Source) -> Source:
    """`note_source`, of a response, which is by hand as a rule: a little sooner."""
    if response._source is not BY_HAND:  # noqa: SLF001 - as there
        return note_source(response, source)
    response._source = source  # noqa: SLF001
    return source


def note_source(what: object, source: Source) -> Source:
    """Set the source of the call on a response or an error, which already have the number of the attempt."""
    if isinstance(what, NetworkBlocked):
        what.call_name = source.name
    owner = what.response if isinstance(what, APIException) else what
    if isinstance(owner, (Response, TransportError)):
        attempt = owner._source.attempt  # noqa: SLF001 - for the caller of the backend, not for users
        source = source if attempt == 1 else source._replace(attempt=attempt)
        owner._source = source  # noqa: SLF001
    return source
