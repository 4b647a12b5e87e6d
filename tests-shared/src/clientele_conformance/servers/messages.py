"""HTTP/1.x messages as bytes: nothing is added to what is asked for, so that a test knows each byte on the wire."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus

Headers = Iterable[tuple[str, str]]

LAST_CHUNK = b"0\r\n\r\n"

_OTHERS_WITHOUT_BODY = frozenset({204, 304})


def head(status: int, headers: Headers = (), *, reason: str | None = None, version: str = "1.1") -> bytes:
    """A status line and header fields, with the empty line that ends them. For a 1xx, this is the whole response."""
    lines = [f"HTTP/{version} {status} {_phrase(status) if reason is None else reason}"]
    lines.extend(f"{name}: {value}" for name, value in headers)
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def response(status: int = 200, headers: Headers = (), body: bytes = b"") -> bytes:
    """A response whose body is delimited by Content-Length; a 1xx, 204 or 304 gets neither."""
    if status < 200 or status in _OTHERS_WITHOUT_BODY:
        return head(status, headers)
    return head(status, [*headers, ("Content-Length", str(len(body)))]) + body


def json_response(value: object, status: int = 200, headers: Headers = ()) -> bytes:
    """A response that carries `value` as compact JSON."""
    body = json.dumps(value, separators=(",", ":")).encode()
    return response(status, [("Content-Type", "application/json"), *headers], body)


def redirect(location: str, status: int = 302, headers: Headers = ()) -> bytes:
    """A redirect to `location`, without a body."""
    return response(status, [("Location", location), *headers])


def chunk(data: bytes) -> bytes:
    """One chunk of the chunked transfer coding."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def chunked(*pieces: bytes) -> bytes:
    """A whole body in the chunked transfer coding, one chunk for each piece."""
    return b"".join([*map(chunk, pieces), LAST_CHUNK])


def chunked_head(status: int = 200, headers: Headers = ()) -> bytes:
    """The head of a response whose chunks are still to come."""
    return head(status, [*headers, ("Transfer-Encoding", "chunked")])


def chunked_response(*pieces: bytes, status: int = 200, headers: Headers = ()) -> bytes:
    """A whole response in the chunked transfer coding, one chunk for each piece."""
    return chunked_head(status, headers) + chunked(*pieces)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
