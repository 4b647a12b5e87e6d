"""Hides secrets in the logs of libraries during calls of Clientele."""

from __future__ import annotations

import logging
import weakref
from contextvars import ContextVar, Token
from typing import Protocol, TypeAlias

from clientele.http.message.printable import printable
from clientele.http.message.redaction import HIDDEN, redacted_url
from clientele.http.message.secret_values import without_revealed

__all__ = ["hide_heads", "hide_queries"]


class Discreet(Protocol):
    """Masks the secrets of a request."""

    def quiet(self, text: str) -> str:
        """`text` without secrets."""
        ...


Begun: TypeAlias = Token["weakref.ref[Discreet] | None"]
_call: ContextVar[weakref.ref[Discreet] | None] = ContextVar("clientele_call", default=None)
"""The call of ours that a library works for. An event loop keeps contexts for longer than a call is to be kept."""


def begin_discretion(call: Discreet) -> Begun:
    """From here on a library works for `call`, and logs without secrets."""
    return _call.set(weakref.ref(call))


def end_discretion(begun: Begun) -> None:
    """It has done so: what was before `begun` is again."""
    _call.reset(begun)


def hide_queries(*loggers: str) -> None:
    """Have `loggers`, those of a library, hide the secrets of requests during calls, and what exceptions quote.

    What a server has said, such as the reason of a status, is among what they log, and may repeat a request.
    """
    for name in loggers:
        logging.getLogger(name).addFilter(_hide_queries)


def hide_heads(*loggers: str, marks: tuple[str, ...] = ("",)) -> None:
    """Have `loggers` log during calls no more than the first word of what has one of `marks` in it; by default, of all.

    For libraries that log the heads of requests and responses.
    """

    def hide(record: logging.LogRecord) -> bool:
        if _call.get() is not None:
            text = record.getMessage()
            if any(mark in text for mark in marks):
                record.msg, record.args = f"{text.partition(' ')[0]} {HIDDEN}", ()
        return True

    for name in loggers:
        logging.getLogger(name).addFilter(hide)


def _hide_queries(record: logging.LogRecord) -> bool:
    calling = _call.get()
    if calling is not None:
        if isinstance(record.args, tuple):
            call = calling()
            record.args = tuple(_shown(argument, call) for argument in record.args)
        record.exc_info = None
    return True


def _shown(argument: object, call: Discreet | None) -> object:
    if isinstance(argument, BaseException):
        return type(argument).__name__
    text = str(argument)
    shown = redacted_url(text) if "?" in text else without_revealed(text, HIDDEN)
    shown = printable(shown if call is None else call.quiet(shown))
    return argument if shown == text else shown
