"""Problem details of a server (RFC 9457), for the message of an exception."""

from __future__ import annotations

from collections.abc import Callable

from clientele.http.message.body.charsets import parse_json
from clientele.http.message.errors import JSONDecodeError
from clientele.http.message.printable import excerpt

_MEDIA_TYPE = "application/problem+json"
_LARGEST = 64 * 1024
"""The maximum size in bytes of problem details."""
_MOST = 200
"""The number of characters that are shown."""


def is_problem(media_type: str | None) -> bool:
    """Whether a body is problem details (RFC 9457, section 3)."""
    return (media_type or "").partition(";")[0].strip().lower() == _MEDIA_TYPE


def problem_text(content: bytes, text: Callable[[], str], hide: Callable[[str], str]) -> str:
    """The title and the detail of a problem, printable, in at most 200 characters; empty if there is neither.

    Args:
        content: the body.
        text: the body as text, for a body that isn't in an encoding of JSON.
        hide: masks secrets in the result.
    """
    if len(content) > _LARGEST:
        return ""
    try:
        problem = _parsed(content, text)
    except JSONDecodeError:
        return ""
    if not isinstance(problem, dict):
        return ""
    parts = (problem.get("title"), problem.get("detail"))
    said = ": ".join(dict.fromkeys(part.strip() for part in parts if isinstance(part, str) and part.strip()))
    return excerpt(hide(excerpt(said, _LARGEST)), _MOST) if said else ""


def _parsed(content: bytes, text: Callable[[], str]) -> object:
    try:
        return parse_json(content)
    except JSONDecodeError:
        return parse_json(text().encode(errors="replace"))
