"""urllib3 logs the path of every request with its query; requests of ours hide what a query says.

Only the pools of a session of the user's own do so: ours log nothing.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar

from clientele.http.redaction import redacted_url
from clientele.http.urls import URL

_asked_for: ContextVar[str | None] = ContextVar("asked_for", default=None)


@contextlib.contextmanager
def discreet(url: URL) -> Iterator[None]:
    """Within, urllib3 logs the target of `url` without the values of its query."""
    token = _asked_for.set(url.target if url.query else None)
    try:
        yield
    finally:
        _asked_for.reset(token)


def _hide_queries(record: logging.LogRecord) -> bool:
    target = _asked_for.get()
    if target is not None and isinstance(record.args, tuple):
        hidden = redacted_url(target)
        record.args = tuple(arg.replace(target, hidden) if isinstance(arg, str) else arg for arg in record.args)
    return True


for _name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_hide_queries)
