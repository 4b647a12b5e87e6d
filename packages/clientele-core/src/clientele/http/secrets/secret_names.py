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
"""Matched in names reduced to lower-case letters and digits: `X-Api-Key` and `apiKey` are the same."""

_SENT = frozenset({"key", "code"})
"""Names of secrets in requests only, such as a key or an authorization code. In responses, they can be anything."""
_PUBLIC_HEADERS = frozenset({"idempotencykey", "surrogatekey", "secwebsocketkey"})


class SecretNames:
    """The names of secrets: the usual ones, and `more` from the user."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        self._more = frozenset(map(_reduced, more))

    def with_more(self, names: Iterable[str]) -> SecretNames:
        """These, and `names`."""
        return SecretNames((*self._more, *names))

    def of_requests(self) -> SecretNames:
        """These, and the names of secrets in requests."""
        return SecretNames(self._more | _SENT)

    def has(self, name: str) -> bool:
        """Whether the value of the parameter or field `name` is secret."""
        reduced = _reduced(name)
        return reduced in self._more or _SECRET.search(reduced) is not None

    def has_header(self, name: str) -> bool:
        """Whether the value of the header `name` is secret: every key is, with a few exceptions."""
        reduced = _reduced(name)
        return self.has(name) or (reduced.endswith("key") and reduced not in _PUBLIC_HEADERS)


def counts(name: str) -> bool:
    """Whether `name` is a number of tokens, as in `max_tokens`, not a token."""
    return "tokens" in _reduced(name)


def _reduced(name: str) -> str:
    return _NO_LETTER.sub("", name.lower())
