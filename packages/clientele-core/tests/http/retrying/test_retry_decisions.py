"""Whether a call is made again: method, outcome and body, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from clientele.http import Response
from clientele.http.errors import (
    ClienteleError,
    ConfigurationError,
    ConnectError,
    ConnectTimeout,
    ContentDecodingError,
    DeadlineExceeded,
    DNSError,
    HTTPStatusError,
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
from clientele.http.retrying.decision import SAFE_METHODS, Asked, Moment, Policy, decide

NOW = datetime(2026, 11, 8, 8, 49, 37, tzinfo=UTC)
POLICY = Policy(3, frozenset({429, 503}), SAFE_METHODS, 60.0, None)
FIRST = Moment(1, 0.5, NOW)
BACKOFF = 0.25


def status(code: int, retry_after: str | None = None) -> Response:
    return Response(status_code=code, headers=[] if retry_after is None else [("Retry-After", retry_after)])


NOTHING_SENT = [kind("x") for kind in (ConnectError, DNSError, ProxyError, ConnectTimeout, PoolTimeout)]
MAY_BE_SENT: list[ClienteleError | Response] = [
    *(kind("x") for kind in (ReadError, ReadTimeout, WriteError, WriteTimeout, DeadlineExceeded)),
    ConnectError("x", request_sent=True),
    status(503),
    status(429),
    HTTPStatusError(status(503), "503"),
]
WONT_PASS: list[BaseException | Response] = [
    *(
        kind("x", request_sent=False)
        for kind in (TLSError, ProtocolError, ContentDecodingError, TooManyRedirects, UnsafeRedirect, ResponseTooLarge)
    ),
    ConfigurationError("x"),
    ValueError("x"),
    KeyboardInterrupt(),
    status(200),
    status(404),
    status(500),
    HTTPStatusError(status(500), "500"),
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
    assert isinstance(outcome, (Response, BaseException))
    return decide(Asked(method, replayable=replayable), outcome, at, BACKOFF, policy)


@pytest.mark.parametrize(("method", "outcome", "replayable"), rows(NOTHING_SENT), ids=said)
def test_what_was_not_sent_is_sent_again(method: str, outcome: object, *, replayable: bool) -> None:
    """By every method, if its body can be sent again."""
    assert (BACKOFF if replayable else None) == wait(method, outcome, replayable=replayable)


@pytest.mark.parametrize(("method", "outcome", "replayable"), rows(MAY_BE_SENT), ids=said)
def test_what_may_be_sent_is_repeated_by_safe_methods(method: str, outcome: object, *, replayable: bool) -> None:
    """And by no other, unless the user says so."""
    safe = method in {"GET", "HEAD", "OPTIONS", "TRACE"}
    assert (BACKOFF if safe and replayable else None) == wait(method, outcome, replayable=replayable)


@pytest.mark.parametrize(("method", "outcome", "replayable"), rows(WONT_PASS), ids=said)
def test_what_will_not_pass_is_left_at_that(method: str, outcome: object, *, replayable: bool) -> None:
    """A bad certificate, a mistake, an answer that isn't one of the statuses."""
    assert wait(method, outcome, replayable=replayable) is None


@pytest.mark.parametrize("outcome", MAY_BE_SENT, ids=said)
def test_the_user_may_say_that_a_method_can_be_repeated(outcome: object) -> None:
    """By the method, or by a key for this very request."""
    policy = Policy(3, POLICY.statuses, frozenset({"POST"}), 60.0, None)
    assert isinstance(outcome, (Response, BaseException))
    assert BACKOFF == wait("POST", outcome, replayable=True, policy=policy)
    assert wait("POST", outcome, replayable=False, policy=policy) is None
    assert BACKOFF == decide(Asked("POST", has_key=True), outcome, FIRST, BACKOFF, POLICY)
    assert decide(Asked("POST", replayable=False, has_key=True), outcome, FIRST, BACKOFF, POLICY) is None


@pytest.mark.parametrize("outcome", [*NOTHING_SENT, *MAY_BE_SENT], ids=said)
def test_what_the_caller_has_seen_is_not_repeated(outcome: Response | BaseException) -> None:
    """A stream's head or first item."""
    assert decide(Asked("GET", seen=True), outcome, FIRST, BACKOFF, POLICY) is None


@pytest.mark.parametrize(("attempt", "expected"), [(1, BACKOFF), (2, BACKOFF), (3, None), (4, None)])
def test_the_attempts_are_counted(attempt: int, expected: float | None) -> None:
    """The first time included."""
    assert expected == wait("GET", ReadError("x"), replayable=True, at=Moment(attempt, 0.5, NOW))


@pytest.mark.parametrize(
    ("elapsed", "asked_for", "expected"),
    [
        (0.5, None, BACKOFF),
        (1.7, None, BACKOFF),
        (1.75, None, None),
        (9.0, None, None),
        (0.5, "1", 1.0),
        (0.5, "2", None),
    ],
)
def test_the_wait_ends_before_the_total(elapsed: float, asked_for: str | None, expected: float | None) -> None:
    """Or there is none: the total has to leave time for another attempt."""
    policy = Policy(3, POLICY.statuses, SAFE_METHODS, 60.0, 2.0)
    assert expected == wait("GET", status(503, asked_for), replayable=True, policy=policy, at=Moment(1, elapsed, NOW))


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
    assert 5.0 == decide(Asked("GET"), status(503, "1"), FIRST, 5.0, POLICY)


def test_a_date_counts_from_now() -> None:
    """Wherever now is."""
    later = NOW + timedelta(seconds=4)
    assert 6.0 == retry_after("Sun, 08 Nov 2026 08:49:47 GMT", later)
