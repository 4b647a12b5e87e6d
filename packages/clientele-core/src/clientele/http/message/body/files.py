"""Files as bodies: their length, reading in blocks, and progress."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import IO, Any, Protocol, TypeAlias

from clientele.http.message.errors import InvalidBody

BLOCK = 64 * 1024

ProgressCallback: TypeAlias = Callable[[int, int | None], object]
"""Called with the number of bytes so far, and the total, or None if it is unknown."""


class Readable(Protocol):
    """The methods that a file needs."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; none at the end."""
        ...


class Progress:
    """A binary file to upload, and a callback for its progress.

    It can be used wherever a file can: as `data` or `content`, or as a file of a form, alone or in a tuple with its
    name and type. It is for one upload; before another one, seek back to the start.

    ```python
    upload(data=Progress(file, lambda sent, total: print(sent, total)))
    ```

    Args:
        file: open in binary mode, and sent from its position on; or bytes.
        callback: gets the number of bytes passed to the network so far, and the total, or None if it is unknown. It is
            called at most once for each block of 64 KiB, and with all of them as the last block is handed over; in the
            thread or on the event loop of the call, so it should be quick. An exception that it raises ends the upload
            and is raised to the caller.

    Raises:
        InvalidBody: `file` can't be read, or is open in text mode.
    """

    def __init__(self, file: IO[bytes] | bytes, callback: ProgressCallback) -> None:
        self._file = io.BytesIO(file) if isinstance(file, bytes) else checked_file(file, "Progress(file=...)")
        self._callback = callback
        self._total: int | None = None
        self._read = self._reported = 0

    @property
    def name(self) -> Any:
        """The file's name, if it has one."""
        return getattr(self._file, "name", None)

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes of the file, by default the rest.

        The callback is called with the bytes sent before, and with all of them as the last ones are read.
        """
        if not self._read:
            self._total = length_of(self._file)
        self._tell()
        block = self._file.read(size)
        self._read += len(block)
        if self._read == self._total:  # A library that knows the length doesn't ask for what follows the last block.
            self._tell()
        if not block:
            self._read = self._reported = 0
        return block

    def _tell(self) -> None:
        if self._read > self._reported:
            self._reported = self._read
            self._callback(self._reported, self._total)

    def __iter__(self) -> Iterator[bytes]:
        return blocks_of(self)

    def seekable(self) -> bool:
        """Whether the file supports seeking."""
        return self._file.seekable()

    def tell(self) -> int:
        """The file's position."""
        return self._file.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move the file's position."""
        return self._file.seek(offset, whence)


def checked_file(file: Any, where: str) -> IO[bytes]:
    """`file`, checked to be readable and in binary mode.

    Raises:
        InvalidBody: it is not; the message starts with `where`.
    """
    if not hasattr(file, "read"):
        raise InvalidBody(f"{where}: use bytes, str or a binary file, not {type(file).__name__}")
    if hasattr(file, "encoding"):
        raise InvalidBody(f"{where}: the file is open in text mode; open it with 'rb'")
    checked: IO[bytes] = file
    return checked


def blocks_of(file: Readable) -> Iterator[bytes]:
    """The rest of the file, in blocks of at most 64 KiB."""
    while block := file.read(BLOCK):
        yield block


def blocks_ahead(file: IO[bytes]) -> Iterator[bytes]:
    """`blocks_of` before the file is sent: its position is then restored, and no progress is reported."""
    source = file._file if isinstance(file, Progress) else file  # noqa: SLF001 - which tells no progress
    start = source.tell()
    try:
        yield from blocks_of(source)
    finally:
        source.seek(start)


class FileBlocks:
    """The rest of a file, in blocks, which is iterated over once to be sent."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    @property
    def is_seekable(self) -> bool:
        """Whether it can be read ahead."""
        return length_of(self._file) is not None

    def ahead(self) -> Iterator[bytes]:
        """The blocks, before they are sent."""
        return blocks_ahead(self._file)

    def __iter__(self) -> Iterator[bytes]:
        return blocks_of(self._file)


def length_of(file: IO[bytes]) -> int | None:
    """The number of bytes from the file's position to its end, or None if it can't seek."""
    try:
        if not file.seekable():
            return None
        start = file.tell()
        end = file.seek(0, io.SEEK_END)
        file.seek(start)
    except (AttributeError, OSError):
        return None
    return max(end - start, 0)
