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
    """What counts of a call when it has failed.

    Attributes:
        method: in upper case.
        replayable: whether its body can be sent again.
        has_key: whether it has an Idempotency-Key, by which the server knows a repetition.
    """

    method: str
    replayable: bool = True
    has_key: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """When an attempt was over.

    Attributes:
        attempt: its number, from 1.
        left: seconds that are left for the call; None for no limit.
        now: the date, for a server that names one.
    """

    attempt: int
    left: float | None
    now: datetime


def decide(
    asked: Asked, outcome: Response | TransportError, at: Moment, policy: Policy, backoff: Callable[[int], float]
) -> float | None:
    """The seconds to wait before the call is made again, or None to leave it at its `outcome`.

    A wait that a server asks for is kept to the second; where it is longer than the policy allows, or than what is
    left of the total, the call is left at that: trying sooner would only be refused.
    """
    if at.attempt >= policy.attempts or not asked.replayable or not _may_pass(asked, outcome, policy):
        return None
    asked_for = 0.0
    if isinstance(outcome, Response):
        asked_for = retry_after(outcome.headers.get("retry-after"), at.now) or 0.0
    wait = max(backoff(at.attempt), asked_for)
    return None if asked_for > policy.max_retry_after or (at.left is not None and wait >= at.left) else wait


def _may_pass(asked: Asked, outcome: Response | TransportError, policy: Policy) -> bool:
    """Whether another attempt can help, and can't do the same thing twice."""
    may_repeat = asked.method in policy.methods or asked.has_key
    if isinstance(outcome, Response):
        return outcome.status_code in policy.statuses and (may_repeat or policy.any_method)
    return outcome.passing and (may_repeat or not outcome.request_sent)
