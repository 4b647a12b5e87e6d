"""The schedule of a rate: when calls begin, decided without a clock, and `Retry-After`."""

from __future__ import annotations

from time import monotonic

import pytest

from clientele.api import APIClient
from clientele.http import FakeHTTPBackend, Timeout
from clientele.http.errors import DeadlineExceeded, HTTPStatusError
from clientele.http.limiting import LimitBackend, Rate
from clientele.http.limiting.fields import quiet_seconds
from clientele.http.limiting.pace import Pace
from clientele.http.response import Response

URL = "https://api.example.com/"


def starts(rate: Rate | None, *moments: float) -> list[float]:
    pace = Pace(rate)
    return [pace.book(moment) for moment in moments]


@pytest.mark.parametrize(
    ("rate", "asked", "begun"),
    [
        (None, [0, 0, 5], [0, 0, 5]),
        (Rate(1, per=2), [0, 0, 0], [0, 2, 4]),
        (Rate(2, per=1), [0, 0, 0, 0, 0], [0, 0, 1, 1, 2]),
        (Rate(2, per=1), [0, 0.5, 0.6, 0.7], [0, 0.5, 1, 1.5]),
        (Rate(3, per=10), [0, 0, 0, 30, 30, 30, 30], [0, 0, 0, 30, 30, 30, 40]),
    ],
)
def test_calls_start_in_order_within_the_rate(rate: Rate | None, asked: list[float], begun: list[float]) -> None:
    """Decided without a clock."""
    assert starts(rate, *asked) == pytest.approx(begun)


def test_a_released_start_time_is_reused() -> None:
    """A call that is cancelled leaves no hole at the end."""
    pace = Pace(Rate(1, per=1))
    assert pace.book(0) == 0
    start = pace.book(0)
    pace.cancel(start)
    assert pace.book(0) == start == 1


@pytest.mark.parametrize("calls", [1, 5, 1_000_000])
def test_past_start_times_are_forgotten(calls: int) -> None:
    """However many calls there were, and however many there may be."""
    pace = Pace(Rate(calls, per=1))
    for moment in range(10_000):
        pace.book(moment)
    assert len(pace._starts) <= 6


def test_a_pause_applies_to_waiting_calls() -> None:
    """They book again."""
    pace = Pace(Rate(1, per=1))
    start = pace.book(0)
    pace.close_until(5)
    pace.close_until(3)
    assert not pace.still_holds(start)
    assert pace.book(0) >= 5


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry-After": "3"}, 3),
        (503, {"Retry-After": "7"}, 7),
        (200, {"Retry-After": "3"}, 0),
        (429, {}, 0),
        (200, {"RateLimit-Remaining": "0", "RateLimit-Reset": "9"}, 9),
        (200, {"RateLimit-Remaining": "1", "RateLimit-Reset": "9"}, 0),
        (200, {"RateLimit-Remaining": "0", "RateLimit-Reset": "soon"}, 0),
        (200, {"RateLimit": '"default";r=0;t=30'}, 30),
        (200, {"RateLimit": '"burst";r=5;t=3, "daily";r=0;t=60'}, 60),
        (200, {"RateLimit": '"default";r=0.5;t=30'}, 0),
        (200, {"RateLimit": '"default";t=30'}, 0),
        (429, {"Retry-After": "2", "RateLimit": '"default";r=0;t=4'}, 4),
    ],
)
def test_retry_after_is_parsed(status: int, headers: dict[str, str], seconds: float) -> None:
    """In each form."""
    assert quiet_seconds(Response(status_code=status, headers=headers)) == seconds


def test_one_retry_after_pauses_all_calls() -> None:
    """Those of other endpoints, too; not where it isn't obeyed."""
    fake = FakeHTTPBackend()
    fake.on("GET", "/").reply(429, headers={"Retry-After": "30"})
    obeying, other = LimitBackend(fake), LimitBackend(fake, obey=False)
    for backend in (obeying, other):
        assert backend.send_sync_request("GET", URL).status_code == 429
    started = monotonic()
    with pytest.raises(DeadlineExceeded):
        obeying.send_sync_request("GET", URL, timeout=Timeout(total=10.0))
    assert monotonic() - started < 10, "a wait that can't end in time ends at once"
    assert other.send_sync_request("GET", URL, timeout=Timeout(total=10.0)).status_code == 429


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "/moved"])
def test_retry_after_of_another_origin_is_ignored(path: str) -> None:
    """Which the URL of a next page or a redirect leads to."""
    fake = FakeHTTPBackend()
    fake.on("GET", "https://elsewhere.example/").reply(429, headers={"Retry-After": "3600"})
    fake.on("GET", f"{URL}moved").reply(302, headers={"Location": "https://elsewhere.example/"})
    with_base = APIClient(base_url=URL, http_backend=LimitBackend(fake), follow_redirects=True)
    for _ in range(2):
        with pytest.raises(HTTPStatusError):
            with_base.request("GET", path, timeout=Timeout(total=20.0))
    assert with_base.request("GET", "/", timeout=Timeout(total=20.0)).status_code == 200


def test_without_a_base_url_a_call_obeys_its_own_server() -> None:
    """Not one that it is redirected to."""
    fake = FakeHTTPBackend()
    fake.on("GET", "https://elsewhere.example/").reply(429, headers={"Retry-After": "3600"})
    fake.on("GET", f"{URL}moved").reply(302, headers={"Location": "https://elsewhere.example/"})
    backend = LimitBackend(fake)
    backend.send_sync_request("GET", f"{URL}moved", follow_redirects=True)
    backend.send_sync_request("GET", "https://elsewhere.example/")
    with pytest.raises(DeadlineExceeded, match="it must wait"):
        backend.send_sync_request("GET", URL, timeout=Timeout(total=20.0))
