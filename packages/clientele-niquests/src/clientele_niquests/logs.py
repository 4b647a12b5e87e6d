"""The pools of urllib3-future log the target of every request, with its query; requests of ours hide what it says.

Our own connections need no pool: this is for sessions of the user's own.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar

from clientele.http.redaction import redacted_url
from clientele.http.urls import URL
from clientele_niquests.library import exceptions

_ours: ContextVar[URL | None] = ContextVar("ours", default=None)


@contextlib.contextmanager
def discreet(url: URL) -> Iterator[None]:
    """Within, `url` is logged without the values of its query."""
    token = _ours.set(url)
    try:
        yield
    finally:
        _ours.reset(token)


def _hide_query(record: logging.LogRecord) -> bool:
    url = _ours.get()
    if url is not None and url.query and isinstance(record.args, tuple):
        told = {url.target, str(url)}
        record.args = tuple(redacted_url(str(arg)) if arg in told else arg for arg in record.args)
    return True


_PACKAGE = exceptions.__name__.partition(".")[0]

for _name in ("connectionpool", "_async.connectionpool"):
    logging.getLogger(f"{_PACKAGE}.{_name}").addFilter(_hide_query)
