"""httpx logs the URL of every request, at INFO and with its query; requests of ours hide what a query says."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar

import httpx

from clientele.http.redaction import redacted_url

_ours: ContextVar[bool] = ContextVar("ours", default=False)


@contextlib.contextmanager
def discreet() -> Iterator[None]:
    """Within, httpx logs URLs without the values of their query."""
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)


def _hide_queries(record: logging.LogRecord) -> bool:
    if _ours.get() and isinstance(record.args, tuple):
        record.args = tuple(redacted_url(str(arg)) if isinstance(arg, httpx.URL) else arg for arg in record.args)
    return True


logging.getLogger("httpx").addFilter(_hide_queries)
