"""Decides whether a call is retried, and after which delay. No clock, no randomness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from clientele.http.errors import TransportError
from clientele.http.message.retry_after import retry_after
from clientele.http.response import Response
from clientele.http.retrying.policy import Policy


@dataclass(frozen=True, slots=True)
class Asked:
    """The properties of a failed call that matter for retries.

    Attributes:
        method: in upper case.
        replayable: whether its body can be sent again.
        has_key: whether it has an Idempotency-Key, by which the server recognizes repeated requests.
    """

    method: str
    replayable: bool = True
    has_key: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """The end of an attempt.

    Attributes:
        attempt: its number, from 1.
        left: the seconds left for the call; None for no limit.
        now: the current date, for a Retry-After with a date.
    """

    attempt: int
    left: float | None
    now: datetime


def decide(
    asked: Asked, outcome: Response | TransportError, at: Moment, policy: Policy, backoff: Callable[[int], float]
) -> float | None:
    """The seconds to wait before the next attempt, or None to end the call with its `outcome`.

    The wait that a server asks for is obeyed exactly. If it is longer than the policy or the total allows, the call
    ends: the server would refuse an earlier attempt.
    """
    if at.attempt >= policy.attempts or not asked.replayable or not _may_pass(asked, outcome, policy):
        return None
    asked_for = 0.0
    if isinstance(outcome, Response):
        asked_for = retry_after(outcome.headers.get("retry-after"), at.now) or 0.0
    wait = max(backoff(at.attempt), asked_for)
    return None if asked_for > policy.max_retry_after or (at.left is not None and wait >= at.left) else wait


def _may_pass(asked: Asked, outcome: Response | TransportError, policy: Policy) -> bool:
    """Whether another attempt may succeed, and is safe."""
    may_repeat = asked.method in policy.methods or asked.has_key
    if isinstance(outcome, Response):
        return outcome.status_code in policy.statuses and (may_repeat or policy.any_method)
    return outcome.passing and (may_repeat or not outcome.request_sent)
