"""The backend that retries."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Unpack

from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.option_signatures import with_option_signature
from clientele.http.errors import TransportError
from clientele.http.message.body.bodies import is_replayable
from clientele.http.message.call import Call, backstage_of
from clientele.http.message.name_values import pairs_of
from clientele.http.message.printable import printable
from clientele.http.message.redaction import redacted_url
from clientele.http.response import Response
from clientele.http.retrying.decision import Asked, Moment, decide
from clientele.http.retrying.policy import DEFAULTS, SAFE_METHODS, Policy, Retry, RetryOptions
from clientele.http.wrappers.flows import Flow, Sleep
from clientele.http.wrappers.places import Place
from clientele.http.wrappers.wrapper import Wrapper

_log = logging.getLogger("clientele.retries")

_KEY = "Idempotency-Key"


class RetryBackend(Wrapper):
    """Retries calls that failed, if a retry may succeed and is safe.

    A TransportError is retried if it may be temporary (a refused connection is, an invalid certificate isn't) and
    either the server can't have seen the request (`request_sent` is False) or its method is one of `methods`. A
    response is retried if its status is one of `statuses` and its method one of `methods`. A request with an
    Idempotency-Key header is retried whatever its method. A request whose body can be read only once is not retried,
    and neither is a stream after its head was received. After the last attempt, the last response is returned, or the
    last error raised.

    `auth` is applied to each attempt again. Each retry is logged to `clientele.retries` at INFO. Closing this backend
    closes `inner`.

    Args:
        inner: the backend that sends the requests, or the name of an installed one.
        options: see `RetryOptions`. A `Retry` of a decorator or of `with_options` overrides them.

    Raises:
        ImportError: tenacity is missing: `pip install 'clientele-core[retry]'`.
        TypeError: an unknown option.
        ConfigurationError: an invalid value.
    """

    place = Place.RETRIES
    takes = frozenset({Retry.setting})

    @with_option_signature(RetryOptions, DEFAULTS)
    def __init__(self, inner: HTTPBackend | str, **options: Unpack[RetryOptions]) -> None:
        super().__init__(inner)
        self._tenacity = _tenacity()
        self._policy = Policy(**Retry(**options).options)

    def flow(self, call: Call) -> Flow:
        """Send a call until it succeeds, or there are no more attempts."""
        policy = self._policy_for(call)
        keys = _keys(call)
        if policy.idempotency_keys and not keys and call.method not in SAFE_METHODS:
            keys = [backstage_of(call).key]
            call = call.with_(headers={_KEY: keys[0]})
        if policy.total is not None:
            call = call.with_(total=policy.total)
        asked = Asked(call.method, replayable=is_replayable(call.options), has_key=any(keys))
        attempt = 1
        while True:
            outcome: Response | TransportError
            try:
                outcome = yield call
            except TransportError as error:
                outcome = error
            at = Moment(attempt, call.left, datetime.now(UTC))
            wait = decide(asked, outcome, at, policy, partial(self._backoff, policy))
            if wait is None:
                break
            _tell(call, attempt, policy, outcome, wait)
            yield Sleep(wait)
            attempt += 1
            call = call.with_(attempt=call.attempt + 1)
        if isinstance(outcome, TransportError):
            raise outcome
        return outcome

    def _policy_for(self, call: Call) -> Policy:
        retry: Retry | None = call.settings.get(Retry.setting, _BACKENDS_OWN)
        if retry is _BACKENDS_OWN:
            return self._policy
        if retry is None:
            return replace(self._policy, attempts=1)
        return replace(self._policy, **retry.options, any_method="statuses" in retry.options)

    def _backoff(self, policy: Policy, attempt: int) -> float:
        state = self._tenacity.RetryCallState(self._tenacity.Retrying(), None, (), {})
        state.attempt_number = attempt
        wait = self._tenacity.wait_random_exponential(multiplier=policy.backoff, max=policy.max_backoff)
        return float(wait(state))


_BACKENDS_OWN = Retry()


def _keys(call: Call) -> list[Any]:
    headers = pairs_of(call.options.get("headers") or ())
    return [value for name, value in headers if str(name).lower() == _KEY.lower()]


def _tell(call: Call, attempt: int, policy: Policy, outcome: Response | TransportError, wait: float) -> None:
    said = f"status {outcome.status_code}" if isinstance(outcome, Response) else type(outcome).__name__
    _log.info(
        "%s %s: attempt %d of %d ended with %s, the next is in %.2f s",
        *(call.method, printable(redacted_url(call.url)), attempt, policy.attempts, said, wait),
        extra={"call_name": call.name, "call_template": call.template, "call_attempt": call.attempt},
    )


def _tenacity() -> Any:
    try:
        import tenacity  # noqa: PLC0415 - core does without it
    except ModuleNotFoundError as error:
        raise ImportError(
            "RetryBackend needs tenacity, which is not installed: pip install 'clientele-core[retry]'", name=error.name
        ) from error
    return tenacity
