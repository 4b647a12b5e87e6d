"""Cassettes as files: readable, exact, whole at every moment, and refused where they can't be understood."""

from __future__ import annotations

import os
import string
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientele.http import FakeHTTPBackend
from clientele.http.errors import RecordingError
from clientele.http.recording import RecordingBackend, files
from clientele.http.recording.exchanges import Answer, Exchange, Fault, Request

TOKENS = st.text(string.ascii_letters + "-", min_size=1, max_size=9)
HEADERS = st.lists(
    st.tuples(TOKENS, st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF), max_size=9)), max_size=3
).map(tuple)
TEXTS = st.text(max_size=40) | st.text(" \n\r\tab:#-'\"|", max_size=12)
BODIES = st.binary(max_size=40) | TEXTS.map(str.encode)
REQUESTS = st.builds(Request, TOKENS, st.just("http://h/?a=1"), HEADERS, BODIES)
VERSIONS = st.sampled_from(["1.0", "1.1", "2"])
WHOLE = st.builds(Answer, st.integers(200, 599), HEADERS, VERSIONS, st.tuples(BODIES.filter(len)))
STREAMS = st.builds(
    Answer,
    st.integers(200, 599),
    HEADERS,
    st.just("1.1"),
    st.lists(BODIES.filter(len), max_size=3).map(tuple),
    st.just(value=True),
    st.booleans(),
    st.booleans(),
)
FAULTS = st.builds(Fault, st.just("ReadError"), st.text(max_size=20), st.just("read"), st.booleans())
EXCHANGES = st.builds(Exchange, REQUESTS, st.none() | WHOLE | STREAMS, st.none() | FAULTS)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
@given(st.lists(EXCHANGES, min_size=1, max_size=3))
def test_a_cassette_round_trips(exchanges: list[Exchange]) -> None:
    """To the byte, whatever it is: blanks, line ends, binary, and what looks like YAML."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cassette.yaml")
        for exchange in exchanges:
            files.append(path, exchange, anew=False)
        assert exchanges == files.read(path)


def test_a_cassette_is_readable(tmp_path: Path) -> None:
    """A version, text as text, lines as lines, a header on each line, and binary as base64."""
    request = Request("POST", "http://h/a?b=1", (("Content-Type", "application/json"),), b'{"a":1}')
    headers = (("Set-Cookie", "a=***"), ("set-cookie", "b=***"))
    path = tmp_path / "new" / "cassette.yaml"
    files.append(path, Exchange(request, Answer(200, headers, chunks=(b"one\ntwo\n",))), anew=False)
    stream = Answer(200, chunks=(b"\x00\xff", b"x"), streamed=True)
    files.append(path, Exchange(Request("GET", "http://h/"), stream), anew=False)
    assert path.read_text() == (
        "# Recorded by clientele; without its secrets.\n"
        "version: 1\n"
        "exchanges:\n"
        "- request:\n"
        "    method: POST\n"
        "    url: http://h/a?b=1\n"
        "    headers:\n"
        "    - 'Content-Type: application/json'\n"
        "    body: '{\"a\":1}'\n"
        "  response:\n"
        "    status: 200\n"
        "    http_version: '1.1'\n"
        "    headers:\n"
        "    - 'Set-Cookie: a=***'\n"
        "    - 'set-cookie: b=***'\n"
        "    body: |\n"
        "      one\n"
        "      two\n"
        "- request:\n"
        "    method: GET\n"
        "    url: http://h/\n"
        "  response:\n"
        "    status: 200\n"
        "    http_version: '1.1'\n"
        "    chunks:\n"
        "    - base64: AP8=\n"
        "    - x\n"
    )
    assert 1 == yaml.safe_load(path.read_text())["version"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 2\nexchanges: []\n", "version 1, but 2"),
        ("- 1\n", "version 1, but None"),
        ("", "version 1, but None"),
        ("version: [", "not YAML"),
        ("version: 1\n", "can't be read"),
        ("version: 1\nexchanges:\n- request: {}\n", "can't be read"),
        ("version: 1\nexchanges:\n- request: {method: GET, url: u}\n  response: {status: many}\n", "can't be read"),
        ("version: 1\nexchanges:\n- request: {method: GET, url: u, body: {base64: é}}\n", "can't be read"),
        ("version: 1\nexchanges:\n- just text\n", "can't be read"),
    ],
)
def test_a_file_that_is_not_a_cassette_raises(tmp_path: Path, text: str, said: str) -> None:
    """By an error that names the file and says what to do."""
    path = tmp_path / "cassette.yaml"
    path.write_text(text)
    with pytest.raises(RecordingError, match="record it again") as caught:
        files.read(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_an_empty_file_is_a_cassette(tmp_path: Path) -> None:
    """As somebody may leave it by hand."""
    path = tmp_path / "cassette.yaml"
    path.write_text("version: 1\nexchanges:\n")
    assert [] == files.read(path)


def test_readers_never_see_a_partial_file(tmp_path: Path) -> None:
    """While it is written, again and again; nothing unfinished is left."""
    path = tmp_path / "cassette.yaml"
    exchange = Exchange(Request("GET", "http://h/"), Answer(200, chunks=(b"x" * 10_000,)))
    files.append(path, exchange, anew=False)

    def append() -> None:
        for _ in range(50):
            files.append(path, exchange, anew=False)

    writer = threading.Thread(target=append)
    writer.start()
    while writer.is_alive():
        assert all(exchange == found for found in files.read(path))
    writer.join()
    assert 51 == len(files.read(path))
    assert [path] == list(tmp_path.iterdir())


PROGRAM = """
import sys
from clientele.http import FakeHTTPBackend
from clientele.http.recording import RecordingBackend

