"""The time limits of a call: its own, or those of its backend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.kinds import innermost, is_transport
from clientele.http.backends.options import checked_option
from clientele.http.timeouts import Timeout


def limits_of(options: Mapping[str, Any], configured: Timeout | None) -> Timeout | None:
    """The limits of a call, or None if they are unknown: a direct subclass of HTTPBackend doesn't expose its own."""
    if "timeout" not in options:
        return configured
    return cast(Timeout, checked_option("timeout", options["timeout"], "request"))


def configured_limits(backend: HTTPBackend) -> Timeout | None:
    """The limits of calls that have none of their own; None if they are unknown."""
    beneath: Any = innermost(backend)
    return beneath.settings.timeout if is_transport(beneath) else None
