"""Files in folders that other users of the machine may write to.

Another user may have created a link, a pipe or a file under a predictable name. These are never opened.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
import sys
from pathlib import Path
from time import monotonic, sleep

if sys.platform == "win32":
    import msvcrt

    def is_ours(status: os.stat_result) -> bool:
        """Whether only this user can write to a file; always True on Windows, which uses other means."""
        return stat.S_ISREG(status.st_mode)

    def lock(file: io.FileIO) -> None:
        """Lock the first byte, which has the same effect as the whole file."""
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError(errno.EAGAIN, "it is locked") from error

    def unlock(file: io.FileIO) -> None:
        """Nothing: closing the file unlocks it."""

    def make_usual(file: io.FileIO, folder: Path) -> None:
        """Nothing: the file already has the usual permissions."""

else:
    import fcntl

    def is_ours(status: os.stat_result) -> bool:
        """Whether a file belongs to this user, has only one name, and no other user can write to it."""
        is_private = not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and status.st_nlink < 2 and is_private

    def lock(file: io.FileIO) -> None:
        """Lock the whole file, if the file system supports locks.

        Raises:
            BlockingIOError: another process or thread has locked it.
        """
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:
            pass

    def unlock(file: io.FileIO) -> None:
        """Release the lock. Closing isn't enough: a forked child process may also have the file open."""
        with contextlib.suppress(OSError):
            fcntl.flock(file.fileno(), fcntl.LOCK_UN)

    def make_usual(file: io.FileIO, folder: Path) -> None:
        """Give `file` the permissions of a new file in `folder`, which can only be found by creating one."""
        probe = folder / f".clientele-{os.urandom(8).hex()}"
        with io.FileIO(probe, "x") as other:
            probe.unlink()
            os.fchmod(file.fileno(), stat.S_IMODE(os.fstat(other.fileno()).st_mode))


OPEN_FILES_STAY = sys.platform == "win32"
"""Whether a file can't be moved or removed while it is open."""

_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_LINK, 0o600)


def open_own(path: Path) -> io.FileIO:
    """Open a file to read and write, or create it.

    Only this user has access. A file of another user is removed.

    Raises:
        OSError: it can't be removed, or the file can't be created.
    """
    while True:
        with contextlib.suppress(FileExistsError):
            return io.FileIO(path, "x+", opener=_opener)
        try:
            file = _existing(path, "r+")
        except FileNotFoundError:
            continue  # It is gone: a new file there may rightfully belong to another user.
        if file is not None:
            return file
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise type(error)(error.errno, "a file of another user is in the way", str(path)) from error


def read_own(path: Path) -> bytes:
    """The content of a file; empty if there is none of this user.

    Raises:
        OSError: it can't be read.
    """
    file = None
    with contextlib.suppress(FileNotFoundError):
        file = _existing(path, "r")
    if file is None:
        return b""
    with file:
        return file.read()


def read_regular(path: Path) -> bytes:
    """The content of a file, which may belong to another user. A pipe, which could block, is not read, nor is a device,
    which could be endless.

    Raises:
        OSError: it isn't a regular file, or it can't be read.
    """
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        return file.read()


def write_own(path: Path, data: bytes) -> None:
    """Create a file with `data`; no other user can replace it in the meantime.

    Raises:
        OSError: it can't be written.
    """
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    with open(path, "xb", opener=_opener) as file:
        file.write(data)


def _existing(path: Path, mode: str) -> io.FileIO | None:
    """The existing file, or None if it isn't this user's; raises FileNotFoundError if there is none."""
    if is_ours(path.lstat()):
        file = io.FileIO(path, mode, opener=_opener)
        if is_ours(os.fstat(file.fileno())):
            return file
        file.close()
    return None


def open_locked(path: Path) -> io.FileIO:
    """`open_own`, locked, for as long as it is open.

    Raises:
        BlockingIOError: it is locked already.
        OSError: see `open_own`.
    """
    while True:
        with contextlib.ExitStack() as closing:
            file = closing.enter_context(open_own(path))
            lock(file)
            if is_at(path, file):
                closing.pop_all()
                return file


def is_at(path: Path, file: io.FileIO) -> bool:
    """Whether `path` still refers to `file`."""
    try:
        return OPEN_FILES_STAY or os.path.samestat(os.fstat(file.fileno()), path.lstat())
    except FileNotFoundError:
        return False


class locked:  # noqa: N801 - it is used as a function is
    """A lock between processes of this user during a block, as a file next to `path`.

    Args:
        path: the file that is locked.
        seconds: how long to wait for it; default 10.

    Raises:
        TimeoutError: another process holds it for longer.
        OSError: the file can't be created.
    """

    def __init__(self, path: Path, seconds: float = 10.0) -> None:
        self.lock_file = path.with_name(f".{path.name}.lock")
        self._until = monotonic() + seconds

    def __enter__(self) -> None:
        while True:
            try:
                self._file = open_locked(self.lock_file)
            except BlockingIOError:
                if monotonic() >= self._until:
                    raise TimeoutError(errno.ETIMEDOUT, "another process holds the lock", str(self.lock_file)) from None
                sleep(0.01)
            else:
                return

    def __exit__(self, *raised: object) -> None:
        if OPEN_FILES_STAY:
            self._file.close()
        with self._file, contextlib.suppress(OSError):
            self.lock_file.unlink()
            unlock(self._file)
