"""Secrets in text of any kind: forms, queries, headers written out, tokens, user information, parts of a form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

from clientele.http.recording.json_secrets import MASK, Span
from clientele.http.recording.names import SecretNames

_PAIR = re.compile(r"(?:^|(?<=[?&#;\s\"'(>,])|(?<=\\u0026)|(?<=\\n))([A-Za-z0-9_.\-\[\]%+]{1,200})=([^&\s\"'<>\\;#]+)")
_FORM_PAIR = re.compile(r"(?:^|(?<=&))([^&=]*)=([^&]*)")
_LINE = re.compile(r"^[ \t>*\-]*([\w.\-]{1,100})[ \t]*:[ \t]*(\S[^\r\n]*)", re.MULTILINE)
_PART = re.compile(r'name="([^"\r\n]*)"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)(?=\r\n--|\Z)', re.DOTALL)
_SCHEME = re.compile(r"\b(?:Bearer|Basic)[ +]+([A-Za-z0-9._~+/=\-]{6,})", re.IGNORECASE)
_JWT = re.compile(r"\beyJ[\w\-]{5,}\.[\w\-]{5,}(?:\.[\w\-]*)?")
_USERINFO = re.compile(r"://([^/?#@\s\"'<>\\]+)@")


def text_secrets(text: str, names: SecretNames, *, is_form: bool = False) -> Iterator[Span]:
    """The secrets of `text`; with `is_form` it is a query or a form and nothing else."""
    for pattern in (_FORM_PAIR,) if is_form else (_PAIR, _LINE, _PART):
        for match in pattern.finditer(text):
            if match[2] and names.has(unquote_plus(match[1])):
                yield *match.span(2), MASK
    for pattern in (_SCHEME, _USERINFO):
        for match in pattern.finditer(text):
            yield *match.span(1), MASK
    for match in _JWT.finditer(text):
        yield *match.span(), MASK
