"""Reads a response: checks its head, and decodes its body."""

from __future__ import annotations

import re

from clientele.http.message.body.codings import BodyDecoder
from clientele.http.message.headers import Pairs, is_token
from clientele.http.runtime.deadline import Deadline

_BODILESS_STATUSES = frozenset({204, 304})


_VERSIONS = ("1.0", "1.1", "2")


class BadHead(Exception):
    """The head of the response is invalid; the driver converts this to ProtocolError."""


class Head:
    """The head of a response, as far as it concerns the body and redirects; its fields are read once.

    Args:
        status: the three-digit status.
        headers: the fields as received.
        http_version: `"1.0"`, `"1.1"` or `"2"`.

    Attributes:
        location: the first Location.
        content_type: the first Content-Type.
        ends_by_closing: whether the end of the connection is the end of the body (RFC 9112, section 6.3). The response
            to a HEAD request has none, whatever this says.

    Raises:
        BadHead: an unknown version, a final status below 200, NUL in a field, a body of two lengths (RFC 9112, section
            6.3), or, on HTTP/2, a field that would mean something else on HTTP/1.1 (RFC 9113, section 8.2).
    """

    __slots__ = ("_coding", "_status", "content_type", "ends_by_closing", "location")

    def __init__(self, status: int, headers: Pairs, http_version: str = "1.1") -> None:
        if http_version not in _VERSIONS:
            raise BadHead(f"the server speaks HTTP/{http_version}; known are {', '.join(_VERSIONS)}")
        if not 200 <= status <= 999:
            raise BadHead(f"the server ended the exchange with status {status}")
        if http_version == "2":
            _check_fields(headers)
        fields: dict[str, str] = {}
        repeated: list[str] = []
        for name, value in headers:
            if "\0" in value:
                raise BadHead(f"the response has NUL in the header {name!r}")
            key = name.lower()
            if key in fields:
                repeated.append(key)
            elif key in _READ:
                fields[key] = value
        for key in _LISTS.intersection(repeated) if repeated else ():
            fields[key] = ",".join([value for name, value in headers if name.lower() == key])
        length, framing = fields.get("content-length"), fields.get("transfer-encoding")
        is_framed = length is not None or framing is not None
        self.ends_by_closing = not is_framed and http_version != "2" and status not in _BODILESS_STATUSES
        if framing is not None or (length is not None and not (length.isascii() and length.isdigit())):
            _check_framing(length, framing)
        self._status = status
        self._coding = fields.get("content-encoding")
        self.location = fields.get("location")
        self.content_type = fields.get("content-type")

    def decoder(
        self, method: str, *, decode: bool, max_bytes: int | None, deadline: Deadline | None = None
    ) -> BodyDecoder | None:
        """The decoder for the body of a response to `method`, or None if it has neither a coding nor a limit.

        For HEAD, 204 and 304 there is no body to decode.

        Raises:
            CorruptContent: the body has an unknown coding.
        """
        has_coding = decode and self._coding is not None and method != "HEAD" and self._status not in _BODILESS_STATUSES
        if not has_coding and max_bytes is None:
            return None
        return BodyDecoder(self._coding if has_coding else None, max_bytes, deadline)


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
