"""What tests send as bodies: files that watch how they are read, and steps that read an upload bit by bit."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass

from clientele_conformance.servers.conversation import Conversation

BLOCK = 64 * 1024


class WatchedFile(io.RawIOBase):
    """A file in memory that keeps the sizes it was asked for, and can't be read whole.

    `before_end`, the head of the request, is waited for before the last block is handed out, and `told` says whether
    it came: a body that is collected before it is sent shows in this.
    """

    def __init__(self, content: bytes, *, seekable: bool = True, before_end: threading.Event | None = None) -> None:
        super().__init__()
        self.sizes: list[int] = []
        self.told = "the last block was not read"
        self._file = io.BytesIO(content)
        self._length = len(content)
        self._seekable = seekable
        self._before_end = before_end

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """The size from the constructor."""
        return self._seekable

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move, if it can."""
        if not self._seekable:
            raise io.UnsupportedOperation("this file can't seek")
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Where it is, if it can tell."""
        if not self._seekable:
            raise io.UnsupportedOperation("this file can't tell")
        return self._file.tell()

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes; AssertionError for all of them at once."""
        if size is None or size < 0:
            raise AssertionError("a file is read in blocks, not whole")
        self.sizes.append(size)
        if self._before_end is not None and self._file.tell() + size >= self._length > self._file.tell():
            came = self._before_end.wait(5.0)
            self.told = "the head came first" if came else "the last block was read first"
        return self._file.read(size)

    def readall(self) -> bytes:
        """Not this way."""
        raise AssertionError("a file is read in blocks, not whole")


@dataclass(frozen=True, slots=True)
class ReceiveContent:
    """A step that reads chunks until as many bytes of content have come; 0 is the end of the body."""

    size: int

    def play(self, connection: Conversation) -> None:
        """Read whole chunks."""
        received = 0
        while received < self.size or not self.size:
            chunk = int(connection.read_until(b"\r\n", 64), 16)
            connection.read_exactly(chunk + 2)
            received += chunk
            if not chunk:
                break
