"""The calls that `auth` makes itself: they use the client's backend, but not its hooks and not its `auth`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from clientele.api.calling.by_hand import options_for
from clientele.api.credentials.time_left import TimeLeft
from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.kinds import as_response
from clientele.http.backends.limits import configured_limits, limits_of
from clientele.http.backends.options import checked_options
from clientele.http.message.call import BY_HAND, Source
from clientele.http.message.headers import checked_method
from clientele.http.response import Response

Complete: TypeAlias = Callable[[str, dict[str, Any]], tuple[str, dict[str, Any]]]
"""Completes a path and options to the URL and all options of a call."""
BackendFor: TypeAlias = Callable[[Source], tuple[HTTPBackend, Source]]
"""The backend for a call, and the source of the call."""


class OwnCalls:
    """Sends the requests of `auth`; configured headers are sent to the origin of the base URL only."""

    def __init__(self, complete: Complete, backend_for: BackendFor) -> None:
        self._complete, self._backend_for = complete, backend_for

    def send(self, time: TimeLeft, method: str, url: str, **options: Any) -> Response:
        """Send a request, and wait for its response, whatever its status; the call that needs it has `time` left."""
        backend, address, complete = self._call(time, url, options)
        return as_response(backend, backend.send_sync_request(checked_method(method), address, **complete))

    async def asend(self, time: TimeLeft, method: str, url: str, **options: Any) -> Response:
        """`send`, asynchronously."""
        backend, address, complete = self._call(time, url, options)
        return as_response(backend, await backend.send_async_request(checked_method(method), address, **complete))

    def _call(self, time: TimeLeft, url: str, options: dict[str, Any]) -> tuple[HTTPBackend, str, dict[str, Any]]:
        backend, source = self._backend_for(BY_HAND)
        address, complete = self._complete(url, dict(checked_options(options)))
        time.limit(complete, limits_of(complete, configured_limits(backend)))
        return backend, address, options_for(backend, complete, source)
