"""Formats a response for the terminal, without header and query values that may be secret."""

from __future__ import annotations

from typing import Any

from clientele.http.errors import TransportError
from clientele.http.message.redaction import redacted_url, shown_header
from clientele.http.message.statuses import status_line
from clientele.http.response import Response


def answer_as_text(answer: Response) -> list[str]:
    """The request, the redirects, the head and the body."""
    steps = [f"{step.request_method} {redacted_url(step.request_url)}: {step.status_code}" for step in answer.history]
    asked = f"{answer.request_method} {redacted_url(answer.request_url)}"
    status = f"HTTP/{answer.http_version} {status_line(answer.status_code)}"
    return [*steps, asked, status, *(f"{name}: {value}" for name, value in _fields(answer)), "", *_body(answer)]


def answer_as_json(answer: Response) -> dict[str, Any]:
    """The same for programs; a binary body is None, but has a size."""
    return {
        "request": {"method": answer.request_method, "url": redacted_url(answer.request_url)},
        "history": [
            {"method": step.request_method, "url": redacted_url(step.request_url), "status": step.status_code}
            for step in answer.history
        ],
        "status": answer.status_code,
        "http_version": answer.http_version,
        "headers": [list(field) for field in _fields(answer)],
        "seconds": round(answer.elapsed, 4),
        "bytes": len(answer.content),
        "text": answer.text if _is_text(answer) else None,
    }


def error_as_json(error: Exception) -> dict[str, Any]:
    """The error, and whether a server may have seen the request."""
    sent = isinstance(error, TransportError) and error.request_sent
    return {"error": type(error).__name__, "message": str(error), "request_sent": sent}


def _fields(answer: Response) -> list[tuple[str, str]]:
    return [(name, shown_header(name, value)) for name, value in answer.headers.pairs]


def _body(answer: Response) -> list[str]:
    """Its lines."""
    if not _is_text(answer):
        return [f"({len(answer.content)} bytes that are not text)"]
    return answer.text.replace("\r\n", "\n").split("\n")


def _is_text(answer: Response) -> bool:
    return b"\0" not in answer.content and "\ufffd" not in answer.text
