"""Files as bodies: read in blocks, and measured before."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Any

from clientele.http.errors import InvalidBody

BLOCK = 64 * 1024


def checked_file(file: Any, where: str) -> IO[bytes]:
    """`file`, if it can be read and is in binary mode.

    Raises:
        InvalidBody: it can't, or isn't; the message starts with `where`.
    """
    if not hasattr(file, "read"):
        raise InvalidBody(f"{where}: use bytes, str or a binary file, not {type(file).__name__}")
    if hasattr(file, "encoding"):
        raise InvalidBody(f"{where}: the file is open in text mode; open it with 'rb'")
    checked: IO[bytes] = file
    return checked


def blocks_of(file: IO[bytes]) -> Iterator[bytes]:
    """The rest of the file, in blocks of at most 64 KiB."""
    while block := file.read(BLOCK):
        yield block


def length_of(file: IO[bytes]) -> int | None:
    """The bytes from the file's position to its end, or None if it can't seek."""
    try:
        if not file.seekable():
            return None
        start = file.tell()
        end = file.seek(0, io.SEEK_END)
        file.seek(start)
    except (AttributeError, OSError):
        return None
    return max(end - start, 0)
