"""What a log line says: the fields of a record, its level, and the sizes of bodies, without secrets."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from clientele.api.hooks.request import Request
from clientele.http.errors import APIException, HTTPStatusError, TransportError
from clientele.http.message.body.bodies import build_body
from clientele.http.message.call import Source
from clientele.http.message.name_values import pairs_of
from clientele.http.message.printable import printable
from clientele.http.message.redaction import redacted_url


def record_fields(
    method: str,
    url: str,
    source: Source,
    *,
    status: int | None = None,
    error: str | None = None,
    seconds: float | None = None,
) -> dict[str, Any]:
    """The fields of a log record."""
    return {
        "method": method,
        "url": printable(redacted_url(url)),
        "call_name": source.name,
        "call_template": source.template,
        "call_settings": source.settings,
        "call_attempt": source.attempt,
        "status": status,
        "seconds": seconds,
        "error": error,
    }


def level_of_status(status: int) -> int:
    """WARNING for 5xx, else INFO."""
    return logging.WARNING if status >= 500 else logging.INFO


def level_of_error(error: BaseException) -> int:
    """Cancellation and 404 are not logged as failures; the caller decides what they mean."""
    if isinstance(error, HTTPStatusError):
        return level_of_status(error.response.status_code)
    return logging.WARNING if isinstance(error, Exception) else logging.INFO


def shown_error(error: BaseException) -> str:
    """The type of `error`, and its message if that is known to be free of secrets."""
    kind = type(error).__name__
    return f"{kind}: {printable(error.reason)}" if isinstance(error, (APIException, TransportError)) else kind


def call_options(options: Mapping[str, Any] | Request) -> Mapping[str, Any]:
    """The options for the backend, of a call that may be a Request."""
    if isinstance(options, Request):
        return {**options.options, "headers": options.headers, "params": options.query}
    return options


def sent_query(options: Mapping[str, Any]) -> str:
    """The names of the parameters, in the order of the query."""
    params = options.get("params")
    pairs = pairs_of(params) if isinstance(params, (Mapping, list, tuple)) else ()
    names = [repr(pair[0]) for pair in pairs if isinstance(pair, tuple) and pair]
    return f" with the parameters {', '.join(names)}" if names else ""


def sent_body(options: Mapping[str, Any]) -> tuple[str, bytes | None]:
    """The size of the body, and the body if it is available without reading it."""
    if options.get("files") is not None:
        return "a form with files", None
    content = options.get("content")
    if content is not None and not isinstance(content, (bytes, bytearray, memoryview, str)):
        return "a body in pieces", None
    try:
        body = build_body(dict(options)).content
    except (TypeError, ValueError):
        return "a body of its own kind", None
    return (f"{len(body)} bytes", body) if isinstance(body, bytes) else ("no body", None)
