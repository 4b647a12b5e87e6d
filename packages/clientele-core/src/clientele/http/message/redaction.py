"""Hides secrets of URLs and headers in messages, reprs and logs."""

from __future__ import annotations

import re

from clientele.http.message.secret_values import without_revealed

HIDDEN = "***"

# An allow-list, because secrets can be in headers of any name.
PUBLIC_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "accept-ranges",
        "age",
        "allow",
        "cache-control",
        "connection",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-range",
        "content-type",
        "date",
        "expires",
        "host",
        "last-modified",
        "range",
        "retry-after",
        "server",
        "transfer-encoding",
        "user-agent",
        "vary",
    }
)

_AUTHORITY = re.compile(r"^([A-Za-z][A-Za-z0-9+.\-]*:)?//([^/?#]*(?:@|%40))")
_QUERY_VALUE = re.compile(r"=[^&]*")


def redacted_url(url: str) -> str:
    """`url` without its user information and fragment, query values, and secrets in the path."""
    head, mark, query = without_userinfo(url.partition("#")[0]).partition("?")
    scheme, separator, rest = head.rpartition("://")
    authority, slash, path = rest.partition("/")
    head = f"{scheme}{separator}{authority}{slash}{without_revealed(path, HIDDEN)}"
    if not mark:
        return head
    shown = _QUERY_VALUE.sub(f"={HIDDEN}", query) if "=" in query else HIDDEN
    return f"{head}?{shown}"


def without_userinfo(url: str) -> str:
    """`url` without `user:password@`."""
    return _AUTHORITY.sub(lambda match: f"{match[1] or ''}//", url)


def shown_header(name: str, value: str) -> str:
    """`value` if the header `name` never contains a secret, else a placeholder."""
    return value if name.lower() in PUBLIC_HEADERS else HIDDEN
