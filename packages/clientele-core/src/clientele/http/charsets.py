"""Text and JSON out of the bytes of a body, alike whatever the library would guess."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

from clientele.http.errors import JSONDecodeError

_CHARSET = re.compile(r""";\s*charset\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]+)""", re.IGNORECASE)


def charset_of(content_type: str | None) -> str:
    """The codec that `content_type` names if Python knows it as a text codec, else `utf-8`.

    There is no guessing, and no ISO 8859-1 by default: RFC 9110 dropped it (appendix B.2).
    """
    match = _CHARSET.search(content_type) if content_type else None
    if match is None:
        return "utf-8"
    try:
        info = codecs.lookup(match[1].strip('"'))
    except (LookupError, ValueError):
        return "utf-8"
    # Codecs such as `hex` and `zlib` turn bytes into bytes; CPython marks them with this attribute only.
    return info.name if getattr(info, "_is_text_encoding", True) else "utf-8"


def decode_text(content: bytes, content_type: str | None) -> str:
    """`content` as text: bytes that don't decode become U+FFFD, one byte order mark is dropped; never an error."""
    return content.decode(charset_of(content_type), errors="replace").removeprefix("\ufeff")


def json_text(content: bytes) -> bytes | str:
    """JSON `content` in a form that a parser for UTF-8 reads: UTF-16, UTF-32 and a byte order mark are undone.

    RFC 8259 makes UTF-8 the rule; older APIs still send the others, which the first bytes tell apart.

    Raises:
        JSONDecodeError: the content is not in the encoding that its first bytes say.
    """
    if content[:1] in _ASCII_JSON_STARTS and content[1:2] != b"\x00":
        return content
    encoding = json.detect_encoding(content)
    if encoding == "utf-8":
        return content
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise JSONDecodeError(f"the body is not JSON: {error.reason} for {encoding} at byte {error.start}") from error


def parse_json(content: bytes) -> Any:
    """The value that the JSON `content` stands for, whatever its Content-Type says.

    Raises:
        JSONDecodeError: it is empty or isn't JSON.
    """
    if not content:
        raise JSONDecodeError("the body is empty, which is not JSON")
    try:
        return json.loads(json_text(content))
    except json.JSONDecodeError as error:
        raise JSONDecodeError(
            f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from error
    except UnicodeDecodeError as error:
        raise JSONDecodeError(f"the body is not JSON: {error.reason} at byte {error.start}") from error
    except RecursionError as error:
        raise JSONDecodeError("the body is not JSON that can be read: it is nested too deeply") from error


_ASCII_JSON_STARTS = frozenset(bytes([byte]) for byte in b'{["-0123456789tfn \t\r\n')
