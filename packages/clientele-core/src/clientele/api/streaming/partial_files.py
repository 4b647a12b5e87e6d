"""The file of a download, which has a temporary name until it is complete."""

from __future__ import annotations

import contextlib
import errno
import io
import os
from collections.abc import Callable
from os import PathLike
from pathlib import Path

from clientele.http.runtime.lazy import json
from clientele.http.runtime.own_files import (
    OPEN_FILES_STAY,
    is_at,
    make_usual,
    open_locked,
    read_own,
    unlock,
    write_own,
)

SUFFIX = ".clientele-part"


class PartialFile:
    """An incomplete file, in the same folder as the final one, with a note in another file.

    It is locked, so two downloads to one path can't mix. It must belong to this user and must not be a link, so that no
    other user can choose its content. Nothing happens before `open`. All methods block.

    Args:
        path: the path of the complete file.
        overwrite: whether to replace an existing file.
    """

    def __init__(self, path: str | PathLike[str], *, overwrite: bool) -> None:
        self._path = Path(path)
        self._data, self._note = Path(f"{self._path}{SUFFIX}"), Path(f"{self._path}{SUFFIX}.json")
        self._overwrite = overwrite
        self._file: io.FileIO | None = None

    @property
    def size(self) -> int:
        """The number of bytes."""
        return os.fstat(self._opened.fileno()).st_size

    def open(self) -> None:
        """Open it, with its previous content if there is any.

        Raises:
            FileExistsError: the file exists, and must not be overwritten.
            BlockingIOError: another download to the path is in progress.
            OSError: the file can't be written.
        """
        if self._path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(self._path))
        self._refuse_existing()
        if self._file is None:
            try:
                self._file = open_locked(self._data)
            except BlockingIOError:
                raise BlockingIOError(errno.EAGAIN, "another download to it is in progress", str(self._path)) from None

    def note(self) -> object:
        """The note about the data, a JSON value; None if there is none."""
        try:
            return json.loads(read_own(self._note))
        except (OSError, ValueError, RecursionError):
            return None

    def begin(self, position: int, note: object) -> None:
        """Continue writing at `position`. At position 0, `note` replaces the previous note; None is no note."""
        if not position:
            # In this order, so that a note never belongs to other data.
            self._forget()
        self._opened.truncate(position)
        self._opened.seek(position)
        if not position and note is not None:
            write_own(self._note, json.dumps(note).encode())

    def write(self, data: bytes) -> None:
        """Append all of `data`."""
        left = memoryview(data)
        while left:
            left = left[self._opened.write(left) :]

    def finish(self) -> None:
        """Rename the file to its final name, atomically, after its data are synced to disk.

        Raises:
            FileExistsError: another process has created the file in the meantime.
            FileNotFoundError: another process has removed or replaced the data.
            OSError: it can't be renamed; the data are kept.
        """
        os.fsync(self._opened.fileno())
        self._refuse_existing()
        if not is_at(self._data, self._opened):
            raise FileNotFoundError(errno.ENOENT, "another process has removed it", str(self._data))
        make_usual(self._opened, self._path.parent)
        self._leave(self._rename)

    def close(self) -> None:
        """Close it. Data without a note can't be resumed, and are removed."""
        if self._file is not None:
            useless = not self.size or not self._note.exists()
            with contextlib.suppress(OSError):
                self._leave(self._remove if useless else lambda: None)

    @property
    def _opened(self) -> io.FileIO:
        if self._file is None:
            raise ValueError("the file is not open")
        return self._file

    def _refuse_existing(self) -> None:
        if not self._overwrite and os.path.lexists(self._path):
            raise FileExistsError(
                errno.EEXIST,
                "the file already exists; use overwrite=True to replace it",
                str(self._path),
            )

    def _leave(self, step: Callable[[], object]) -> None:
        """Run `step` under the lock, or directly after it on systems where open files can't be renamed."""
        file, self._file = self._opened, None
        with file:
            if OPEN_FILES_STAY:
                file.close()
            try:
                step()
            finally:
                unlock(file)

    def _rename(self) -> None:
        self._data.replace(self._path)
        self._forget()

    def _remove(self) -> None:
        self._forget()
        self._data.unlink()

    def _forget(self) -> None:
        self._note.unlink(missing_ok=True)
