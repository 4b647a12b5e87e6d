"""Forms with files: `multipart/form-data` (RFC 7578), encoded in pieces."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any, NamedTuple, TypeAlias

from clientele.http.message.body.files import Progress, blocks_ahead, blocks_of, checked_file, length_of
from clientele.http.message.errors import InvalidBody
from clientele.http.message.name_values import Given, checked_pairs
from clientele.http.message.query import Params
from clientele.http.message.value_text import as_text
from clientele.http.runtime.lazy import mimetypes

FileContent: TypeAlias = bytes | str | IO[bytes] | Progress
File: TypeAlias = FileContent | tuple[str | None, FileContent] | tuple[str | None, FileContent, str]
"""A file; if its name is None, a part without a filename, such as a JSON field."""
Files: TypeAlias = Given[File]


_MEDIA_TYPE = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+/[\t\x20-\x7e]+"


class Part(NamedTuple):
    """One field or file.

    Attributes: head: its header section, including the empty line.
        content: bytes, or a file that is read when the part is sent.
    """

    head: bytes
    content: bytes | IO[bytes]

    @property
    def length(self) -> int | None:
        """The size of head and content, if the size of the file is known."""
        length = len(self.content) if isinstance(self.content, bytes) else length_of(self.content)
        return None if length is None else len(self.head) + length

    def pieces(self, blocks: Callable[[IO[bytes]], Iterator[bytes]]) -> Iterator[bytes]:
        """Head and content; a file in `blocks`, never as a whole."""
        yield self.head
        if isinstance(self.content, bytes):
            yield self.content
        else:
            yield from blocks(self.content)


@dataclass(slots=True, repr=False, eq=False)
class Multipart:
    """A form; it can be iterated over only once, unless all parts are bytes."""

    parts: list[Part]
    boundary: str

    @property
    def content_type(self) -> str:
        """The media type, with the boundary."""
        return f"multipart/form-data; boundary={self.boundary}"

    @property
    def length(self) -> int | None:
        """The total size in bytes, if the sizes of all files are known."""
        lengths = [part.length for part in self.parts]
        around = len(self.boundary) + len("--\r\n\r\n")
        if None in lengths:
            return None
        return sum(length + around for length in lengths if length is not None) + len(self.boundary) + len("----\r\n")

    @property
    def replayable(self) -> bool:
        """Whether it can be sent again."""
        return all(isinstance(part.content, bytes) for part in self.parts)

    @property
    def is_seekable(self) -> bool:
        """Whether it can be read ahead."""
        return self.length is not None

    def ahead(self) -> Iterator[bytes]:
        """The pieces, before they are sent."""
        return self._pieces(blocks_ahead)

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces(blocks_of)

    def _pieces(self, blocks: Callable[[IO[bytes]], Iterator[bytes]]) -> Iterator[bytes]:
        for part in self.parts:
            yield f"--{self.boundary}\r\n".encode()
            yield from part.pieces(blocks)
            yield b"\r\n"
        yield f"--{self.boundary}--\r\n".encode()


def build_multipart(data: Params | None, files: Files) -> Multipart:
    """The form with the fields of `data`, then `files`, each in order.

    Raises:
        InvalidBody: a file has an unsupported type.
        TypeError: a name is not a str, or a field's value can't be written as text.
    """
    fields = [part for name, value in _pairs(data or (), "data") for part in _fields(name, value)]
    return Multipart([*fields, *(_file(name, file) for name, file in _pairs(files, "files"))], secrets.token_hex(16))


def _pairs(given: Any, where: str) -> list[tuple[str, Any]]:
    if not isinstance(given, (Mapping, list, tuple)):
        raise InvalidBody(f"{where}: a form is a mapping or a list of pairs, not {type(given).__name__}")
    pairs = list(checked_pairs(given, where, InvalidBody))
    for name, _ in pairs:
        if not isinstance(name, str):
            raise TypeError(f"{where}: names are str, not {type(name).__name__}")
    return pairs


def _fields(name: str, value: object) -> Iterator[Part]:
    values = value if isinstance(value, (list, tuple)) else (value,)
    for item in values:
        if item is not None:
            text = as_text(item, f"data[{name!r}]")
            yield Part(_head(name, "data"), _encoded(text, f"data[{name!r}]"))


def _file(name: str, file: Any) -> Part:
    place = f"files[{name!r}]"
    filename, content, content_type = _described(name, file, place)
    media_type = _guessed(filename) if content_type is None and filename is not None else content_type
    if media_type is not None and not (isinstance(media_type, str) and re.fullmatch(_MEDIA_TYPE, media_type)):
        raise InvalidBody(f"{place}: the content type is not a media type; write one such as 'text/csv'")
    return Part(_head(name, "files", filename, media_type), _file_content(content, place))


def _guessed(filename: str) -> str:
    """The type by the file name; None for a compressed file, for which it would be the type of its content."""
    # The slash keeps names such as `data:x.pdf` from being read as a URL.
    media_type, packed = mimetypes.guess_type(f"/{filename}")
    return "application/octet-stream" if media_type is None or packed else media_type


def _described(name: str, file: Any, place: str) -> tuple[str | None, Any, str | None]:
    if not isinstance(file, tuple):
        own_name = getattr(file, "name", None)
        return PurePath(own_name).name if isinstance(own_name, str) else name, file, None
    if len(file) not in {2, 3} or not isinstance(file[0], (str, type(None))):
        raise InvalidBody(
            f"{place}: a tuple is (filename, content) or (filename, content, content type), with None for no filename"
        )
    return file[0], file[1], file[2] if len(file) > 2 else None


def _file_content(content: Any, place: str) -> bytes | IO[bytes]:
    if isinstance(content, str):
        return _encoded(content, place)
    if isinstance(content, (bytes, bytearray, memoryview)):
        return bytes(content)
    return checked_file(content, place)


def _head(name: str, where: str, filename: str | None = None, content_type: str | None = None) -> bytes:
    lines = [f'Content-Disposition: form-data; name="{_escaped(name)}"']
    if filename is not None:
        lines[0] += f'; filename="{_escaped(filename)}"'
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    return _encoded("\r\n".join([*lines, "", ""]), f"{where}[{name!r}]")


def _escaped(name: str) -> str:
    """Escaped as in browsers (HTML standard, "multipart/form-data encoding algorithm")."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _encoded(text: str, place: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InvalidBody(f"{place}: UTF-8 can't hold a lone surrogate") from None
