"""The head of a response, before the parser of aiohttp sees it.

In a client that parser is lenient: it lets control characters through, joins the lines of a folded field in its own
way, and refuses a length that is said twice. Here a head is what RFC 9112 says.
"""

from __future__ import annotations

import re

from aiohttp.http_exceptions import BadHttpMessage

MAX_HEAD = 1 << 17
"""In bytes; a hundred fields and 64 KiB fit in twice."""

_FORBIDDEN = b"\x00\x0b\x0c"
_FOLD = re.compile(rb"\r?\n[ \t]+")
_LENGTH = re.compile(rb"(?im)^content-length:([^\r\n]*)\r?\n")


def plain_head(head: bytes) -> bytes:
    """`head`, each field on a line of its own, with a single Content-Length if all that there are say the same.

    Raises:
        BadHttpMessage: it begins with a blank line, has a control character, or goes on with its status line.
    """
    if head[:1] in {b"\r", b"\n"}:
        raise BadHttpMessage("there is an empty line where a response should begin")
    if len(head.translate(None, _FORBIDDEN)) < len(head) or head.count(b"\r") > head.count(b"\r\n"):
        raise BadHttpMessage("the head has a control character")
    fold = _FOLD.search(head) if b"\n " in head or b"\n\t" in head else None
    if fold is not None:
        if head.find(b"\n") in {fold.start(), fold.start() + 1}:
            raise BadHttpMessage("the status line is folded")
        head = _FOLD.sub(b" ", head)
    lengths = _LENGTH.findall(head)
    return _with_one_length(head, lengths) if b"," in b",".join(lengths) else head


def _with_one_length(head: bytes, lengths: list[bytes]) -> bytes:
    said = {length.strip(b" \t") for length in b",".join(lengths).split(b",")}
    if len(said) > 1:
        raise BadHttpMessage("there are two lengths")
    line = b"Content-Length: " + said.pop() + b"\r\n"
    first = _LENGTH.search(head)
    at = 0 if first is None else first.start()
    return head[:at] + line + _LENGTH.sub(b"", head[at:])
