"""Libraries log the URLs of requests with their queries, and some log whole heads: not during calls of ours."""

from __future__ import annotations

import logging
from contextvars import ContextVar

from clientele.http.redaction import HIDDEN, redacted_url

__all__ = ["hide_heads", "hide_queries"]

_calls: ContextVar[int] = ContextVar("clientele_calls", default=0)
"""How many calls of ours are around what runs."""


def begin_discretion() -> None:
    """From here on a library works for a call, and logs without secrets."""
    _calls.set(_calls.get() + 1)


def end_discretion() -> None:
    """It has done so."""
    _calls.set(_calls.get() - 1)


def hide_queries(*loggers: str) -> None:
    """Have `loggers`, those of a library, hide during calls the values of queries, and what exceptions quote."""
    for name in loggers:
        logging.getLogger(name).addFilter(_hide_queries)


def hide_heads(*loggers: str, marks: tuple[str, ...] = ("",)) -> None:
    """Have `loggers` log during calls no more than the first word of what has one of `marks` in it; by default, of all.

    For libraries that log the heads of requests and responses.
    """

    def hide(record: logging.LogRecord) -> bool:
        if _calls.get():
            text = record.getMessage()
            if any(mark in text for mark in marks):
                record.msg, record.args = f"{text.partition(' ')[0]} {HIDDEN}", ()
        return True

    for name in loggers:
        logging.getLogger(name).addFilter(hide)


def _hide_queries(record: logging.LogRecord) -> bool:
    if _calls.get():
        if isinstance(record.args, tuple):
            record.args = tuple(map(_shown, record.args))
        record.exc_info = None
    return True


def _shown(argument: object) -> object:
    if isinstance(argument, BaseException):
        return type(argument).__name__
    text = str(argument)
    return redacted_url(text) if "?" in text else argument
