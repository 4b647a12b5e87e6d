"""Parses how long a server wants clients to wait: Retry-After, and the RateLimit fields."""

from __future__ import annotations

import re

from clientele.http.message.retry_after import retry_after
from clientele.http.response import Response

_BUSY = frozenset({429, 503})
_ITEM = re.compile(r";\s*([rt])\s*=\s*([0-9]{1,15})(?![0-9.])")


def quiet_seconds(response: Response) -> float:
    """The seconds for which no call should be made; 0.0 if the server doesn't ask for a wait.

    It does so with a 429 or 503 with a Retry-After (RFC 9110, section 10.2.3), or with a response whose quota is used
    up until a reset: `RateLimit: "default";r=0;t=30`, or `RateLimit-Remaining: 0` with `RateLimit-Reset: 30`
    (draft-ietf-httpapi-ratelimit-headers, both the newer and the older form).
    """
    headers = response.headers
    asked = [_in_field(policy) for policy in headers.get("ratelimit", "").split(",")]
    if headers.get("ratelimit-remaining", "").partition(",")[0].strip() == "0":
        asked.append(_number(headers.get("ratelimit-reset", "")))
    if response.status_code in _BUSY:
        asked.append(retry_after(headers.get("retry-after")) or 0.0)
    return max(asked, default=0.0)


def _in_field(policy: str) -> float:
    said = {match[1]: float(match[2]) for match in _ITEM.finditer(policy)}
    return said.get("t", 0.0) if said.get("r") == 0 else 0.0


def _number(text: str) -> float:
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0.0
