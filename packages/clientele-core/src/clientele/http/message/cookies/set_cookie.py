"""Parses Set-Cookie (RFC 6265, section 5.2); invalid attributes are ignored."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

__all__ = ["SetCookie", "cookies_of", "parse_date", "parse_set_cookie"]

MAX_PAIR = 4096
"""The maximum size of name and value in bytes; a larger cookie is ignored (RFC 6265, section 6.1)."""
_MAX_ATTRIBUTE = 1024

_SENDABLE = re.compile(r"[\t\x20-\x7e]*")
"""A cookie with other characters couldn't be sent back: request headers are printable ASCII."""
_MAX_AGE = re.compile(r"-?[0-9]+")
_LONGEST_AGE = 400 * 24 * 3600
"""The maximum lifetime of a cookie, in seconds (RFC 6265bis, section 5.5)."""

_DELIMITERS = re.compile(r"[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])")
_DAY = re.compile(r"([0-9]{1,2})(?![0-9])")
_YEAR = re.compile(r"([0-9]{2,4})(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class SetCookie(NamedTuple):
    """A parsed Set-Cookie field.

    Attributes:
        name, value: as sent back.
        domain: in lower case, without a leading dot; empty if there is none.
        path: empty if there is no valid one.
        secure: whether it is for TLS only.
        expires: the expiry, in seconds since the epoch; None for never.
    """

    name: str
    value: str
    domain: str = ""
    path: str = ""
    secure: bool = False
    expires: float | None = None


def parse_set_cookie(field: str, now: float) -> SetCookie | None:
    """The cookie of a Set-Cookie `field` received at `now`; None if it has no name, or can't be sent back."""
    pair, _, rest = field.partition(";")
    name, equals, value = (part.strip(" \t") for part in pair.partition("="))
    if not (name and equals and _SENDABLE.fullmatch(pair)) or len(name) + len(value) > MAX_PAIR:
        return None
    said: dict[str, str] = {}
    for attribute in rest.split(";"):
        key, _, content = (part.strip(" \t") for part in attribute.partition("="))
        if len(content) <= _MAX_ATTRIBUTE and _SENDABLE.fullmatch(content) and _is_usable(key.lower(), content):
            said[key.lower()] = content
    domain, path = said.get("domain", "").lower().removeprefix("."), said.get("path", "")
    path = path if path.startswith("/") else ""
    return SetCookie(name, value, domain, path, "secure" in said, _end(said, now))


def cookies_of(fields: Iterable[str]) -> dict[str, str]:
    """The names and values that Set-Cookie `fields` set, without expired ones."""
    now, cookies = time.time(), dict[str, str]()
    for cookie in filter(None, (parse_set_cookie(field, now) for field in fields)):
        cookies.pop(cookie.name, None)
        if cookie.expires is None or cookie.expires > now:
            cookies[cookie.name] = cookie.value
    return cookies


def _is_usable(key: str, content: str) -> bool:
    """Whether an attribute is valid. An invalid Expires or Max-Age doesn't replace a previous one."""
    if key == "max-age":
        return _MAX_AGE.fullmatch(content) is not None
    if key == "expires":
        return parse_date(content) is not None
    return key != "domain" or bool(content)


def _end(said: dict[str, str], now: float) -> float | None:
    """Max-Age takes precedence over Expires (RFC 6265, section 5.3)."""
    if "max-age" in said:
        age = said["max-age"]
        return now + (0 if age.startswith("-") else min(int(age[:12]), _LONGEST_AGE))
    return parse_date(said["expires"]) if "expires" in said else None


def parse_date(text: str) -> float | None:
    """The date of an Expires, in seconds since the epoch; None if it is invalid (RFC 6265, section 5.1.1)."""
    day = month = year = time = None
    for token in _DELIMITERS.split(text):
        if time is None and (found := _TIME.match(token)):
            time = [int(part) for part in found.groups()]
        elif day is None and (found := _DAY.match(token)):
            day = int(found[1])
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and (found := _YEAR.match(token)):
            year = _four_digits(int(found[1]))
    if time is None or day is None or month is None or year is None or year < 1601:
        return None
    try:
        return datetime(year, month, day, time[0], time[1], time[2], tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _four_digits(year: int) -> int:
    if year < 70:
        return 2000 + year
    return 1900 + year if year < 100 else year
