"""Whether a call is made again, and after how long: decided from what is known, without a clock and without chance."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from clientele.http.errors import APIException, TransportError
from clientele.http.message.retry_after import retry_after
from clientele.http.response import Response

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""RFC 9110, section 9.2.1: these ask for nothing to be changed. The default `methods` of a RetryBackend."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is tried again, how often, and for how long.

    Attributes:
        attempts: how often a call is made, the first time included.
        statuses: those that may pass.
        methods: those that may be repeated though the server may have seen the request.
        max_retry_after: the longest wait, in seconds, that a server may ask for.
        total: seconds for all attempts and the waits between them; None for no limit.
    """

    attempts: int
    statuses: AbstractSet[int]
    methods: AbstractSet[str]
    max_retry_after: float
    total: float | None


@dataclass(slots=True)
class Asked:
    """What counts of a call when it has failed.

    Attributes:
        method: in upper case.
        replayable: whether its body can be sent again.
        has_key: whether it has an Idempotency-Key, by which the server knows a repetition.
        seen: whether the caller has seen something of the answer: the head of a stream, or its first item.
    """

    method: str
    replayable: bool = True
    has_key: bool = False
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """When an attempt was over.

    Attributes:
        attempt: its number, from 1.
        elapsed: seconds since the first one began.
        now: the date, for a server that names one.
    """

    attempt: int
    elapsed: float
    now: datetime


def decide(asked: Asked, outcome: Response | BaseException, at: Moment, backoff: float, policy: Policy) -> float | None:
    """The seconds to wait before the call is made again, or None to leave it at its `outcome`.

    A wait that a server asks for is kept to the second; where it is longer than the policy allows, or than what is
    left of the total, the call is left at that: trying sooner would only be refused.
    """
    if at.attempt >= policy.attempts or asked.seen or not asked.replayable:
        return None
    response = outcome.response if isinstance(outcome, APIException) else outcome
    if isinstance(response, Response):
        if response.status_code not in policy.statuses or not _may_repeat(asked, policy):
            return None
        asked_for = retry_after(response.headers.get("retry-after"), at.now) or 0.0
        if asked_for > policy.max_retry_after:
            return None
        wait = max(backoff, asked_for)
    elif isinstance(outcome, TransportError):
        if not outcome.passing or (outcome.request_sent and not _may_repeat(asked, policy)):
            return None
        wait = backoff
    else:
        return None
    return None if policy.total is not None and at.elapsed + wait >= policy.total else wait


def _may_repeat(asked: Asked, policy: Policy) -> bool:
    return asked.method in policy.methods or asked.has_key
