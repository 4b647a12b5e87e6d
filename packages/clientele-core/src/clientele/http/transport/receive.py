"""Reads a response: checks its head, and decodes its body."""

from __future__ import annotations

import re
from typing import TypeAlias

from clientele.http.message.body.codings import BodyDecoder
from clientele.http.message.headers import Pairs, is_token
from clientele.http.runtime.deadline import Deadline

_BODILESS_STATUSES = frozenset({204, 304})


_VERSIONS = ("1.0", "1.1", "2")


class BadHead(Exception):
    """The head of the response is invalid; the driver converts this to ProtocolError."""


Fields: TypeAlias = dict[str, str]
"""The fields of a response that concern its body and redirects, by their lower-case names. Of a repeated field, it is
the first one, or all of them joined if they are a list.
"""


def checked_head(status: int, headers: Pairs, http_version: str = "1.1") -> Fields:
    """The fields of a response that concern its body and redirects.

    Args:
        status: the three-digit status.
        headers: the fields as received.
        http_version: `"1.0"`, `"1.1"` or `"2"`.

    Raises:
        BadHead: an unknown version, a final status below 200, NUL in a field, a body of two lengths (RFC 9112, section
            6.3), or, on HTTP/2, a field that would mean something else on HTTP/1.1 (RFC 9113, section 8.2).
    """
    if http_version not in _VERSIONS:
        raise BadHead(f"the server speaks HTTP/{http_version}; known are {', '.join(_VERSIONS)}")
    if not 200 <= status <= 999:
        raise BadHead(f"the server ended the exchange with status {status}")
    if http_version == "2":
        _check_fields(headers)
    fields: Fields = {}
    repeated: list[str] = []
    for name, value in headers:
        if "\0" in value:
            raise BadHead(f"the response has NUL in the header {name!r}")
        key = name.lower()
        if key in _READ:
            if key in fields:
                repeated.append(key)
            else:
                fields[key] = value
    for key in _LISTS.intersection(repeated) if repeated else ():
        fields[key] = ",".join([value for name, value in headers if name.lower() == key])
    length, framing = fields.get("content-length"), fields.get("transfer-encoding")
    if framing is not None or (length is not None and not (length.isascii() and length.isdigit())):
        _check_framing(length, framing)
    return fields


def ends_by_closing(fields: Fields, method: str, status: int, http_version: str) -> bool:
    """Whether the end of the connection is the end of the body (RFC 9112, section 6.3)."""
    is_framed = "content-length" in fields or "transfer-encoding" in fields or http_version == "2"
    return not is_framed and _has_body(method, status)


def body_decoder(
    fields: Fields, method: str, status: int, *, decode: bool, max_bytes: int | None, deadline: Deadline | None = None
) -> BodyDecoder | None:
    """The decoder for the body of a response to `method`, or None if it has neither a coding nor a limit.

    For HEAD, 204 and 304 there is no body to decode.

    Raises:
        CorruptContent: the body has an unknown coding.
    """
    coding = fields.get("content-encoding") if decode and _has_body(method, status) else None
    return None if coding is None and max_bytes is None else BodyDecoder(coding, max_bytes, deadline)


def _has_body(method: str, status: int) -> bool:
    return method != "HEAD" and status not in _BODILESS_STATUSES


_READ = frozenset({"content-encoding", "content-length", "content-type", "location", "transfer-encoding"})
_LISTS = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""The fields that may come in several lines, which together are one list (RFC 9110, section 5.3)."""
_OF_CONNECTIONS = frozenset({"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"})
_BREAKS = re.compile(r"[\r\n\0]")


def _check_fields(headers: Pairs) -> None:
    """Over HTTP/1.1, the library's parser splits fields at these characters; over HTTP/2, they arrive unchanged."""
    for name, value in headers:
        if not is_token(name):
            raise BadHead(f"the response has a header whose name is not a token: {name!r}")
        if name != name.lower():
            raise BadHead(f"the response has the header {name!r} in upper case, which HTTP/2 doesn't allow")
        if name in _OF_CONNECTIONS:
            raise BadHead(f"the response has the header {name!r}, which HTTP/2 doesn't allow")
        if _BREAKS.search(value):
            raise BadHead(f"the response has CR, LF or NUL in the header {name!r}")


def _check_framing(length: str | None, framing: str | None) -> None:
    sizes = set() if length is None else {part.strip() for part in length.split(",")}
    if any(not (size.isascii() and size.isdigit()) for size in sizes):
        raise BadHead("the response has a Content-Length that is not a number of bytes")
    if len(sizes) > 1:
        raise BadHead("the response has two different Content-Length headers")
    codings = [] if framing is None else [part.strip().lower() for part in framing.split(",")]
    if codings and sizes:
        raise BadHead("the response has both Content-Length and Transfer-Encoding")
    if codings and codings != ["chunked"]:
        raise BadHead(f"the response has the Transfer-Encoding {', '.join(codings)!r}; only chunked is known")


def is_event_stream(media_type: str | None) -> bool:
    """Whether the body is server-sent events."""
    return (media_type or "").partition(";")[0].strip().lower() == "text/event-stream"
