"""Libraries log the URLs of requests with their queries; requests of ours hide what a query says."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar

from clientele.http.redaction import redacted_url

_ours: ContextVar[bool] = ContextVar("ours", default=False)


def hide_queries(*loggers: str) -> None:
    """Have `loggers`, those of a library, hide the values of queries for what happens within `discreet`."""
    for name in loggers:
        logging.getLogger(name).addFilter(_hide_queries)


@contextlib.contextmanager
def discreet() -> Iterator[None]:
    """Within, URLs and targets are logged without the values of their query."""
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)


def _hide_queries(record: logging.LogRecord) -> bool:
    if _ours.get() and isinstance(record.args, tuple):
        record.args = tuple(redacted_url(str(arg)) if "?" in str(arg) else arg for arg in record.args)
    return True
