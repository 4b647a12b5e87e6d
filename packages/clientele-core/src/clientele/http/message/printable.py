"""Makes text from a server, a proxy or a file printable: one line, without control characters."""

from __future__ import annotations

import re

_BLANKS = r"[ \t\r\n]++"

# C0 and C1 control characters except the tab, line and paragraph separators, direction controls, which reorder the text
# around them, and lone surrogates, which can't be encoded.
_ODD = "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"


def printable(text: str) -> str:
    r"""`text` with escapes such as `\x1b` for characters that would end a line or control a terminal."""
    return text if text.isprintable() else re.sub(_ODD, _escape, text)


def excerpt(text: str, most: int = 300) -> str:
    """`text` on one line, printable, and cut to `most` characters."""
    shown = printable(re.sub(_BLANKS, " ", text).strip(" "))
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
