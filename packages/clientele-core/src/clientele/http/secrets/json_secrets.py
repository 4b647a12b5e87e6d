r"""Finds secrets in JSON text, even if it is truncated, in lines, in events, or inside JSON strings.

A JSON parser can't read such text. So a name is recognized by its quotes and its colon, and its value is scanned from
there. Quotes may be escaped, once more for each level of nested strings: `\"name\": \"value\"`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from typing import TypeAlias

from clientele.http.secrets.secret_names import SecretNames, counts

Span: TypeAlias = tuple[int, int, str]
"""The start and end of a secret, and its replacement."""

MASK = "***"

_MOST_WALKS = 8
"""How often a character may be part of a value, on average: secrets may be nested, but not to any depth. Beyond that,
the rest of the text is treated as one secret.
"""

_BLANK = r"(?>\s*(?:(?<=\n)data:\s*)*)"  # Possessive repetition of alternatives has a bug before Python 3.11.5.
_NAME = re.compile(rf'(?<!\\)(\\*+)"((?:[^"\\]|\\++(?:u[0-9A-Fa-f]{{4}}|[bfnrt/])){{1,200}})\1"{_BLANK}:{_BLANK}')
_QUOTE = re.compile(r'(\\*+)"')
_NEXT_QUOTE = re.compile(r'(?<!\\)(\\*+)"')
_PATTERNS = {
    "blank": re.compile(r"(?>(?:[\s,:]|(?<=\n)data:|\\++(?!\"))+)"),
    "number": re.compile(r"-?[0-9][0-9.eE+\-]*"),
    "literal": re.compile(r"(?:true|false|null)\b"),
    "text": re.compile(r"[^\s,:\"\\{}\[\]]+"),  # A value, although it isn't JSON.
}
_DEEPER = {"{": 1, "[": 1, "}": -1, "]": -1}
_COLON = re.compile(rf"{_BLANK}:")
_ESCAPE = re.compile(r"\\+(u[0-9A-Fa-f]{4}|[bfnrt/])")
_ODD_KEY = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9._~+/=\-]{8,}")
"""A key inside a secret value that may itself be a secret, rather than a field name."""


def json_secrets(text: str, names: SecretNames) -> Iterator[Span]:
    """The values under secret names in `text`, including all strings and numbers inside of them."""
    left = _MOST_WALKS * len(text)
    for match in _NAME.finditer(text):
        name = _plain(match[2])
        if not names.has(name):
            continue
        start = match.end()
        if left < 0:
            yield start, len(text), MASK
            return
        left -= yield from _leaves(text, start, len(match[1]), keep_numbers=counts(name))


def _plain(name: str) -> str:
    escapes = _ESCAPE.sub(r"\\\1", name)
    return str(json.loads(f'"{escapes}"', strict=False)) if escapes != name or "\\" in name else name


def _leaves(text: str, position: int, escapes: int, *, keep_numbers: bool) -> Generator[Span, None, int]:
    """The strings and numbers of the value at `position`; returns its length. A truncated value is secret up to the
    end.
    """
    depth, begin = 0, position
    while position < len(text):
        kind, start, end, position = _token(text, position, escapes)
        depth += _DEEPER.get(kind, 0)
        is_key = depth and kind == "text" and _COLON.match(text, position)
        if kind == "text" and end > start and (not is_key or _ODD_KEY.fullmatch(text, start, end)):
            yield start, end, MASK
        elif kind == "number" and not keep_numbers:
            yield start, end, "0"
        if depth <= 0 and kind != "blank":
            break
    return position - begin


def _token(text: str, position: int, escapes: int) -> tuple[str, int, int, int]:
    """The token at `position`: its kind, its start and end, and where the next one may start."""
    if text[position] in _DEEPER:
        return text[position], position, position, position + 1
    if quote := _QUOTE.match(text, position):
        return "text", quote.end(), *_string_end(text, quote.end(), escapes)
    for kind, pattern in _PATTERNS.items():
        if match := pattern.match(text, position):
            return kind, *match.span(), match.end()
    return "blank", position, position, position + 1


def _string_end(text: str, start: int, escapes: int) -> tuple[int, int]:
    """The end of a string's content, and of its quote. Backslashes inside of it are doubled at each level."""
    for quote in _NEXT_QUOTE.finditer(text, start):
        run = len(quote[1])
        if run >= escapes and (run - escapes) % (2 * (escapes + 1)) == 0:
            return quote.end() - 1 - escapes, quote.end()
    return len(text), len(text)
