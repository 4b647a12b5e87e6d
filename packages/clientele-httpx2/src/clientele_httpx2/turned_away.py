"""Requests that a server turns away over HTTP/2: httpcore2 would send them again on another connection."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import h2.errors
import h2.events
import httpcore2

is_beginning: ContextVar[bool] = ContextVar("is_beginning", default=False)
"""Whether what is written now begins a request."""


class SentOnce:
    """A trace (https://www.encode.io/httpcore/extensions/#trace) that lets a request out once and then calls `sent`."""

    def __init__(self, sent: Callable[[], object]) -> None:
        self._sent = sent
        self._is_out = False

    def __call__(self, event: str, info: Any) -> None:  # noqa: ARG002 - the signature is httpcore2's
        """Look at a step.

        Raises:
            ConnectError: the request would be sent again, since the server has not taken it.
        """
        step = event.partition(".")[2]
        if step == "send_request_headers.started" and self._is_out:
            raise httpcore2.ConnectError("the server has turned the request away")
        if step.startswith("send_request_headers."):
            is_beginning.set(step.endswith(".started"))
            self._is_out = step.endswith(".complete")
        elif step == "send_request_body.complete":
            self._sent()

    async def asynchronous(self, event: str, info: Any) -> None:
        """Look at a step of an asynchronous call."""
        self(event, info)


def is_turned_away(fault: BaseException) -> bool:
    """Whether the server says in `fault` that it has done nothing about the request."""
    said = next(iter(getattr(fault.__cause__, "args", ())), None)
    if isinstance(said, h2.events.StreamReset):
        return bool(said.error_code == h2.errors.ErrorCodes.REFUSED_STREAM)
    return isinstance(said, h2.events.ConnectionTerminated) and said.last_stream_id == 0
