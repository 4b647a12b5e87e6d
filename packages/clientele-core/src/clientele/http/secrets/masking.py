"""Masks secrets in the URLs, headers and bodies of an exchange."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

from clientele.http.message.body.charsets import charset_of
from clientele.http.message.headers import Pairs
from clientele.http.message.redaction import redacted_url, shown_header
from clientele.http.secrets.json_secrets import MASK, Span, json_secrets
from clientele.http.secrets.known_secrets import KnownSecrets
from clientele.http.secrets.quoted_secrets import quoted_secrets
from clientele.http.secrets.secret_names import SecretNames
from clientele.http.secrets.text_secrets import merged, text_secrets

FindSecrets = Callable[[str], Iterable[str]]

BOUNDARY = re.compile(r"boundary=\"?([^\";,\s]+)")
_ATTRIBUTES = frozenset(
    {"domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite", "secure"}
)
_URLS = frozenset({"location", "content-location"})
_ASCII = "{\"password\": '&='}"


class Masking:
    """Masks secrets by name, by known value, and the results of `find`.

    Args:
        names: the names of secrets.
        find: a function that returns the secrets in a URL, a header value or a body; or None.
        known: the known secret values; or None.
    """

    def __init__(self, names: SecretNames, find: FindSecrets | None, known: KnownSecrets | None) -> None:
        self._names = names
        self._find = find
        self._known = known

    def headers(self, headers: Pairs) -> Pairs:
        """`headers` without secrets."""
        return tuple((name, self._header(name, value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        key = name.lower()
        if key == "set-cookie":  # The name and the attributes of a cookie are not secret.
            pair, *attributes = value.split(";")
            return self._without_known(";".join((_cookie(pair), *map(_attribute, attributes))))
        if key == "cookie":
            return self._without_known(";".join(map(_cookie, value.split(";"))))
        return MASK if self._names.has_header(name) else self.text(value)

    def _without_known(self, text: str) -> str:
        return text if self._known is None else self._known.masked(text)

    def url(self, url: str) -> str:
        """`url` without secrets."""
        path, mark, query = url.partition("?")
        return self.text(path) + mark + self.text(query, is_form=True)

    def text(self, text: str, *, is_form: bool = False) -> str:
        """`text` without secrets; `is_form` means that it is a query."""
        content = text.encode()
        return b"".join(_masked((content,), self._spans(content, is_form=is_form))).decode()

    def body(self, chunks: Sequence[bytes], content_type: str) -> Sequence[bytes]:
        """Mask the chunks of a body. A secret may span any number of chunks; its mask is then in the first one."""
        body = b"".join(chunks)
        encoding = _wide_encoding(body, content_type)
        if encoding is not None:
            narrow = body.decode(encoding, "replace").encode()
            masked = b"".join(_masked((narrow,), self._spans(narrow)))
            return chunks if masked == narrow else (masked.decode().encode(encoding),)
        is_form = content_type.lower().startswith("application/x-www-form-urlencoded")
        boundary = BOUNDARY.search(content_type) if content_type.lower().startswith("multipart/") else None
        spans = self._spans(body, is_form=is_form, boundary="" if boundary is None else boundary[1])
        return _masked(chunks, spans)

    def _spans(self, body: bytes, *, is_form: bool = False, boundary: str = "") -> list[Span]:
        # One character for each byte, so that spans of this text are spans of the bytes.
        text = body.decode("latin-1")
        found = [*json_secrets(text, self._names), *quoted_secrets(text, self._names)]
        found += text_secrets(text, self._names, is_form=is_form, boundary=boundary)
        if self._known is not None:
            found.extend((*span, MASK) for span in self._known.spans(text))
        if self._find is not None:
            found.extend(_occurrences(body, self._find(body.decode("utf-8", "replace"))))
        return merged(found)


def _cookie(pair: str) -> str:
    """A pair, or the rest of a quoted one, without its value."""
    name, equals, value = pair.partition("=")
    return f"{name}={MASK if value else ''}" if equals else re.sub(r"\S(?:.*\S)?", MASK, pair)


def _attribute(attribute: str) -> str:
    return attribute if attribute.partition("=")[0].strip().lower() in _ATTRIBUTES else _cookie(attribute)


def _occurrences(body: bytes, secrets: Iterable[str]) -> Iterator[Span]:
    for secret in filter(None, secrets):
        for match in re.finditer(re.escape(secret.encode()), body):
            yield *match.span(), MASK


def _masked(chunks: Sequence[bytes], spans: Iterable[Span]) -> list[bytes]:
    body, waiting, position = b"".join(chunks), deque(spans), 0
    masked = list[bytes]()
    for end in accumulate(map(len, chunks)):
        piece = bytearray()
        while waiting and waiting[0][0] < end:
            start, after, mask = waiting.popleft()
            piece += body[position:start] + mask.encode()
            position = after
        piece += body[position:end]
        position = max(position, end)
        masked.append(bytes(piece))
    return [piece for piece in masked if piece]


def _wide_encoding(body: bytes, content_type: str) -> str | None:
    """The encoding of `body` if it isn't compatible with ASCII, such as UTF-16."""
    for encoding in (charset_of(content_type), json.detect_encoding(body)):
        try:
            if _ASCII.encode(encoding) != _ASCII.encode():
                return None if encoding == "utf-8-sig" else encoding
        except (LookupError, UnicodeError):
            continue
    return None


def masked_body(body: bytes, content_type: str) -> bytes:
    """`body` without the values under secret names."""
    return b"".join(Masking(SecretNames(), None, None).body((body,), content_type))


def masked_text(text: str) -> str:
    """`text` without the values under secret names."""
    return masked_body(text.encode(), "text/plain").decode()


def masked_header(name: str, value: str) -> str:
    """`value` if the header `name` never contains a secret; for a URL, the part that may be shown."""
    return redacted_url(value) if name.lower() in _URLS else shown_header(name, value)
