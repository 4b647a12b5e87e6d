"""Converts a native response that has been read to a Response."""

from __future__ import annotations

from typing import Any

from clientele.http.message.headers import Pairs
from clientele.http.message.redaction import without_userinfo
from clientele.http.response import Response

__all__ = ["converted"]


def converted(native: Any, head: tuple[int, Pairs, str], content: bytes) -> Response:
    """Convert a native response with `request.method` and `request.url`.

    Args:
        native: the native response.
        head: its status, its fields and its version of HTTP.
        content: its body, decoded.
    """
    status, fields, version = head
    return Response(
        status_code=status,
        headers=fields,
        content=content,
        request_method=native.request.method or "",
        request_url=without_userinfo(str(native.request.url)),
        http_version=version,
        native=native,
    )
