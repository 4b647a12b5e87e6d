"""What the command does while it runs: failures as they come, progress, processes, and runs that end early."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.whole, pytest.mark.timeout(240)]

TOY = Path(__file__).parents[2] / "docs" / "examples" / "toy_backend"
MODULES = {
    "hanging.py": """
import threading

from clientele.http.fake import FakeHTTPBackend


class Hanging(FakeHTTPBackend):
    calls = 0

    def send_sync_request(self, method, url, **options):
        Hanging.calls += 1
        if Hanging.calls == 1:
            raise RuntimeError("the first call fails at once")
        threading.Event().wait()

    async def send_async_request(self, method, url, **options):
        self.send_sync_request(method, url, **options)
""",
    "by_hand.py": """
import httpx


def native_response(url, state):
    with httpx.Client(trust_env=False) as client, client.stream("POST", url) as response:
        if state == "read":
            response.read()
        return response


def own_client(mode, *, headers=None, params=None, cookies=None, auth=None):
    kind = httpx.Client if mode == "sync" else httpx.AsyncClient
    return kind(headers=headers, params=params, cookies=cookies, auth=auth, trust_env=False)


def without_params(mode, *, headers=None, cookies=None, auth=None):
    return own_client(mode, headers=headers, cookies=cookies, auth=auth)
""",
}
TOY_BACKEND = "toy_backend:ToyHTTPBackend"
HANGING = "hanging:Hanging"
PROGRESS = r"\d+ of \d+ tests, \d+ failed, \d+:\d\d, about \d+:\d\d left"
COMMAND = (sys.executable, "-m", "clientele_conformance")
ENVIRONMENT = {"COLUMNS": "120", "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(TOY)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with modules of a user's, from where the command is called."""
    for name, text in MODULES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command, in that folder."""

    def go(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own command
            [*COMMAND, *arguments],
            cwd=folder,
            env=os.environ | ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    return go


Run = Callable[..., subprocess.CompletedProcess[str]]


def outcomes(file: Path) -> dict[str, str]:
    """What came of each test of the only run in a file."""
    (of_backend,) = json.loads(file.read_text(encoding="utf-8"))["runs"]
    return {test["id"]: test["outcome"] for test in of_backend["tests"]}


def failures(file: Path) -> list[str]:
    """The tests that failed."""
    return sorted(name for name, outcome in outcomes(file).items() if outcome == "failed")


def named(output: str) -> list[str]:
    """The tests whose failure was named."""
    return sorted(re.findall(r"^FAILED [A-Z0-9, -]+-\d+ (test_.*?)(?:: .*)$", output, re.MULTILINE))


class TestLive:
    def test_each_failure_is_named_as_it_comes(self, run: Run, folder: Path) -> None:
        """In a line of its own, before the report; some lines say how far the run is. In one process or in several."""
        arguments = (TOY_BACKEND, "-k", "CAP-1,QRY-1,RDR-2")
        alone = run(*arguments, "-n", "0", "--json=alone.json", "--junit=alone.xml")
        together = run(*arguments, "-n", "2", "--json=together.json", "--junit=together.xml")
        assert 30 < len(outcomes(folder / "alone.json"))
        assert outcomes(folder / "alone.json") == outcomes(folder / "together.json")
        assert verdict(alone.stdout) == verdict(together.stdout)
        assert cases(folder / "alone.xml") == cases(folder / "together.xml")
        assert (1, "") == (alone.returncode, alone.stderr)
        assert 1 == together.returncode
        for done in alone, together:
            self._assert_told(done.stdout.partition("\n\n")[0], failures(folder / "alone.json"))

    def _assert_told(self, live: str, failures: list[str]) -> None:
        assert failures == named(live)
        assert "TypeError: ToyHTTPBackend._body() got multiple values" in live
        first, *others = [line for line in live.splitlines() if not line.startswith("FAILED ")]
        assert re.fullmatch(r"\d+ tests", first)
        assert 2 < len(others) < 10
        assert all(re.fullmatch(PROGRESS, line) for line in others), others

    def test_a_terminal_has_a_bar(self, folder: Path) -> None:
        """It is written again and again in its place, and is gone in the end."""
        if sys.platform == "win32":
            pytest.skip("Windows has no terminals that a test can open")
        ours, theirs = os.openpty()
        arguments = (TOY_BACKEND, "-k", "URL-5", "-n", "0")
        with started(*arguments, folder=folder, stdout=theirs, TERM="xterm-256color") as command:
            os.close(theirs)
            shown = "".join(read_all(ours))
            os.close(ours)
            assert 1 == command.wait(60)
        assert "\x1b[2K" in shown
        words = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
        assert re.search(r"[1-9]\d*/\d+ ━+.* \d+ failed 0:00:\d\d 0:\d\d:\d\d left", words), words
        assert "FAILED URL-5 test_" in words
        assert "does not conform" in words


def read_all(descriptor: int) -> Iterator[str]:
    """What a terminal shows until nobody writes any more."""
    while True:
        try:
            yield os.read(descriptor, 65536).decode(errors="replace")
        except OSError:  # So says Linux that the other side is gone.
            return


class TestSideBySide:
    def test_what_is_wrong_is_said_once(self, run: Run, folder: Path) -> None:
        """Also where it is found in a process of its own."""
        (folder / "gaps.toml").write_text(
            '[[gap]]\nrule = "QRY-1"\ntest = "test_not_there"\nreason = "r"\nlink = "l"\n', encoding="utf-8"
        )
        done = run(TOY_BACKEND, "-k", "QRY-1", "-n", "2", "--known-gaps=gaps.toml")
        assert 2 == done.returncode
        assert "gaps.toml: " in done.stderr
        assert 1 == len(done.stderr.strip().splitlines())


def verdict(output: str) -> str:
    """The line about all of the contract."""
    (line,) = [line for line in output.splitlines() if "conform to edition" in line]
    return line


def cases(file: Path) -> dict[str | None, bool]:
    """Whether each test of a file of JUnit's failed."""
    found = ET.parse(file).iter("testcase")  # noqa: S314 - our own
    return {case.get("name"): case.find("failure") is not None for case in found}


