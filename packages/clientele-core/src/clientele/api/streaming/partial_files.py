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
    """What has come of a file so far, in the same folder as the file, with a note beside it that says what it is.

    It is locked, so that two downloads to one path can't mix. It belongs to this user, so it isn't a link to another
    file and nothing else than what came. Nothing is done before `open`. Every method blocks.

    Args:
        path: where the file goes in the end.
        overwrite: whether it may take the place of another one.
    """

    def __init__(self, path: str | PathLike[str], *, overwrite: bool) -> None:
        self._path = Path(path)
        self._data, self._note = Path(f"{self._path}{SUFFIX}"), Path(f"{self._path}{SUFFIX}.json")
        self._overwrite = overwrite
        self._file: io.FileIO | None = None

    @property
    def size(self) -> int:
        """The bytes that are there."""
        return os.fstat(self._opened.fileno()).st_size

    def open(self) -> None:
        """Open it, as it was left, or empty.

        Raises:
            FileExistsError: there is a file at the path, which must not be overwritten.
            BlockingIOError: another download to the path is under way.
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
        """What was noted about the data, a JSON value; None if there is none."""
        try:
            return json.loads(read_own(self._note))
        except (OSError, ValueError):
            return None

    def begin(self, position: int, note: object) -> None:
        """Go on writing at `position`. At the beginning, `note` takes the place of what was noted; None is no note."""
        if not position:
            # In this order: a note never stands beside data that it isn't about.
            self._forget()
        self._opened.truncate(position)
        self._opened.seek(position)
        if not position and note is not None:
            write_own(self._note, json.dumps(note).encode())

    def write(self, data: bytes) -> None:
        """Write all of `data` behind what is there."""
        left = memoryview(data)
        while left:
            left = left[self._opened.write(left) :]

    def finish(self) -> None:
        """Give the file its name, in one step, and after its data are safe on the disk.

        Raises:
            FileExistsError: another process has created it in the meantime.
            FileNotFoundError: another process has removed or replaced the data.
            OSError: it can't be done; what has come is kept.
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
                "the file exists already; use overwrite=True to replace it",
                str(self._path),
            )

    def _leave(self, step: Callable[[], object]) -> None:
        """Do `step` as the last thing under the lock, or at once after it where open files stay."""
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
