"""Whether a call is made again: method, outcome and body, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from clientele.http import Response
from clientele.http.errors import (
    ConnectError,
    ConnectTimeout,
    ContentDecodingError,
    DeadlineExceeded,
    DNSError,
    PoolTimeout,
    ProtocolError,
    ProxyError,
    ReadError,
    ReadTimeout,
    ResponseTooLarge,
    TLSError,
    TooManyRedirects,
    TransportError,
    UnsafeRedirect,
    WriteError,
    WriteTimeout,
)
from clientele.http.message.retry_after import retry_after
from clientele.http.retrying.decision import Asked, Moment, decide
from clientele.http.retrying.policy import Policy

NOW = datetime(2026, 11, 8, 8, 49, 37, tzinfo=UTC)
POLICY = Policy(attempts=3, statuses={429, 503})
FIRST = Moment(1, None, NOW)
BACKOFF = 0.25


def status(code: int, retry_after: str | None = None) -> Response:
    return Response(status_code=code, headers=[] if retry_after is None else [("Retry-After", retry_after)])


NOTHING_SENT = [kind("x") for kind in (ConnectError, DNSError, ProxyError, ConnectTimeout, PoolTimeout)]
MAY_BE_SENT: list[TransportError | Response] = [
    *(kind("x") for kind in (ReadError, ReadTimeout, WriteError, WriteTimeout, DeadlineExceeded)),
    ConnectError("x", request_sent=True),
    status(503),
    status(429),
]
WONT_PASS: list[TransportError | Response] = [
    *(
        kind("x", request_sent=False)
        for kind in (TLSError, ProtocolError, ContentDecodingError, TooManyRedirects, UnsafeRedirect, ResponseTooLarge)
    ),
    status(200),
    status(404),
    status(500),
]

METHODS = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH", "PURGE"]


def said(outcome: object) -> str:
    sent = "" if not isinstance(outcome, TransportError) else f"-{'sent' if outcome.request_sent else 'unsent'}"
    name = type(outcome).__name__
    return f"{name}{getattr(outcome, 'status_code', '')}{sent}"


def rows(outcomes: Sequence[object]) -> list[tuple[str, object, bool]]:
    return list(product(METHODS, outcomes, [True, False]))


def wait(
    method: str, outcome: object, *, replayable: bool, policy: Policy = POLICY, at: Moment = FIRST
) -> float | None:
    assert isinstance(outcome, (Response, TransportError))
    return decide(Asked(method, replayable=replayable), outcome, at, policy, lambda _: BACKOFF)


@pytest.mark.parametrize(("method", "outcome", "replayable"), rows(NOTHING_SENT), ids=said)
def test_an_unsent_request_is_retried(method: str, outcome: object, *, replayable: bool) -> None:
    """By every method, if its body can be sent again."""
    assert (BACKOFF if replayable else None) == wait(method, outcome, replayable=replayable)


@pytest.mark.parametrize(("method", "outcome", "replayable"), rows(MAY_BE_SENT), ids=said)
def test_a_sent_request_is_retried_for_safe_methods(method: str, outcome: object, *, replayable: bool) -> None:
    """And by no other, unless the user says so."""
    safe = method in {"GET", "HEAD", "OPTIONS", "TRACE"}
    assert (BACKOFF if safe and replayable else None) == wait(method, outcome, replayable=replayable)


@pytest.mark.parametrize(("method", "outcome", "replayable"), rows(WONT_PASS), ids=said)
def test_a_permanent_error_is_not_retried(method: str, outcome: object, *, replayable: bool) -> None:
    """A bad certificate, an answer that isn't one of the statuses."""
    assert wait(method, outcome, replayable=replayable) is None


@pytest.mark.parametrize("outcome", MAY_BE_SENT, ids=said)
def test_configured_methods_are_retried(outcome: object) -> None:
    """By the method, or by a key for this very request."""
    policy = replace(POLICY, methods={"POST"})
    assert BACKOFF == wait("POST", outcome, replayable=True, policy=policy)
    assert wait("POST", outcome, replayable=False, policy=policy) is None


@pytest.mark.parametrize("outcome", MAY_BE_SENT, ids=said)
def test_a_request_with_an_idempotency_key_is_retried(outcome: Response | TransportError) -> None:
    """So that the request may be repeated whatever its method."""
    with_key = Asked("POST", has_key=True)
    assert BACKOFF == decide(with_key, outcome, FIRST, POLICY, lambda _: BACKOFF)
    assert decide(replace(with_key, replayable=False), outcome, FIRST, POLICY, lambda _: BACKOFF) is None


def test_statuses_of_an_endpoint_hold_for_its_method() -> None:
    """The server has answered; of a connection that broke off nobody knows what it has done."""
    policy = replace(POLICY, any_method=True)
    assert BACKOFF == wait("POST", status(503), replayable=True, policy=policy)
    assert wait("POST", status(503), replayable=False, policy=policy) is None
    assert wait("POST", status(500), replayable=True, policy=policy) is None
    assert wait("POST", ReadError("x"), replayable=True, policy=policy) is None
    assert BACKOFF == wait("POST", ConnectError("x"), replayable=True, policy=policy)


@pytest.mark.parametrize(("attempt", "expected"), [(1, BACKOFF), (2, BACKOFF), (3, None), (4, None)])
def test_the_attempts_are_counted(attempt: int, expected: float | None) -> None:
    """The first time included."""
    assert expected == wait("GET", ReadError("x"), replayable=True, at=Moment(attempt, None, NOW))


@pytest.mark.parametrize(
    ("left", "asked_for", "expected"),
    [
        (1.5, None, BACKOFF),
        (0.3, None, BACKOFF),
        (0.25, None, None),
        (0.0, None, None),
        (1.5, "1", 1.0),
        (1.5, "2", None),
    ],
)
def test_the_wait_ends_before_the_total(left: float, asked_for: str | None, expected: float | None) -> None:
    """Or there is none: the total has to leave time for another attempt."""
    assert expected == wait("GET", status(503, asked_for), replayable=True, at=Moment(1, left, NOW))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", BACKOFF),
        ("1", 1.0),
        ("60", 60.0),
        ("61", None),
        ("99999999999999999999", None),
        ("Sun, 08 Nov 2026 08:49:47 GMT", 10.0),
        ("Sun, 08 Nov 2026 08:49:37 GMT", BACKOFF),
        ("Sun, 08 Nov 2026 08:50:38 GMT", None),
        ("Sunday, 08-Nov-26 08:49:47 GMT", 10.0),
        ("Sun Nov  8 08:49:47 2026", 10.0),
        ("Sun, 08 Nov 2020 08:49:47 GMT", BACKOFF),
        ("-1", BACKOFF),
        ("1.5", BACKOFF),
        ("soon", BACKOFF),
        ("²", BACKOFF),
        ("", BACKOFF),
    ],
)
@pytest.mark.parametrize("code", [429, 503])
def test_retry_after_is_kept(code: int, value: str, expected: float | None) -> None:
    """In seconds or as a date, in each of the three forms of RFC 9110; more than the limit ends the call."""
    assert expected == wait("GET", status(code, value), replayable=True)


def test_retry_after_never_shortens_the_backoff() -> None:
    """The longer of the two is waited for."""
    assert 5.0 == decide(Asked("GET"), status(503, "1"), FIRST, POLICY, lambda _: 5.0)


def test_a_date_counts_from_now() -> None:
    """Wherever now is."""
    later = NOW + timedelta(seconds=4)
    assert 6.0 == retry_after("Sun, 08 Nov 2026 08:49:47 GMT", later)
