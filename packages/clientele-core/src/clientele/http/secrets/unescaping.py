r"""Undoes escapes in text of any origin, and remembers where they were.

Percent-encoding, also repeated: `%2541`; escapes of JSON and of Python, also in nested strings: `\\u0041`; and of HTML.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_HEX = "[0-9A-Fa-f]"
# A search starts at the first backslash of several only, so that it takes time proportional to the text.
_ESCAPE = (
    rf"%(?:25)*(?P<octet>{_HEX}{{2}})"
    rf"|(?<!\\)\\++(?:u(?P<high>[Dd][89ABab]{_HEX}{{2}})\\++u(?P<low>[Dd][C-Fc-f]{_HEX}{{2}})|u(?P<unit>{_HEX}{{4}})"
    rf"|x(?P<byte>{_HEX}{{2}})|(?P<itself>[/\"']))"
    rf"|&(?:amp;)*(?:#[xX]0*(?P<hex>{_HEX}{{1,6}});|#0*(?P<decimal>[0-9]{{1,7}});|(?P<name>amp|lt|gt|quot|apos);)"
)
_NAMES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Unescaped:
    """`text` with the characters that its escapes stand for.

    Args:
        text: one character for each byte of UTF-8.

    Attributes:
        text: the result, in the same form.
    """

    def __init__(self, text: str) -> None:
        pieces, end = list[str](), 0
        self._starts, self._places, length = [0], [0], 0
        for match in re.finditer(_ESCAPE, text):
            for piece, place in ((text[end : match.start()], match.start()), (_meant(match), match.end())):
                pieces.append(piece)
                length += len(piece)
                self._starts.append(length)
                self._places.append(place)
            end = match.end()
        self.text = "".join((*pieces, text[end:]))

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the part from `start` to `end` of the result is in the original; an escape is a whole."""
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, end - 1) - 1
        begins = self._places[first] + (0 if first % 2 else start - self._starts[first])
        return begins, self._places[last + 1] if last % 2 else self._places[last] + end - self._starts[last]


def _meant(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    value = match[kind]
    if kind in {"octet", "byte"}:
        return chr(int(value, 16))
    if kind in {"name", "itself"}:
        return _NAMES.get(value, value)
    if kind == "low":
        number = 0x10000 + (int(match["high"], 16) - 0xD800) * 0x400 + int(value, 16) - 0xDC00
    else:
        number = int(value, 10 if kind == "decimal" else 16)
    return chr(min(number, 0x10FFFF)).encode(errors="replace").decode("latin-1")
