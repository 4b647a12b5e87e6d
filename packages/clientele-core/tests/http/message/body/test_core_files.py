"""Files as bodies: measured, and read in blocks."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientele.http.errors import InvalidBody
from clientele.http.message.body.files import BLOCK, blocks_of, checked_file, length_of

quick = settings(max_examples=100)


class Unmeasured(io.BytesIO):
    """A file that fails, or says that it can't, when it is measured."""

    def __init__(self, failing: str) -> None:
        super().__init__(b"content")
        self.failing = failing

    def seekable(self) -> bool:
        return self.failing != "seekable"

    def tell(self) -> int:
        if self.failing == "tell":
            raise OSError(29, "Illegal seek")
        return super().tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if self.failing == "seek":
            raise io.UnsupportedOperation("seek")
        return super().seek(offset, whence)


class Reader:
    """Nothing but `read`."""

    def __init__(self, *blocks: bytes) -> None:
        self._blocks = iter(blocks)

    def read(self, size: int) -> bytes:
        assert size == BLOCK
        return next(self._blocks, b"")


@quick
@given(st.binary(max_size=50), st.integers(0, 60))
def test_the_length_is_what_is_left_to_read(content: bytes, start: int) -> None:
    """BDY-4 from its position on, which stays; none is left behind the end."""
    file = io.BytesIO(content)
    file.seek(start)
    length = length_of(file)
    assert start == file.tell()
    assert len(file.read()) == length


def test_a_file_on_disk_is_measured(tmp_path: Path) -> None:
    """BDY-4 buffered or not."""
    path = tmp_path / "x"
    path.write_bytes(bytes(BLOCK + 1))
    for buffering in (-1, 0):
        with path.open("rb", buffering) as file:
            assert length_of(cast(IO[bytes], file)) == BLOCK + 1


@pytest.mark.parametrize("failing", ["seekable", "tell", "seek"])
def test_a_file_that_cannot_seek_has_no_length(failing: str) -> None:
    """BDY-5 whichever way it says so; all of it is still read."""
    file = Unmeasured(failing)
    assert length_of(file) is None
    assert b"".join(blocks_of(file)) == b"content"


def test_an_unseekable_file_has_no_length() -> None:
    """BDY-5 such as the body of another response."""
    assert length_of(cast(IO[bytes], Reader(b"x"))) is None


@pytest.mark.parametrize(("size", "blocks"), [(0, []), (1, [1]), (BLOCK, [BLOCK]), (2 * BLOCK + 1, [BLOCK, BLOCK, 1])])
def test_a_file_comes_in_blocks(size: int, blocks: list[int]) -> None:
    """BDY-4 of 64 KiB, from its position, and nothing is read before it is asked for."""
    file = io.BytesIO(b"xx" + bytes(size))
    file.seek(2)
    pieces = blocks_of(file)
    assert file.tell() == 2
    assert blocks == [len(piece) for piece in pieces]
    assert BLOCK == 64 * 1024


def test_a_short_read_is_not_the_end() -> None:
    """BDY-5 a pipe gives what it has; only nothing is the end."""
    assert list(blocks_of(cast(IO[bytes], Reader(b"a", b"bc")))) == [b"a", b"bc"]


def test_a_binary_file_is_sent_unchanged() -> None:
    """BDY-4 whatever class it has."""
    for file in (io.BytesIO(), Reader()):
        assert file is checked_file(file, "x")


@pytest.mark.parametrize(
    ("file", "problem"), [(None, "not NoneType"), (3, "not int"), ([b"x"], "not list"), (io.StringIO(), "text mode")]
)
def test_a_file_that_is_not_binary_raises(file: Any, problem: str) -> None:
    """BDY-4 with a message that begins with the place."""
    with pytest.raises(InvalidBody, match=f"^the place: .*{problem}"):
        checked_file(file, "the place")
