"""An exchange without its secrets: this comes before anything is compared with a cassette or written to one."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from clientele.http.charsets import charset_of
from clientele.http.headers import Pairs
from clientele.http.recording.exchanges import Answer, Exchange, Fault, Request
from clientele.http.recording.json_secrets import MASK, Span, json_secrets
from clientele.http.recording.names import SecretNames
from clientele.http.recording.text_secrets import text_secrets

FindSecrets = Callable[[str], Iterable[str]]

_COOKIE_VALUE = re.compile(r"(?<==)[^;]+")
_BOUNDARY = re.compile(r"boundary=\"?([^\";,\s]+)")
_ASCII = "{\"password\": '&='}"
_SAME_BOUNDARY = "boundary"


class Redactor:
    """Puts `***` in the place of secrets.

    Args:
        names: further names of headers, parameters and fields.
        find: given a URL, a header's value or a body, the secrets that are in it.
    """

    def __init__(self, names: Collection[str] = (), find: FindSecrets | None = None) -> None:
        self._names = SecretNames(names)
        self._find = find

    def exchange(self, exchange: Exchange) -> Exchange:
        """`exchange` without its secrets."""
        answer, fault = exchange.answer, exchange.fault
        return Exchange(
            self.request(exchange.request),
            None if answer is None else self._answer(answer),
            None if fault is None else self._fault(fault),
        )

    def request(self, request: Request) -> Request:
        """`request` without its secrets. The boundary of a form, another one each time, is always the same here."""
        content_type, body = request.header("content-type"), request.body
        headers = request.headers
        if content_type.lower().startswith("multipart/") and (found := _BOUNDARY.search(content_type)):
            body = body.replace(f"--{found[1]}".encode(), f"--{_SAME_BOUNDARY}".encode())
            headers = tuple((name, value.replace(found[1], _SAME_BOUNDARY)) for name, value in headers)
        return Request(
            request.method,
            self._url(request.url),
            self._headers(headers),
            self.body(body, content_type),
        )

    def body(self, body: bytes, content_type: str) -> bytes:
        """`body` without its secrets."""
        return b"".join(self._body((body,), content_type))

    def _answer(self, answer: Answer) -> Answer:
        content_type = next((value for name, value in answer.headers if name.lower() == "content-type"), "")
        chunks = self._body(answer.chunks, content_type)
        return replace(answer, headers=self._headers(answer.headers), chunks=tuple(chunks))

    def _fault(self, fault: Fault) -> Fault:
        return replace(fault, reason=self._text(fault.reason))

    def _headers(self, headers: Pairs) -> Pairs:
        return tuple((name, self._header(name, value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        key = name.lower()
        if key == "set-cookie":  # Its name and its attributes say how it is kept.
            return _COOKIE_VALUE.sub(MASK, value, count=1)
        if key == "cookie":
            return _COOKIE_VALUE.sub(MASK, value)
        return MASK if self._names.has_header(name) else self._text(value)

    def _url(self, url: str) -> str:
        path, mark, query = url.partition("?")
        return self._text(path) + mark + self._text(query, is_form=True)

    def _text(self, text: str, *, is_form: bool = False) -> str:
        content = text.encode()
        return b"".join(_masked((content,), self._spans(content, is_form=is_form))).decode()

    def _body(self, chunks: Sequence[bytes], content_type: str) -> Sequence[bytes]:
        """The chunks of a body. A secret may lie across any number of them; it is the first one's then."""
        body = b"".join(chunks)
        encoding = _wide_encoding(body, content_type)
        if encoding is not None:
            narrow = body.decode(encoding, "replace").encode()
            masked = b"".join(_masked((narrow,), self._spans(narrow)))
            return chunks if masked == narrow else (masked.decode().encode(encoding),)
        is_form = content_type.lower().startswith("application/x-www-form-urlencoded")
        return _masked(chunks, self._spans(body, is_form=is_form))

    def _spans(self, body: bytes, *, is_form: bool = False) -> list[Span]:
        # One character for each byte, whatever it is: spans of this text are spans of the bytes.
        text = body.decode("latin-1")
        found = [*json_secrets(text, self._names), *text_secrets(text, self._names, is_form=is_form)]
        if self._find is not None:
            found.extend(_occurrences(body, self._find(body.decode("utf-8", "replace"))))
        return _merged(found)


def _occurrences(body: bytes, secrets: Iterable[str]) -> Iterator[Span]:
    for secret in filter(None, secrets):
        for match in re.finditer(re.escape(secret.encode()), body):
            yield *match.span(), MASK


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end, mask in sorted(spans):
        if merged and start < merged[-1][1]:
            first, last, kept = merged[-1]
            merged[-1] = first, max(last, end), kept
        else:
            merged.append((start, end, mask))
    return merged


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
    """The encoding of `body`, if ASCII isn't itself in it: UTF-16, say."""
    for encoding in (charset_of(content_type), json.detect_encoding(body)):
        try:
            if _ASCII.encode(encoding) != _ASCII.encode():
                return None if encoding == "utf-8-sig" else encoding
        except (LookupError, UnicodeError):
            continue
    return None
