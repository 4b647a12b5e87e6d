"""Makes text from a server, a proxy or a file printable: one line, without control characters."""

from __future__ import annotations

import re

_BLANKS = r"[ \t\r\n]++"

# C0 and C1 control characters except the tab, line and paragraph separators, direction controls, which reorder the text
# around them, invisible characters, which make two texts look the same, and lone surrogates, which can't be encoded.
# The joiners U+200C and U+200D are parts of words and emoji.
_ODD = (
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    r"""`text` with escapes such as `\x1b` for characters that would end a line or control a terminal."""
    return text if text.isprintable() else re.sub(_ODD, _escape, text)


def excerpt(text: str, most: int = 300) -> str:
    """`text` on one line, printable, and cut to `most` characters."""
    shown = printable(re.sub(_BLANKS, " ", text).strip(" "))
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
