"""What a client logs: a line for each call at INFO, headers and sizes at DEBUG, and bodies if they are asked for.

Of a query only the names are shown, and of headers the values of those that never carry a secret. What a server or a
caller has written is shown with escapes, so that it can't end a line and begin another.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from time import perf_counter
from types import TracebackType
from typing import Any, Self, TypeAlias

from clientele.api.request import Request
from clientele.http.bodies import build_body
from clientele.http.errors import APIException, HTTPStatusError, TransportError
from clientele.http.pairs import pairs_of
from clientele.http.printable import printable
from clientele.http.redaction import PUBLIC_HEADERS, redacted_url
from clientele.http.response import Response

HIDDEN = "[hidden]"

_MOST = 2000
"""Bytes of a body that are logged."""


Sent: TypeAlias = "tuple[str, str, Mapping[str, Any]] | Request"
"""A call: the method, the URL and the options that its backend was called with, or all of them as a Request."""


class CallLog:
    """The log of a client.

    Args:
        logger: where it goes.
        bodies: log what requests and responses carry, too, at DEBUG: the first 2,000 bytes of each.
    """

    def __init__(self, logger: logging.Logger, *, bodies: bool) -> None:
        self.logger = logger
        self._bodies = bodies

    @property
    def is_on(self) -> bool:
        """Whether calls are logged."""
        return self.logger.isEnabledFor(logging.INFO)

    def answered(self, sent: Sent, response: Response, started: float) -> None:
        """Log a call that began at `started`, a time of `perf_counter`, and was answered now."""
        if not self.is_on:
            return
        self._line(sent, str(response.status_code), started)
        if self.logger.isEnabledFor(logging.DEBUG):
            self._request(sent)
            self._response(sent, response)

    def failed(self, sent: Sent, error: BaseException, started: float) -> None:
        """Log a call that ended with `error`."""
        if not self.is_on:
            return
        self._line(sent, _shown_error(error), started)
        if self.logger.isEnabledFor(logging.DEBUG) and isinstance(error, (APIException, TransportError)):
            self._request(sent)

    def streamed(self, sent: Sent, error: BaseException | None, count: int, started: float) -> None:
        """Log a stream that ended after `count` items, by itself, by being closed or with `error`."""
        if not self.is_on:
            return
        how = "ended" if error is None else "closed" if isinstance(error, GeneratorExit) else _shown_error(error)
        self._line(sent, f"{how} after {count} items", started)
        if self.logger.isEnabledFor(logging.DEBUG):
            self._request(sent)
            if isinstance(error, HTTPStatusError):
                self._response(sent, error.response)

    def sent_again(self, sent: Sent) -> None:
        """Log that the server has answered 401, and that the call goes on with new credentials."""
        if self.logger.isEnabledFor(logging.DEBUG):
            self.logger.debug("%s: 401, sent again with new credentials", _where(sent))

    def _line(self, sent: Sent, outcome: str, started: float) -> None:
        self.logger.info("%s: %s in %.0f ms", _where(sent), outcome, (perf_counter() - started) * 1000)

    def _request(self, sent: Sent) -> None:
        options = _options(sent)
        size, body = _sent_body(options)
        headers = pairs_of(options.get("headers") or ())
        self._detail(sent, "request", size + _sent_query(options), headers, body)

    def _response(self, sent: Sent, response: Response) -> None:
        size = f"{len(response.content)} bytes"
        self._detail(sent, "response", size, response.headers.pairs, response.content)

    def _detail(
        self, sent: Sent, what: str, size: str, headers: Iterable[tuple[str, str | None]], body: bytes | None
    ) -> None:
        shown = {name: value if name.lower() in PUBLIC_HEADERS else HIDDEN for name, value in headers}
        self.logger.debug("%s: %s of %s, headers %r", _where(sent), what, size, shown)
        if self._bodies and body:
            start = body[:_MOST].decode(errors="replace")
            more = f" and {len(body) - _MOST} more bytes" if len(body) > _MOST else ""
            self.logger.debug("%s: %s body %r%s", _where(sent), what, start, more)


class StreamLog:
    """A context for the items of a stream, which ends with a line about them.

    Attributes:
        count: the items so far.
    """

    def __init__(self, log: CallLog, sent: Sent) -> None:
        self._log = log
        self._sent = sent
        self.count = 0

    def __enter__(self) -> Self:
        self._started = perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._log.streamed(self._sent, error, self.count, self._started)


def _shown_error(error: BaseException) -> str:
    """The kind of `error`, and what it says if it is known to be fit for a log."""
    kind = type(error).__name__
    return f"{kind}: {printable(error.reason)}" if isinstance(error, (APIException, TransportError)) else kind


def _where(sent: Sent) -> str:
    method, url = (sent.method, sent.url) if isinstance(sent, Request) else sent[:2]
    return printable(f"{method} {redacted_url(url)}")


def _options(sent: Sent) -> Mapping[str, Any]:
    if isinstance(sent, Request):
        return {**sent.options, "headers": sent.headers, "params": sent.query}
    return sent[2]


def _sent_query(options: Mapping[str, Any]) -> str:
    """The names of the parameters, in the order of the query."""
    params = options.get("params")
    pairs = pairs_of(params) if isinstance(params, (Mapping, list, tuple)) else ()
    names = [repr(pair[0]) for pair in pairs if isinstance(pair, tuple) and pair]
    return f" with the parameters {', '.join(names)}" if names else ""


def _sent_body(options: Mapping[str, Any]) -> tuple[str, bytes | None]:
    """How large the body is, and the body, unless it can't be had without reading it."""
    if options.get("files") is not None:
        return "a form with files", None
    content = options.get("content")
    if content is not None and not isinstance(content, (bytes, bytearray, memoryview, str)):
        return "a body in pieces", None
    try:
        body = build_body(dict(options)).content  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return "a body of its own kind", None
    return (f"{len(body)} bytes", body) if isinstance(body, bytes) else ("no body", None)
