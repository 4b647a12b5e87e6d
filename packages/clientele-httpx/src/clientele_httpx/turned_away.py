"""Requests that a server refuses over HTTP/2: httpcore would send them again on another connection."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import h2.errors
import h2.events
import httpcore

is_beginning: ContextVar[bool] = ContextVar("is_beginning", default=False)
"""Whether the current write begins a request."""


class SentOnce:
    """A trace (https://www.encode.io/httpcore/extensions/#trace) that allows one sending and then calls `sent`."""

    def __init__(self, sent: Callable[[], object]) -> None:
        self._sent = sent
        self._is_out = self._is_connect = False

    def __call__(self, event: str, info: Any) -> None:
        """Check a step.

        Raises:
            ConnectError: the request would be sent again, because the server refused it.
        """
        step = event.partition(".")[2]
        if step == "send_request_headers.started":
            self._is_connect = info["request"].method == b"CONNECT"  # To a proxy, before the request itself.
            if self._is_out:
                raise httpcore.ConnectError("the server refused the request")
        if step.startswith("send_request_headers."):
            is_beginning.set(step.endswith(".started"))
            self._is_out = step.endswith(".complete") and not self._is_connect
        elif step == "send_request_body.complete" and not self._is_connect:
            self._sent()

    async def asynchronous(self, event: str, info: Any) -> None:
        """Check a step of an asynchronous call."""
        self(event, info)


def is_turned_away(fault: BaseException) -> bool:
    """Whether `fault` means that the server hasn't processed the request."""
    said = next(iter(getattr(fault.__cause__, "args", ())), None)
    if isinstance(said, h2.events.StreamReset):
        return bool(said.error_code == h2.errors.ErrorCodes.REFUSED_STREAM)
    return isinstance(said, h2.events.ConnectionTerminated) and said.last_stream_id == 0
