"""One call that may be made several times: what is tried again, and the time that is left for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.options import checked_option
from clientele.http.backends.wrapping import innermost
from clientele.http.errors import APIException
from clientele.http.message.body.bodies import is_replayable
from clientele.http.message.name_values import kept, pairs_of
from clientele.http.message.printable import printable
from clientele.http.message.redaction import redacted_url
from clientele.http.response import Response
from clientele.http.retrying.decision import Asked, Moment, Policy, decide
from clientele.http.timeouts import Timeout
from clientele.http.transport.backend import TransportBackend

if TYPE_CHECKING:
    from tenacity import RetryCallState

_log = logging.getLogger("clientele.retries")


class RetriedCall:
    """A call and its policy, in the terms of tenacity: `is_retried` and `wait` tell it what to do.

    Args:
        backend: the one that makes the call.
        policy: what is tried again.
        backoff: how long to wait after an attempt, if nobody asks for more.
        method, url, options: the call.

    Raises:
        TypeError, ConfigurationError: its body or its time limit can't be used.
    """

    def __init__(
        self,
        backend: HTTPBackend,
        policy: Policy,
        backoff: Callable[[RetryCallState], float],
        method: str,
        url: str,
        *,
        options: Mapping[str, Any],
    ) -> None:
        self._options = _readable_again(options)
        self._asked = Asked(str(method).upper(), is_replayable(self._options), _has_key(self._options))
        self._timeout = _timeout(backend, self._options)
        totals = [policy.total, None if self._timeout is None else self._timeout.total]
        self._policy = replace(policy, total=min((total for total in totals if total is not None), default=None))
        self._backoff = backoff
        self._url = printable(redacted_url(str(url)))
        self._started = monotonic()
        self._wait: float | None = None

    def options(self) -> dict[str, Any]:
        """The options of the next attempt, which may take as long as is left of the total."""
        if self._policy.total is None or self._timeout is None:
            return self._options
        left = max(self._started + self._policy.total - monotonic(), 0.001)
        return {**self._options, "timeout": replace(self._timeout, total=left)}

    def stream_options(self) -> dict[str, Any]:
        """`options`, for a stream: once its head was told there is no going back."""
        options = self.options()
        on_head = options.get("on_head")
        return options if on_head is None else {**options, "on_head": self._noting(on_head)}

    def is_retried(self, state: RetryCallState) -> bool:
        """Whether to make the call again, after what has come of it."""
        outcome = state.outcome
        if outcome is None:
            return False
        fault = outcome.exception()
        moment = Moment(state.attempt_number, monotonic() - self._started, datetime.now(UTC))
        result = outcome.result() if fault is None else fault
        self._wait = decide(self._asked, result, moment, self._backoff(state), self._policy)
        if self._wait is not None:
            self._tell(moment.attempt, result)
        return self._wait is not None

    def wait(self, _: RetryCallState) -> float:
        """The seconds until then."""
        return self._wait or 0.0

    def _noting(self, on_head: Callable[[Response], object]) -> Callable[[Response], object]:
        def told(head: Response) -> object:
            self._asked.seen = True
            return on_head(head)

        return told

    def _tell(self, attempt: int, result: object) -> None:
        response = result.response if isinstance(result, APIException) else result
        said = f"status {response.status_code}" if isinstance(response, Response) else type(response).__name__
        _log.info(
            "%s %s: attempt %d of %d ended with %s, the next is in %.2f s",
            *(self._asked.method, self._url, attempt, self._policy.attempts, said, self._wait),
        )


def _readable_again(options: Mapping[str, Any]) -> dict[str, Any]:
    again = {name: kept(options[name], name) for name in ("headers", "params") if options.get(name) is not None}
    return {**options, **again}


def _has_key(options: Mapping[str, Any]) -> bool:
    headers = pairs_of(options.get("headers") or ())
    return any(str(name).lower() == "idempotency-key" and value for name, value in headers)


def _timeout(backend: HTTPBackend, options: Mapping[str, Any]) -> Timeout | None:
    """The limits that the call has, if they are known: a backend that isn't ours keeps its own to itself."""
    if "timeout" in options:
        return cast(Timeout, checked_option("timeout", options["timeout"], "request"))
    inside = innermost(backend)
    return inside.settings.timeout if isinstance(inside, TransportBackend) else None
