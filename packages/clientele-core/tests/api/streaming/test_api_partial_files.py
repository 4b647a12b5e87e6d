"""The file of a download, before it has its name."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientele.api.streaming.partial_files import PartialFile

NOTE = {"validator": "v1"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


@pytest.fixture
def file(path: Path) -> Iterator[PartialFile]:
    file = PartialFile(path, overwrite=False)
    yield file
    file.close()


def names(path: Path) -> set[str]:
    return {entry.name for entry in path.parent.iterdir()}


PARTIAL = {"file.bin.clientele-part", "file.bin.clientele-part.json"}


def test_a_file_has_its_name_in_the_end(path: Path, file: PartialFile) -> None:
    """And not before."""
    file.open()
    assert (0, None) == (file.size, file.note())
    file.begin(0, NOTE)
    file.write(b"one ")
    file.write(b"two")
    assert (7, PARTIAL) == (file.size, names(path))
    file.finish()
    assert ({"file.bin"}, b"one two") == (names(path), path.read_bytes())


def test_what_has_a_note_is_kept(path: Path, file: PartialFile) -> None:
    """It is gone on with from any place."""
    file.open()
    file.begin(0, NOTE)
    file.write(b"one two")
    file.close()
    assert names(path) == PARTIAL
    file.open()
    assert (7, NOTE) == (file.size, file.note())
    file.begin(4, {"validator": "not taken: this is the same file"})
    file.write(b"three")
    assert file.note() == NOTE
    file.finish()
    assert path.read_bytes() == b"one three"


@pytest.mark.parametrize(("note", "data"), [(None, b"x"), (NOTE, b""), (None, b"")])
def test_data_or_a_note_alone_is_removed(note: object, data: bytes, path: Path, file: PartialFile) -> None:
    """Data without a note, and a note without data."""
    file.open()
    file.begin(0, note)
    file.write(data)
    file.close()
    file.close()
    assert names(path) == set()


def test_a_restarted_download_keeps_no_old_data(path: Path, file: PartialFile) -> None:
    """Neither data nor note."""
    for note, data in ((NOTE, b"long data"), (None, b"new"), ({"validator": "v2"}, b"newer")):
        file.open()
        file.begin(0, note)
        file.write(data)
        assert (len(data), note) == (file.size, file.note())
        file.close()


@pytest.mark.parametrize("note", [b"", b"{", b"\xff", b'{"validator": '])
def test_a_truncated_note_is_ignored(note: bytes, path: Path, file: PartialFile) -> None:
    """As a crash may leave it."""
    Path(f"{path}.clientele-part").write_bytes(b"data")
    Path(f"{path}.clientele-part.json").write_bytes(note)
    file.open()
    assert (4, None) == (file.size, file.note())


def test_a_path_has_one_download_at_a_time(path: Path, file: PartialFile) -> None:
    """The second is refused, and changes nothing; when the first has ended there is nothing to refuse."""
    file.open()
    file.begin(0, NOTE)
    file.write(b"data")
    other = PartialFile(path, overwrite=True)
    with pytest.raises(BlockingIOError, match=r"in progress.*file\.bin"):
        other.open()
    other.close()
    assert (4, PARTIAL) == (file.size, names(path))
    file.finish()
    other.open()
    assert (0, None) == (other.size, other.note())
    other.begin(0, NOTE)
    other.close()
    assert ({"file.bin"}, b"data") == (names(path), path.read_bytes())


def test_a_finished_file_is_never_written_to(path: Path) -> None:
    """Not by a download that has opened the data just before they got their name: many race for one path."""
    problems: list[BaseException] = []

    def download(content: bytes) -> None:
        file = PartialFile(path, overwrite=True)
        try:
            for _ in range(100):
                try:
                    file.open()
                except BlockingIOError:
                    continue
                file.begin(0, NOTE)
                file.write(content)
                file.finish()
        except BaseException as error:  # noqa: BLE001 - it is for the main thread
            problems.append(error)
        finally:
            file.close()

    path.write_bytes(b"0" * 1000)
    threads = [threading.Thread(target=download, args=(str(number).encode() * 1000,)) for number in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert 1 == len(set(path.read_bytes()))
        assert path.stat().st_size == 1000
    assert [] == problems
    assert names(path) == {"file.bin"}


@pytest.mark.parametrize("kind", ["file", "link", "dangling link"])
def test_an_existing_file_raises(kind: str, path: Path, tmp_path: Path) -> None:
    """A link, too, even one that leads nowhere."""
    if kind == "file":
        path.touch()
    else:
        path.symlink_to(tmp_path / "elsewhere")
        if kind == "link":
            (tmp_path / "elsewhere").touch()
    before = names(path)
    file = PartialFile(path, overwrite=False)
    with pytest.raises(FileExistsError) as raised:
        file.open()
    assert str(path) == raised.value.filename
    assert names(path) == before


def test_a_file_created_in_the_meantime_raises(path: Path, file: PartialFile) -> None:
    """The data are kept."""
    file.open()
    file.begin(0, NOTE)
    file.write(b"data")
    path.write_bytes(b"theirs")
    with pytest.raises(FileExistsError):
        file.finish()
    file.close()
    assert (PARTIAL | {"file.bin"}, b"theirs") == (names(path), path.read_bytes())


def test_a_file_that_cannot_get_its_name_is_kept(path: Path) -> None:
    """What stands in its way is the caller's to remove."""
    file = PartialFile(path, overwrite=True)
    file.open()
    file.begin(0, NOTE)
    file.write(b"data")
    path.mkdir()
    with pytest.raises(IsADirectoryError):
        file.finish()
    file.close()
    assert PARTIAL | {"file.bin"} == names(path)


def test_a_file_that_is_not_open_cannot_be_written(file: PartialFile) -> None:
    """Nor measured, nor finished."""
    for use in (lambda: file.write(b"x"), lambda: file.begin(0, None), file.finish, lambda: file.size):
        with pytest.raises(ValueError, match="not open"):
            use()


def test_data_are_on_the_disk_before_they_have_their_name(
    path: Path, file: PartialFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or else a power cut could leave a half file under it."""
    synced: list[set[str]] = []
    fsync = os.fsync

    def noted(number: int) -> None:
        synced.append(names(path))
        fsync(number)

    monkeypatch.setattr(os, "fsync", noted)
    file.open()
    file.begin(0, NOTE)
    file.write(b"data")
    file.finish()
    assert synced == [PARTIAL]
