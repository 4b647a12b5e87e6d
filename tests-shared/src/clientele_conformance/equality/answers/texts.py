"""Charsets and JSON: what a body is as text, as lines, and as a value."""

from __future__ import annotations

from clientele_conformance.equality.rows import Row, answer
from clientele_conformance.servers import response
from clientele_conformance.suite.response_texts import COMPACT, NO_JSON, TEXT

_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "latin-1")
_CHARSETS = (
    "base64",
    "rot13",
    "idna",
    "punycode",
    "unicode_escape",
    "utf-7",
    "'utf-8'",
    "utf_8",
    " utf-8 ",
    "utf-8,latin-1",
)
_JSON_TYPES = ("text/plain", "application/json; charset=latin-1", "application/problem+json", "")

_JSON: dict[str, bytes] = {
    "NaN": b'{"a": NaN, "b": -Infinity}',
    "a key twice": b'{"a": 1, "a": 2}',
    "a lone surrogate": b'"\\ud800"',
    "a large number": b"1" * 400 + b"e1",
    "a number past what an int may be": b"1" * 5000,
    "deep": b"[" * 2000 + b"]" * 2000,
    "a comma at the end": b"[1,]",
    "single quotes": b"{'a': 1}",
    "a comment": b"[1] // one",
    "NUL": b"[1]\0",
    "a mark twice": b"\xef\xbb\xbf\xef\xbb\xbf[1]",
}


def _of(media_type: str | None, body: bytes) -> bytes:
    return response(200, [("Content-Type", media_type)] if media_type else [], body)


ROWS: tuple[Row, ...] = (
    *(answer(f"B: text, {name}", _of(media_type, body)) for name, (media_type, body, _) in TEXT.items()),
    *(answer(f"B: charset={charset}", _of(f"text/plain; charset={charset}", b"ok \xc3\xa9")) for charset in _CHARSETS),
    *(
        answer(f"B: JSON in {encoding}", _of("application/json", COMPACT.encode(encoding, "xmlcharrefreplace")))
        for encoding in _ENCODINGS
    ),
    *(answer(f"B: JSON as {media_type!r}", _of(media_type, COMPACT.encode())) for media_type in _JSON_TYPES),
    *(answer(f"B: JSON, {name}", _of("application/json", body)) for name, body in _JSON.items()),
    *(answer(f"B: no JSON, {name}", _of("application/json", body)) for name, body in NO_JSON.items()),
    answer("B: two Content-Types", response(200, [("Content-Type", "text/plain; charset=latin-1")] * 2, b"\xe9")),
    answer("B: a Content-Type not ASCII", response(200, [("Content-Type", "text/\xe9; charset=\xe9")], b"\xe9")),
)
