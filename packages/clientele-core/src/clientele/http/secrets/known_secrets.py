"""Finds secrets with a known value in all forms that they may have in text."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from clientele.http.message.headers import Pairs
from clientele.http.message.redaction import HIDDEN, PUBLIC_HEADERS
from clientele.http.message.redirects import CROSS_ORIGIN_HEADERS
from clientele.http.runtime.lazy import json
from clientele.http.secrets.unescaping import Unescaped

__all__ = ["SHORTEST", "KnownSecrets", "header_secrets", "proxy_secrets", "secret_headers"]

SHORTEST = 6
"""The minimum length in characters: a shorter text occurs by chance too often."""

_SIGNATURE = r"\bSignature=\"?([\w+/=-]+)|=:([\w+/=]+):"
"""In an Authorization, such as that of AWS, or a dictionary of byte sequences (RFC 9421, section 4.2)."""
_CREDENTIALS = r"(?i)(Basic|Bearer|Token)[ ]+(.+)"


_MOST_LAYERS = 3
"""How many kinds of escapes may be inside of each other, such as JSON in a query."""


class KnownSecrets:
    """Finds `secrets` in all forms: plain, in base64, and escaped as in URLs, forms, JSON, Python or HTML, whichever of
    their characters are escaped, and however often.

    Secrets of less than six characters are ignored.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {_bytewise(form) for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._as_written = _any_of(longest_first)
        self._as_meant = _any_of(map(_with_blanks, longest_first))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where they start and end in `text`, which has one character for each byte of UTF-8. Spans may overlap."""
        if self._as_written is None or self._as_meant is None:
            return
        for match in self._as_written.finditer(text):
            yield match.span()
        layers = list[Unescaped]()
        while len(layers) < _MOST_LAYERS and (unescaped := Unescaped(text)).text != text:
            layers.append(unescaped)
            text = unescaped.text
            for match in self._as_meant.finditer(_with_blanks(text)):
                span = match.span()
                for layer in reversed(layers):
                    span = layer.place(*span)
                yield span

    def masked(self, text: str) -> str:
        """`text` without them."""
        if self._as_written is None:
            return text
        content = _bytewise(text)
        spans = [(*span, HIDDEN) for span in self.spans(content)]
        if not spans:
            return text
        from clientele.http.secrets.text_secrets import replaced  # noqa: PLC0415 - the import is slow

        return replaced(content, spans).encode("latin-1").decode(errors="surrogatepass")


def _bytewise(text: str) -> str:
    return text.encode(errors="surrogatepass").decode("latin-1")


def _with_blanks(text: str) -> str:
    """`text` as in a form: a plus sign may be a blank."""
    return text.replace("+", " ")


def _any_of(forms: Iterable[str]) -> re.Pattern[str] | None:
    escaped = "|".join(map(re.escape, forms))
    return re.compile(escaped) if escaped else None


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="", errors="replace")
    yield quote_plus(secret, errors="replace")
    for ascii_only in (True, False):
        yield json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
    content = secret.encode(errors="replace")
    for offset in range(3):
        encoded = _within_base64(content, offset)
        if len(encoded) >= SHORTEST:
            yield encoded
            yield encoded.replace("+", "-").replace("/", "_")


def _within_base64(content: bytes, offset: int) -> str:
    """The base64 characters that depend only on `content`, in a text where it is after `offset` bytes."""
    encoded = base64.b64encode(bytes(offset) + content).decode()
    return encoded[-(-offset * 4 // 3) : (offset + len(content)) * 4 // 3]


def secret_headers(names: Iterable[str]) -> Iterator[str]:
    """The `names` of headers, in lower case, whose values may be secrets."""
    for name in map(str.lower, names):
        if name not in PUBLIC_HEADERS and name not in CROSS_ORIGIN_HEADERS:
            yield name


def header_secrets(headers: Pairs) -> Iterator[str]:
    """The secrets in `headers`, all of which are secret: whole values, and parts such as a token."""
    for name, value in headers:
        yield value
        if name.lower() == "cookie":
            yield from (pair.partition("=")[2].strip() for pair in value.split(";"))
        elif found := re.fullmatch(_CREDENTIALS, value):
            yield found[2]
            if found[1].lower() == "basic":
                yield from _password(found[2])
        else:
            yield from (match[1] or match[2] for match in re.finditer(_SIGNATURE, value))


def _password(encoded: str) -> Iterator[str]:
    try:
        pair = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return
    password = pair.partition(":")[2]
    yield from (pair, password, unquote_plus(password))  # In OAuth 2.0, it is encoded as in a form (RFC 6749, 2.3.1).


def proxy_secrets(proxy: str | None) -> Iterator[str]:
    """The user information of `proxy`, and its password."""
    userinfo = (proxy or "").partition("://")[2].rpartition("@")[0]
    if userinfo:
        yield userinfo
        yield unquote(userinfo)
        yield unquote(userinfo.partition(":")[2])
