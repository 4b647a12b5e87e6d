"""The time that a call has left, part of which it may spend on waiting for credentials."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import Any

from clientele.http.errors import DeadlineExceeded
from clientele.http.timeouts import Timeout

_LEAST = 0.001
"""The time in seconds for a request of a call whose time is up."""


class TimeLeft:
    """The rest of the `total` of a call, from now on.

    Args:
        limits: the limits of the call; None if they are unknown.
    """

    def __init__(self, limits: Timeout | None) -> None:
        total = None if limits is None else limits.total
        self._until = None if total is None else monotonic() + total

    @property
    def seconds(self) -> float | None:
        """The seconds left; None for no limit."""
        return None if self._until is None else max(self._until - monotonic(), 0.0)

    @property
    def is_over(self) -> bool:
        """Whether there is none left."""
        return self.seconds == 0.0

    def limit(self, options: dict[str, Any], limits: Timeout | None) -> None:
        """Have a request with `options` and `limits` end in time."""
        if self.seconds is not None and limits is not None:
            left = max(self.seconds, _LEAST)
            options["timeout"] = replace(limits, total=left if limits.total is None else min(left, limits.total))


def waited_too_long(method: str, url: str, *, request_sent: bool) -> DeadlineExceeded:
    """The error of a call whose time is up before it has credentials."""
    return DeadlineExceeded(
        "the total limit of the call passed while it waited for credentials (timeout.total)",
        request_method=method,
        request_url=url,
        phase="pool",
        request_sent=request_sent,
    )
