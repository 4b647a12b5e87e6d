"""Finds secrets in other text: forms, queries, headers, tokens, user information, form parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote_plus

from clientele.http.secrets.json_secrets import MASK, Span, json_secrets
from clientele.http.secrets.quoted_secrets import quoted_secrets
from clientele.http.secrets.secret_names import SecretNames

_DEEPEST = 3
"""The maximum depth of nested texts that are searched."""
_MAY_HOLD = re.compile(r"[={:?@]|%(?:3[DdAaFf]|7[Bb]|40|26|22)")

_PAIR = re.compile(r"(?:^|(?<=[?&#;\s\"'(>,])|(?<=\\u0026)|(?<=\\n))([A-Za-z0-9_.\-\[\]%+]{1,200})=([^&\s\"'<>\\;#]+)")
_FORM_PAIR = re.compile(r"(?:^|(?<=&))([^&=]*)=([^&]*)")
_LINE = re.compile(r"^[ \t>*\-]*+([\w.\-]{1,100}+)[ \t]*+:[ \t]*+(\S[^\r\n]*)", re.MULTILINE)
_SETTING = re.compile(r"^[ \t]*+([\w.\-]{1,100}+)[ \t]++=[ \t]++(\S[^\r\n]*)", re.MULTILINE)
_PART_NAME = re.compile(r'(?<![\w*])name="([^"\r\n]*)"')
_LONE_BREAK = re.compile(r"(?<!\r)\n|\r(?!\n)")
_SCHEME = re.compile(r"\b(?:Bearer|Basic)[ +]+([A-Za-z0-9._~+/=\-]{6,})", re.IGNORECASE)
_JWT = re.compile(r"(?<![\w\-])(?>[\w\-]*?\b(?=eyJ))([\w\-]{8,}+\.[\w\-]{5,}+(?:\.[\w\-]*)?)")
_USERINFO = re.compile(r"://([^/?#@\s\"'<>\\]+)@")
_NEEDED = {_PAIR: "=", _FORM_PAIR: "=", _LINE: ":", _SETTING: "=", _USERINFO: "@", _JWT: "eyJ"}
"""In each match; looking for this first makes the search of a large text several times faster."""


def text_secrets(
    text: str, names: SecretNames, *, is_form: bool = False, boundary: str = "", depth: int = 0
) -> Iterator[Span]:
    """The secrets of `text`.

    Args:
        text: any text.
        names: the names of secrets.
        is_form: whether the text is a query or a form.
        boundary: the boundary of a multipart form.
        depth: the nesting depth of `text`.
    """
    for pattern in (_FORM_PAIR,) if is_form else (_PAIR, _LINE, _SETTING):
        for match in _matches(pattern, text):
            if match[2] and names.has(unquote_plus(match[1])):
                yield *match.span(2), MASK
            elif pattern not in (_LINE, _SETTING) and depth < _DEEPEST and _MAY_HOLD.search(match[2]):
                yield from _within(*match.span(2), match[2], names, depth)
    if not is_form and 'name="' in text:
        yield from _parts(text, names, f"\r\n--{boundary}")
    for pattern in (_SCHEME, _USERINFO, _JWT):
        for match in _matches(pattern, text):
            yield *match.span(1), MASK


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    return pattern.finditer(text) if _NEEDED.get(pattern, "") in text else iter(())


def _within(start: int, end: int, value: str, names: SecretNames, depth: int) -> Iterator[Span]:
    """`value`, percent-encoded, without its secrets: it may be a URL, or JSON."""
    plain = unquote_plus(value, "latin-1")
    found = [
        *json_secrets(plain, names),
        *quoted_secrets(plain, names),
        *text_secrets(plain, names, depth=depth + 1),
    ]
    if found:
        yield start, end, quote(replaced(plain, found), safe="*/:", encoding="latin-1")


def _parts(text: str, names: SecretNames, delimiter: str) -> Iterator[Span]:
    """The values of a multipart form, whose heads have lines that end in CRLF.

    Each search continues where the previous one ended: a single pattern for a whole part would be quadratic.
    """
    position = end_of_head = lone_break = 0
    while match := _PART_NAME.search(text, position):
        position = match.end()
        if end_of_head < position:
            end_of_head = _found(text.find("\r\n\r\n", position), text)
        if lone_break < position:
            lone_break = broken.start() if (broken := _LONE_BREAK.search(text, position)) else len(text)
        if end_of_head == len(text):
            return
        if lone_break < end_of_head:  # Not the head of a part.
            position = lone_break
            continue
        start = end_of_head + len("\r\n\r\n")
        position = _found(text.find(delimiter, start), text)
        if position > start and names.has(unquote_plus(match[1])):
            yield start, position, MASK


def replaced(text: str, spans: Iterable[Span]) -> str:
    """`text` with masks instead of secrets."""
    position, pieces = 0, list[str]()
    for start, end, mask in merged(spans):
        pieces += (text[position:start], mask)
        position = end
    return "".join((*pieces, text[position:]))


def merged(spans: Iterable[Span]) -> list[Span]:
    """`spans` in order, with overlapping ones merged."""
    merged: list[Span] = []
    for start, end, mask in sorted(spans):
        if merged and start < merged[-1][1]:
            first, last, kept = merged[-1]
            merged[-1] = first, max(last, end), kept
        else:
            merged.append((start, end, mask))
    return merged


def _found(place: int, text: str) -> int:
    return len(text) if place < 0 else place
