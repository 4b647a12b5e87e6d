"""Redirects: whether to follow one, and what the next request contains (RFC 9110, section 15.4)."""

from __future__ import annotations

import re
from typing import NamedTuple

from clientele.http.message.headers import Pairs
from clientele.http.message.printable import excerpt
from clientele.http.message.redaction import redacted_url
from clientele.http.message.statuses import status_line
from clientele.http.message.urls import URL, parse_url

MAX_REDIRECTS = 20
STATUSES = frozenset({301, 302, 303, 307, 308})

_SCHEME = r"[A-Za-z][A-Za-z0-9+.\-]*:"

# The headers that are sent to another origin. An allow-list, because secrets can be in headers of any name.
CROSS_ORIGIN_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "content-type",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "range",
        "user-agent",
    }
)


class Step(NamedTuple):
    """The request that a redirect asks for.

    Attributes:
        method: the method of the next request.
        url: its URL.
        keeps_body: whether it has the body of the previous request.
    """

    method: str
    url: URL
    keeps_body: bool


def redirect_step(method: str, url: URL, status: int, location: str | None) -> Step | None:
    """The next request after a response with `status` and `location` to `method` `url`; None if it is not a redirect.

    Raises:
        InvalidURL: the location is invalid.
    """
    reference = (location or "").strip(" \t")
    if status not in STATUSES or not reference:
        return None
    changes = (status in {301, 302} and method == "POST") or (status == 303 and method != "HEAD")
    return Step("GET" if changes else method, _target(url, reference), not changes)


def _target(url: URL, location: str) -> URL:
    """RFC 3986, section 5.2.2. Invalid characters are percent-encoded; user information is ignored."""
    reference = "".join(map(_escaped, location))
    here = f"{url.scheme}://{url.authority}"
    if re.match(_SCHEME, reference):
        absolute = reference
    elif reference.startswith("//"):
        absolute = f"{url.scheme}:{reference}"
    elif reference.startswith("/"):
        absolute = here + reference
    elif reference.startswith("?"):
        absolute = here + url.path + reference
    elif reference.startswith("#"):
        absolute = here + url.target
    else:
        absolute = f"{here}{url.path.rpartition('/')[0]}/{reference}"
    return parse_url(absolute, "Location")[0]


def _escaped(character: str) -> str:
    return f"%{ord(character):02X}" if character == " " or "\x80" <= character <= "\xff" else character


def kept_headers(headers: Pairs, step: Step, *, origin_changes: bool) -> Pairs:
    """The `headers` that the next request keeps; Content-Length only together with the body."""

    def keeps(name: str) -> bool:
        if name.startswith("content-") and not step.keeps_body:
            return False
        return not origin_changes or name in CROSS_ORIGIN_HEADERS or name == "content-length"

    return tuple((name, value) for name, value in headers if keeps(name.lower()))


def unfollowed(status: int, location: str | None) -> str:
    """Why a 3xx response is not accepted, and what to do about it."""
    if status in STATUSES and location:
        target = excerpt(redacted_url(location))
        return f"{status_line(status)} redirects to {target}; set follow_redirects=True to go there"
    return f"{status_line(status)} is neither a success nor a redirect that can be followed"