backend = RecordingBackend(FakeHTTPBackend(), sys.argv[1], mode="new")
for number in range(10):
    backend.send_sync_request("GET", f"/{sys.argv[2]}/{number}")
"""


def test_processes_add_to_one_file(tmp_path: Path) -> None:
    """And lose nothing of each other's."""
    path = tmp_path / "cassette.yaml"
    running = [subprocess.Popen([sys.executable, "-c", PROGRAM, str(path), str(number)]) for number in range(3)]  # noqa: S603
    assert [0, 0, 0] == [process.wait(timeout=50) for process in running]
    assert {f"/{a}/{b}" for a in range(3) for b in range(10)} == {each.request.parts.path for each in files.read(path)}


def test_a_file_that_cannot_be_written_raises_a_recording_error(tmp_path: Path) -> None:
    """Rather than one of the connection."""
    (tmp_path / "file").write_text("")
    backend = RecordingBackend(FakeHTTPBackend(), tmp_path / "file" / "cassette.yaml", mode="all")
    with pytest.raises(RecordingError, match="can't be written"):
        backend.send_sync_request("GET", "/")


def test_a_missing_library_raises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(ImportError, match=r"pip install 'clientele-core\[testing\]'") as caught:
        RecordingBackend(FakeHTTPBackend(), tmp_path / "cassette.yaml")
    assert "yaml" == caught.value.name


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_pipes_and_devices_raise(tmp_path: Path) -> None:
    """Another user may have put one there: it would block the call, or fill the memory."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    for name in ("pipe.yaml", "zero.yaml"):
        backend = RecordingBackend(FakeHTTPBackend(), tmp_path / name)
        with pytest.raises(RecordingError, match="it is not a regular file"):
            backend.send_sync_request("GET", "http://h/")


@pytest.mark.parametrize("text", ["[" * 900 + "]" * 900, "\n" + "".join(" " * n + "-\n" for n in range(1, 900))])
def test_a_deep_cassette_raises(text: str, tmp_path: Path) -> None:
    """With an error of ours."""
    path = tmp_path / "deep.yaml"
    path.write_text(f"version: 1\nexchanges: {text}\n")
    with pytest.raises(RecordingError, match=r"deep\.yaml"):
        files.read(path)


def test_a_file_that_cannot_be_opened_raises_our_error(tmp_path: Path) -> None:
    """A folder, here."""
    with pytest.raises(RecordingError, match="it can't be read: Is a directory"):
        files.read(tmp_path)
