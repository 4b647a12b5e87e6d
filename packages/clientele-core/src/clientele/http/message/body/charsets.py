"""Decodes text and JSON, the same way on each backend."""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import Any

from clientele.http.message.errors import JSONDecodeError
from clientele.http.runtime.lazy import json

_CHARSET = r"""(?i);\s*+charset\s*+=\s*+("(?:[^"\\]|\\.)*+"|[^\s;"]++)"""
_NO_LETTERS = r"[^a-z0-9.]+"


def charset_of(content_type: str | None) -> str:
    """The codec that `content_type` names if Python has such a text codec, else `utf-8`.

    No charset is guessed, and ISO 8859-1 is not the default (RFC 9110, appendix B.2).
    """
    match = re.search(_CHARSET, content_type) if content_type else None
    if match is None:
        return "utf-8"
    name = match[1].strip('"').lower()
    codec = "utf_8" if name in {"utf-8", "utf8"} else _codecs().get(re.sub(_NO_LETTERS, "_", name).strip("_"))
    if codec is None:
        return "utf-8"
    try:
        info = codecs.lookup(codec)
    except LookupError:  # A codec of another platform.
        return "utf-8"
    # Codecs such as `hex` and `zlib` convert bytes to bytes; only this attribute of CPython tells them apart.
    is_text = getattr(info, "_is_text_encoding", True) and info.name not in _NO_CHARSETS
    return info.name if is_text else "utf-8"


@cache
def _codecs() -> dict[str, str]:
    """The names of charsets, as normalized by Python, and their codecs.

    Python caches every name that is looked up, even unknown ones, and servers choose the names.
    """
    import encodings.aliases  # noqa: PLC0415 - most charsets are UTF-8
    import pkgutil  # noqa: PLC0415

    modules = (module.name for module in pkgutil.iter_modules(encodings.__path__))
    return {**{name: name for name in modules if name != "aliases"}, **encodings.aliases.aliases}


def codec_of(charset: str, head: bytes) -> str:
    """The codec for a body in `charset` that starts with `head`, its first four bytes.

    If the charset doesn't define the byte order, the byte order mark does; the codec leaves it in the text. Without
    one, it is little-endian (WHATWG Encoding Standard).
    """
    if charset == "utf-8-sig":
        return "utf-8"
    if charset in {"utf-16", "utf-32"}:
        return f"{charset}-be" if head.startswith(_BIG_ENDIAN_MARKS[charset]) else f"{charset}-le"
    return charset


def decode_text(content: bytes, content_type: str | None) -> str:
    """`content` as text: bytes that don't decode become U+FFFD, one byte order mark is dropped; never an error."""
    codec = codec_of(charset_of(content_type), content[:4])
    return content.decode(codec, errors="replace").removeprefix("\ufeff")


def json_text(content: bytes) -> bytes | str:
    """JSON `content` for a UTF-8 parser: UTF-16 and UTF-32 are decoded, and a byte order mark is removed.

    RFC 8259 requires UTF-8; older APIs still send the others, which can be detected by the first bytes.

    Raises:
        JSONDecodeError: the content is invalid in the detected encoding.
    """
    if content[:1] in _ASCII_JSON_STARTS and content[1:2] != b"\x00":
        return content
    encoding = json.detect_encoding(content)
    return content if encoding == "utf-8" else _strictly(content, encoding)


def parse_json(content: bytes) -> Any:
    """The value of the JSON `content`, whatever its Content-Type. Raises:
    JSONDecodeError: it is empty or isn't JSON.
    """
    if not content:
        raise JSONDecodeError("the body is empty, which is not JSON")
    text = json_text(content)
    try:
        return json.loads(text if isinstance(text, str) else _strictly(text, "utf-8"), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise JSONDecodeError(f"the body is not JSON: {error.msg} at {place}") from error
    except JSONDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise JSONDecodeError("the body is JSON that can't be read: a number too long, or nesting too deep") from error


def _no_constant(name: str) -> None:
    """Refuse NaN and infinity, which Python accepts and RFC 8259 (section 6) forbids."""
    raise JSONDecodeError(f"the body is not JSON: {name} is not allowed")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise JSONDecodeError(f"the body is not JSON: {error.reason} for {encoding} at byte {error.start}") from error


# Python-specific encodings, which no server means, and some of which fail on arbitrary text; and UTF-7, which the
# WHATWG Encoding Standard forbids.
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})
_BIG_ENDIAN_MARKS = {"utf-16": codecs.BOM_UTF16_BE, "utf-32": codecs.BOM_UTF32_BE}
_ASCII_JSON_STARTS = frozenset(bytes([byte]) for byte in b'{["-0123456789tfn \t\r\n')
