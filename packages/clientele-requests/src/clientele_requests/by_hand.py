"""The session of `build_client`, used by hand: requests prepares what is sent, and decodes what comes back."""

from __future__ import annotations

from typing import Any

import requests
import urllib3

from clientele.http.bodies import Chunks
from clientele.http.headers import Pairs
from clientele.http.timeouts import Timeout
from clientele.http.urls import parse_url
from clientele.http.wire import WireRequest
from clientele_requests.answer import Answer

_BLOCK = 64 * 1024


def wire_of(request: requests.PreparedRequest, timeout: Any) -> WireRequest:
    """What goes on the wire for `request`.

    Args:
        request: as requests has prepared it.
        timeout: in seconds, also a pair for connecting and reading, as requests takes it.
    """
    connect, read = timeout if isinstance(timeout, tuple) else (timeout, timeout)
    url, _ = parse_url(str(request.url))
    return WireRequest(
        method=str(request.method),
        url=url,
        headers=_headers(request),
        body=_body(request.body),
        timeout=Timeout(connect, read, write=read),
    )


def decoding(answer: Answer, request: requests.PreparedRequest) -> urllib3.HTTPResponse:
    """A response that undoes codings while it is read, as requests expects it to."""
    return urllib3.HTTPResponse(
        body=answer,  # type: ignore[arg-type]  # It has what urllib3 needs of a file.
        headers=answer.headers,
        status=answer.status,
        version=answer.version,
        reason=answer.reason,
        preload_content=False,
        request_method=request.method,
    )


def _headers(request: requests.PreparedRequest) -> Pairs:
    """All but the one that follows from the body."""
    text = {
        name: value.decode("latin-1") if isinstance(value, bytes) else value for name, value in request.headers.items()
    }
    return tuple((name, value) for name, value in text.items() if name.lower() != "transfer-encoding")


def _body(body: Any) -> Chunks:
    if body is None:
        return None
    if isinstance(body, (str, bytes, bytearray, memoryview)):
        return body.encode() if isinstance(body, str) else bytes(body)
    pieces = iter(lambda: body.read(_BLOCK), b"") if hasattr(body, "read") else body
    return (piece.encode() if isinstance(piece, str) else piece for piece in pieces)
