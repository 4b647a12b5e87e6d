"""Names of headers, parameters and fields whose values are secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NO_LETTER = re.compile(r"[^a-z0-9]")

_SECRET = re.compile(
    r"passw(?:or)?d|passphrase|secret|token(?!type|iz)|authorization|cookie|credential|signature|assertion|jwt"
    r"|codeverifier|csrf|xsrf|session(?:id|key)?$"
    r"|(?:api|access|account|auth|client|encryption|functions|license|master|private|shared|signing|subscription)key"
    r"|^(?:pwd|pass|pin|otp|sid|sig|auth|xauth|bearer)$"
)
"""Matched in names reduced to lower-case letters and digits: `X-Api-Key` and `apiKey` are one."""

_SENT = frozenset({"key", "code"})
"""Names of secrets in requests: an API's key, an authorization code. In responses they are anything."""
_PUBLIC_HEADERS = frozenset({"idempotencykey", "surrogatekey", "secwebsocketkey"})


class SecretNames:
    """Knows the names of secrets: the usual ones, and `more`, which the user knows."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        self._more = frozenset(map(_reduced, more))

    def with_more(self, names: Iterable[str]) -> SecretNames:
        """These, and `names`."""
        return SecretNames((*self._more, *names))

    def of_requests(self) -> SecretNames:
        """These, and the names that are those of secrets where they are sent."""
        return SecretNames(self._more | _SENT)

    def has(self, name: str) -> bool:
        """Whether the value of a parameter or a field called `name` is secret."""
        reduced = _reduced(name)
        return reduced in self._more or _SECRET.search(reduced) is not None

    def has_header(self, name: str) -> bool:
        """Whether the value of a header called `name` is secret: here every key is, but for a few."""
        reduced = _reduced(name)
        return self.has(name) or (reduced.endswith("key") and reduced not in _PUBLIC_HEADERS)


def counts(name: str) -> bool:
    """Whether a number called `name` counts tokens, as in `max_tokens`, rather than being one."""
    return "tokens" in _reduced(name)


def _reduced(name: str) -> str:
    return _NO_LETTER.sub("", name.lower())