class TestByHand:
    def test_rules_about_a_library_of_the_users_own(self, run: Run, folder: Path) -> None:
        """With functions that use it by hand, nothing of the contract is left out."""
        by_hand = ("--native-response", "by_hand:native_response", "--own-client", "by_hand:own_client")
        done = run("httpx", "-k", "RSP-11,LIF-4,LIF-7", "-n", "2", *by_hand, "--json=report.json")
        assert 0 == done.returncode, done.stdout
        assert {"passed"} == {*outcomes(folder / "report.json").values()}
        tried = {rule for test in results(folder / "report.json") for rule in test["rules"]}
        assert {"RSP-11", "LIF-4", "LIF-7"} <= tried

    def test_a_client_that_has_no_params(self, run: Run, folder: Path) -> None:
        """The function takes none, and is asked for none."""
        done = run("httpx", "-k", "LIF-7", "-n", "0", "--own-client", "by_hand:without_params", "--json=report.json")
        assert 0 == done.returncode, done.stdout
        assert 20 < len(outcomes(folder / "report.json"))


def results(file: Path) -> list[dict[str, Any]]:
    """The tests of the only run in a file."""
    (of_backend,) = json.loads(file.read_text(encoding="utf-8"))["runs"]
    tests: list[dict[str, Any]] = of_backend["tests"]
    return tests


def ended_early(file: Path) -> str:
    """Why the only run in a file has ended early."""
    (of_backend,) = json.loads(file.read_text(encoding="utf-8"))["runs"]
    return str(of_backend["ended_early"])


class TestEnds:
    @pytest.mark.parametrize("workers", ["0", "2"])
    def test_the_first_failure(self, workers: str, run: Run, folder: Path) -> None:
        """With -x it is the only one."""
        done = run(TOY_BACKEND, "-k", "QRY-1,RDR-2", "-x", "-n", workers, "--json=report.json")
        assert 1 == done.returncode
        assert 1 == len(failures(folder / "report.json"))
        assert failures(folder / "report.json") == named(done.stdout)
        assert "stopped at the first failure" == ended_early(folder / "report.json")
        assert "; ended early: stopped at the first failure" in verdict(done.stdout)

    @pytest.mark.parametrize("workers", ["0", "2"])
    def test_every_call_hangs(self, workers: str, run: Run, folder: Path) -> None:
        """Each test has its time, and the run has a bound."""
        done = run(HANGING, "-k", "RDR,STM", "-n", workers, "--timeout", "0.5", "--json=report.json")
        assert 1 == done.returncode
        assert "ENDED EARLY: 10 tests hang" in done.stdout
        assert "the test hangs: no end after 0.5 s" in done.stdout
        assert 10 <= len(failures(folder / "report.json")) < 40

    @pytest.mark.parametrize(("workers", "whom"), [("0", "the command"), ("2", "the command"), ("2", "all processes")])
    def test_an_interrupt(self, workers: str, whom: str, folder: Path) -> None:
        """What was collected is reported, in files that are whole; a second interrupt changes nothing about it."""
        arguments = ("-k", "RDR", "-n", workers, "--json=report.json", "--html=page.html", "--junit=report.xml")
        with started(HANGING, *arguments, folder=folder) as command:
            read_until(command, "FAILED")
            interrupt(command, whom)
            output = read_until(command, "ENDED EARLY: interrupted")
            interrupt(command, whom)
            assert command.stdout is not None
            output += command.stdout.read()
            assert 3 == command.wait(60)
        assert "does not conform" in verdict(output)
        assert "interrupted" == ended_early(folder / "report.json")
        assert failures(folder / "report.json")
        assert (folder / "page.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
        assert any(cases(folder / "report.xml").values())
        assert [] == [*folder.glob(".*")]


def started(*arguments: str, folder: Path, stdout: int = subprocess.PIPE, **environment: str) -> subprocess.Popen[str]:
    """The command, in a group of processes of its own, as a terminal has it."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, *arguments],
        cwd=folder,
        env=os.environ | ENVIRONMENT | environment,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def read_until(command: subprocess.Popen[str], words: str) -> str:
    """What it says up to a line with these words."""
    assert command.stdout is not None
    lines = list[str]()
    for line in command.stdout:
        lines.append(line)
        if words in line:
            break
    else:
        pytest.fail("".join(lines))
    return "".join(lines)


def interrupt(command: subprocess.Popen[str], whom: str) -> None:
    """As somebody does who knows the number of the process, or who presses Ctrl-C."""
    if whom == "the command" or sys.platform == "win32":
        command.send_signal(signal.SIGINT)
    else:
        os.killpg(command.pid, signal.SIGINT)
