"""Reading a response: is its head sound, and what does its body decode to."""

from __future__ import annotations

from collections.abc import Iterator

from clientele.http.codings import BodyDecoder
from clientele.http.headers import Pairs

_BODILESS_STATUSES = frozenset({204, 304})


_VERSIONS = ("1.0", "1.1", "2")


class BadHead(Exception):
    """The head of the response breaks HTTP; the driver turns this into ProtocolError."""


def check_head(status: int, headers: Pairs, http_version: str = "1.1") -> None:
    """Refuse an unknown version, a final status below 200, and a body of two lengths (RFC 9112, section 6.3).

    Raises:
        BadHead: it is one of these.
    """
    if http_version not in _VERSIONS:
        raise BadHead(f"the server speaks HTTP/{http_version}; known are {', '.join(_VERSIONS)}")
    if not 200 <= status <= 999:
        raise BadHead(f"the server ended the exchange with status {status}")
    lengths, codings = set[str](), list[str]()
    for name, value in headers:
        key = name.lower()
        if key == "content-length":
            lengths.update(part.strip() for part in value.split(","))
        elif key == "transfer-encoding":
            codings.extend(part.strip().lower() for part in value.split(","))
    if any(not (length.isascii() and length.isdigit()) for length in lengths):
        raise BadHead("the response has a Content-Length that is no number of bytes")
    if len(lengths) > 1:
        raise BadHead("the response has two different Content-Length headers")
    if codings and lengths:
        raise BadHead("the response has both Content-Length and Transfer-Encoding")
    if codings and codings != ["chunked"]:
        raise BadHead(f"the response has the Transfer-Encoding {', '.join(codings)!r}; only chunked is known")


def body_decoder(method: str, status: int, headers: Pairs, *, decode: bool, max_bytes: int | None) -> BodyDecoder:
    """The decoder for the body of a response to `method`; HEAD, 204 and 304 have none to decode."""
    has_body = method != "HEAD" and status not in _BODILESS_STATUSES
    coding = ",".join(_values(headers, "content-encoding")) if decode and has_body else None
    return BodyDecoder(coding, max_bytes)


def location(headers: Pairs) -> str | None:
    """The first Location."""
    return next(_values(headers, "location"), None)


def content_type(headers: Pairs) -> str | None:
    """The first Content-Type."""
    return next(_values(headers, "content-type"), None)


def is_event_stream(media_type: str | None) -> bool:
    """Whether the body is server-sent events."""
    return (media_type or "").partition(";")[0].strip().lower() == "text/event-stream"


def _values(headers: Pairs, wanted: str) -> Iterator[str]:
    return (value for name, value in headers if name.lower() == wanted)
