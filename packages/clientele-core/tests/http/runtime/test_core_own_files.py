"""Files in folders where other users of the machine may write: what they put there is neither used nor followed."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from clientele.api import APIClient
from clientele.api.streaming.partial_files import PartialFile
from clientele.http import FakeHTTPBackend, Timeout
from clientele.http.errors import RecordingError
from clientele.http.recording import RecordingBackend
from clientele.http.recording.files import LONGEST
from clientele.http.runtime.own_files import locked, open_locked, open_own, read_own, write_own

if sys.platform == "win32":
    pytest.skip("Windows has other links, owners and modes", allow_module_level=True)

PRECIOUS, BODY = b"precious\n", b"what the server sent"
Plant = Callable[[Path, Path], None]


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file of ours that is somewhere else."""
    (tmp_path / "home").mkdir()
    victim = tmp_path / "home" / "precious"
    victim.write_bytes(PRECIOUS)
    return victim


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where others may write."""
    (tmp_path / "shared").mkdir()
    return tmp_path / "shared"


def symlink(at: Path, victim: Path) -> None:
    at.symlink_to(victim)


def dangling(at: Path, victim: Path) -> None:
    at.symlink_to(victim.with_name("new"))


def hard_link(at: Path, victim: Path) -> None:
    at.hardlink_to(victim)


def pipe(at: Path, victim: Path) -> None:
    os.mkfifo(at)


def writable(at: Path, victim: Path) -> None:
    at.write_bytes(b"EVIL")
    at.chmod(0o666)


def of_a_group(at: Path, victim: Path) -> None:
    at.write_bytes(b"EVIL")
    at.chmod(0o664)


def of_another_user(at: Path, victim: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    at.write_bytes(b"EVIL")
    os.chown(at, 65534, 65534)


PLANTS = [symlink, dangling, hard_link, pipe, writable, of_a_group, of_another_user]


def untouched(victim: Path) -> bool:
    return victim.read_bytes() == PRECIOUS and [victim] == list(victim.parent.iterdir())


@pytest.mark.parametrize("plant", PLANTS)
def test_planted_files_are_not_opened(plant: Plant, folder: Path, victim: Path) -> None:
    """To write, to read, or to lock."""
    at = folder / "file"
    for use in (write, read_own, lock, lambda path: write_own(path, b"ours")):
        plant(at, victim)
        use(at)
        assert untouched(victim)
        at.unlink(missing_ok=True)
    plant(at, victim)
    assert read_own(at) == b""


def write(path: Path) -> None:
    with open_own(path) as file:
        assert file.read() == b""
        file.write(b"ours")
    assert read_own(path) == b"ours"
    assert 0o600 == path.stat().st_mode & 0o777


def lock(path: Path) -> None:
    with open_locked(path), pytest.raises(BlockingIOError):
        open_locked(path)


@pytest.mark.parametrize("plant", PLANTS)
@pytest.mark.parametrize("suffix", [".clientele-part", ".clientele-part.json"])
def test_a_download_ignores_files_of_other_users(plant: Plant, suffix: str, folder: Path, victim: Path) -> None:
    """Neither with their data nor with their note."""
    fake = FakeHTTPBackend(default_content=BODY)
    path = folder / "file.bin"
    resource = hashlib.sha256(b"https://a.example/f").hexdigest()
    Path(f"{path}.clientele-part.json").write_text(
        json.dumps({"resource": resource, "validator": '"v1"', "total": len(BODY)})
    )
    Path(f"{path}.clientele-part").write_bytes(b"OLD")
    Path(f"{path}{suffix}").unlink()
    plant(Path(f"{path}{suffix}"), victim)
    APIClient(base_url="https://a.example", http_backend=fake).download("/f", path)
    assert (BODY, True) == (path.read_bytes(), untouched(victim))
    assert "Range" not in fake.requests[0]["kwargs"]["headers"]
    assert path.stat().st_uid == os.geteuid()


def test_a_download_resumes_its_own_file(folder: Path) -> None:
    """So that the test before this one is about something."""
    path, fake = folder / "file.bin", FakeHTTPBackend(default_content=BODY)
    resource = hashlib.sha256(b"https://a.example/f").hexdigest()
    write_own(
        Path(f"{path}.clientele-part.json"),
        json.dumps({"resource": resource, "validator": '"v1"', "total": len(BODY)}).encode(),
    )
    write_own(Path(f"{path}.clientele-part"), b"OLD")
    APIClient(base_url="https://a.example", http_backend=fake).download("/f", path)
    assert "bytes=2-" == fake.requests[0]["kwargs"]["headers"]["Range"]


def test_a_note_of_another_user_is_ignored(folder: Path) -> None:
    """Beside data of ours."""
    path = folder / "file.bin"
    file = PartialFile(path, overwrite=False)
    file.open()
    file.begin(0, {"validator": "v1"})
    file.write(b"data")
    file.close()
    note = Path(f"{path}.clientele-part.json")
    note.chmod(0o666)
    file.open()
    assert (4, None) == (file.size, file.note())
    file.close()


def test_a_removed_partial_file_is_not_finished(folder: Path) -> None:
    """Rather than to give the name to what is there now."""
    path = folder / "file.bin"
    file = PartialFile(path, overwrite=False)
    file.open()
    file.begin(0, None)
    file.write(b"data")
    part = Path(f"{path}.clientele-part")
    part.unlink()
    part.write_bytes(b"EVIL")
    with pytest.raises(FileNotFoundError, match="removed it"):
        file.finish()
    file.close()
    assert not path.exists()


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_a_finished_file_has_the_permissions_of_any_other(umask: int, mode: int, folder: Path) -> None:
    """Until then it is ours alone."""
    path = folder / "file.bin"
    before = os.umask(umask)
    try:
        file = PartialFile(path, overwrite=False)
        file.open()
        file.begin(0, {"validator": "v1"})
        file.write(b"data")
        assert {0o600} == {each.stat().st_mode & 0o777 for each in folder.iterdir()}
        file.finish()
    finally:
        os.umask(before)
    assert mode == path.stat().st_mode & 0o777
    assert [path] == list(folder.iterdir())


def test_a_file_that_cannot_be_removed_raises(folder: Path) -> None:
    """Here it is a folder with something in it."""
    (folder / "file.bin.clientele-part" / "x").mkdir(parents=True)
    api = APIClient(base_url="https://a.example", http_backend=FakeHTTPBackend())
    with pytest.raises(OSError, match=r"a file of another user is in the way.*file\.bin\.clientele-part"):
        api.download("/f", folder / "file.bin")


@pytest.mark.parametrize("plant", [symlink, dangling, hard_link, pipe, writable, of_another_user])
def test_a_recording_ignores_locks_of_other_users(plant: Plant, folder: Path, victim: Path) -> None:
    """Nor does it write through a link, and nothing is left beside the cassette."""
    cassette = folder / "tape.yaml"
    lock_file = locked(cassette).lock_file
    assert lock_file.parent == folder
    plant(lock_file, victim)
    backend = RecordingBackend(FakeHTTPBackend(), cassette, "new")
    backend.send_sync_request("GET", "https://a.example/", timeout=Timeout(total=20.0))
    assert untouched(victim)
    assert "https://a.example/" in cassette.read_text()
    assert [cassette] == list(folder.iterdir())


def test_a_recording_waits_for_another_process_no_longer_than_the_call(folder: Path) -> None:
    """TMO-2: its total limit holds."""
    cassette = folder / "tape.yaml"
    backend = RecordingBackend(FakeHTTPBackend(), cassette, "new")
    began = monotonic()
    with locked(cassette), pytest.raises(RecordingError, match="another process holds the lock"):
        backend.send_sync_request("GET", "https://a.example/", timeout=Timeout(total=0.2))
    assert monotonic() - began < LONGEST
    assert not cassette.exists()


def test_a_lock_is_taken_when_it_is_given_back(folder: Path) -> None:
    """By one of those that wait for it at a time."""
    order: list[int] = []

    def work(number: int) -> None:
        with locked(folder / "tape.yaml", 20.0):
            order.extend([number, number])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert order[::2] == order[1::2]
    assert set(range(8)) == set(order)
    assert [] == list(folder.iterdir())


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_keeps_no_download_of_its_parent_locked(folder: Path) -> None:
    """LIF-6: it has the same files open."""
    path = folder / "file.bin"
    file = PartialFile(path, overwrite=False)
    file.open()
    file.begin(0, {"validator": "v1"})
    file.write(b"data")
    go_on = multiprocessing.get_context("fork").Event()
    child = os.fork()
    if child == 0:
        go_on.wait(60)
        os._exit(0)
    try:
        file.close()
        file.open()
        assert ({"validator": "v1"}, 4) == (file.note(), file.size)
        file.close()
    finally:
        go_on.set()
        os.waitpid(child, 0)


def test_a_note_is_json(folder: Path) -> None:
    """And is read again."""
    write_own(folder / "note", json.dumps({"a": 1}).encode())
    write_own(folder / "note", json.dumps({"a": 2}).encode())
    assert {"a": 2} == json.loads(read_own(folder / "note"))
    assert read_own(folder / "none") == b""
