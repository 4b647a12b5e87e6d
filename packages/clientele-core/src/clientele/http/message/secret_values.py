"""Pydantic's types for secrets, which are revealed only where they are sent."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, TypeAlias
from urllib.parse import quote

from pydantic import Secret, SecretBytes, SecretStr

from clientele.http.runtime.lazy import json

SECRETS = (SecretStr, SecretBytes, Secret)
"""The types whose values are revealed."""

SecretText: TypeAlias = str | SecretStr
"""A text that may be given as a SecretStr, which is its secret value."""

_SHORTEST = 6
"""The minimum length in characters: a shorter text occurs by chance too often."""
_MOST = 32
_revealed: ContextVar[tuple[str, ...]] = ContextVar("clientele_revealed", default=())
"""The values revealed last in this thread or task."""


def revealed(secret: Any) -> Any:
    """The value of one of `SECRETS`, to be sent."""
    value = secret.get_secret_value()
    if isinstance(value, (str, bytes)) and len(value) >= _SHORTEST:
        text = value if isinstance(value, str) else value.decode(errors="replace")
        known = _revealed.get()
        if text not in known:
            _revealed.set((*known[1 - _MOST :], text))
    return value


def opened(value: Any) -> Any:
    """`value`; if it is one of `SECRETS`, its value, to be sent."""
    return revealed(value) if isinstance(value, SECRETS) else value


def revealed_here() -> tuple[str, ...]:
    """The last 32 texts of at least six characters that were revealed in this thread or task."""
    return _revealed.get()


def without_revealed(text: str, mask: str) -> str:
    """`text` with `mask` instead of revealed values: plain, percent-encoded, and escaped as in JSON."""
    for secret in sorted(_revealed.get(), key=len, reverse=True):
        for form in (secret, quote(secret, safe="", errors="replace"), json.dumps(secret, ensure_ascii=False)[1:-1]):
            text = text.replace(form, mask)
    return text
