"""Makes text from a server, a proxy or a file printable: one line, without control characters."""

from __future__ import annotations

import re

_BLANKS = re.compile(r"[ \t\r\n]++")

# The controls of C0 and C1 but the tab, the separators of lines and paragraphs, the controls of writing direction,
# which reorder what stands around them, and lone surrogates, which can't be written at all.
_ODD = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    r"""`text` with escapes such as `\x1b` in the place of characters that would end a line or command a terminal."""
    return text if text.isprintable() else _ODD.sub(_escape, text)


def excerpt(text: str, most: int = 300) -> str:
    """`text` on one line, printable, and cut to `most` characters."""
    shown = printable(_BLANKS.sub(" ", text).strip(" "))
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
