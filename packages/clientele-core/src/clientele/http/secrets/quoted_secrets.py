"""Finds secrets in text that resembles JSON: GraphQL, XML, header parameters, Python literals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clientele.http.secrets.json_secrets import MASK, Span
from clientele.http.secrets.secret_names import SecretNames

_NAME = re.compile(r"(?<![\w.\-])([\w.\-]{1,100}+)(?:\\*+[\"'])?[ \t]*+[:=][ \t]*+(?=\\*+[\"'])")
_VALUE = re.compile(r"\"((?:[^\"\\\r\n]|\\[^\r\n])++)|'((?:[^'\\\r\n]|\\[^\r\n])++)|\\++[\"']([^\"'\\\r\n]++)")
_START = r"<(?:[\w.\-]{1,100}+:)?([\w.\-]{1,100}+)(?:\s[^<>]{0,8192}+)?>"
_ELEMENT = re.compile(_START + r"([^<]{1,8192}+)<")
_CDATA = re.compile(_START + r"\s{0,9}+<!\[CDATA\[((?:[^\]]|\](?!\]>)){1,8192})")
_FIELD = re.compile(
    r"(?<!\\)\\*+\"(?:name|key|field|id)\\*+\"\s{0,9}+:\s{0,9}+\\*+\"([^\"\\]{1,200}+)\\*+\"\s{0,9}+,\s{0,9}+"
    r"\\*+\"(?:value|content)\\*+\"\s{0,9}+:\s{0,9}+\\*+\"((?:[^\"\\]|\\(?!\")){1,8192}+)",
    re.IGNORECASE,
)
"""A pair as an object: `{"name": "password", "value": "..."}`."""


def quoted_secrets(text: str, names: SecretNames) -> Iterator[Span]:
    """The values under secret names in `text`."""
    position = 0
    while name := _NAME.search(text, position):
        position = name.end()
        if names.has(name[1]) and (value := _VALUE.match(text, position)):
            yield *value.span(value.lastindex or 0), MASK
            position = value.end()
    for pattern in (_ELEMENT, _CDATA, _FIELD):
        for match in pattern.finditer(text):
            if names.has(match[1]):
                yield *match.span(2), MASK
