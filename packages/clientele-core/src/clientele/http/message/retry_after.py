"""Parses Retry-After (RFC 9110, section 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime

from clientele.http.message.http_dates import http_date

_LONGEST = 2.0**31
"""The maximum in seconds; a longer delay is reduced to it (RFC 9111, section 1.2.2)."""


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """The seconds from `now`, by default the current time, that a Retry-After asks for, as a number or as a date.

    None if it is invalid. A past date is 0.0. The maximum is 2**31 seconds.
    """
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), _LONGEST)
    date = http_date(value)
    return None if date is None else max(0.0, (date - (now or datetime.now(UTC))).total_seconds())
