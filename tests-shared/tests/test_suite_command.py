"""The contract from the command line, without a line of code."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from clientele_conformance.command.arguments import options_of, run_parser
from clientele_conformance.command.main import main

pytestmark = pytest.mark.timeout(240)

HERE = Path(__file__).parents[2] / "docs" / "examples" / "toy_backend"
TOY = "toy_backend:ToyHTTPBackend"
MODULES = {
    "needs_absent.py": "import a_library_that_is_not_there",
    "says_no.py": "raise RuntimeError('not today')",
    "several.py": """
from clientele.http import HTTPBackend
from toy_backend import ToyHTTPBackend as MyBackend

class Other: pass
class Half(HTTPBackend): pass
number = 1
""",
}


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the command does to its process."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(HERE)])
    monkeypatch.setenv("CLIENTELE_CONFORMANCE_TARGET", "")
    before = set(sys.modules)
    yield
    for name in {"needs_absent", "says_no", "several", "toy_backend"} - before:
        sys.modules.pop(name, None)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with modules of a user's, from where the command is called."""
    for name, text in MODULES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, seconds: float = 200) -> subprocess.CompletedProcess[str]:
    """The command, as `python -m` has it, where the toy backend is."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "clientele_conformance", *arguments],
        cwd=HERE,
        env=os.environ | {"COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def results_in(file: Path) -> dict[str, Any]:
    """The results of the only run in a file."""
    (of_backend,) = json.loads(file.read_text(encoding="utf-8"))["runs"]
    return {test["id"]: test for test in of_backend["tests"]}


class TestRun:
    @pytest.mark.whole
    def test_a_broken_backend(self, tmp_path: Path) -> None:
        """Each failure has the rule, what was sent, came back and was expected, and a command that shows it again."""
        results, junit = tmp_path / "results.json", tmp_path / "results.xml"
        arguments = ("--options", "timeout=3.5", "-k", "QRY-1", "--own-client", "toy_backend:ToyHTTPBackend")
        done = run(TOY, "-n0", *arguments, f"--json={results}", f"--junit={junit}")
        assert (1, "") == (done.returncode, done.stderr)
        for words in ("QRY-1 Parameters", "sent  ", "came back  ", "expected  ", "got  ", "run it again  "):
            assert words in done.stdout
        assert "ToyHTTPBackend does not conform to edition 2026.1" in done.stdout
        failed = {name: test for name, test in results_in(results).items() if test["outcome"] == "failed"}
        kinds = {said["kind"] for test in failed.values() for said in test["failure"].get("said", ())}
        assert {"called", "sent", "came back", "returned"} <= kinds
        name, test = next(iter(failed.items()))
        cases = {case.get("name"): case for case in ET.parse(junit).iter("testcase")}  # noqa: S314 - our own
        assert cases[name].find("failure") is not None
        self._assert_shown_again(name, test)

    def _assert_shown_again(self, name: str, test: dict[str, Any]) -> None:
        program, *arguments = shlex.split(test["reproduce"])
        assert "clientele-conformance" == program
        assert ["--options", '{"timeout": 3.5}', "--own-client", TOY] == arguments[1:5]
        again = run(*arguments)
        assert 1 == again.returncode
        assert name in again.stdout
        assert "1 test failed" in again.stdout

    def test_a_backend_that_keeps_a_rule(self) -> None:
        """Installed ones are known by their names; a smoke run says what it found, and what wasn't tried."""
        done = run("httpx", "-n0", "-k", "CAP", "--smoke")
        assert 0 == done.returncode, done.stdout
        assert "httpx: smoke: 1 rule tried, nothing found; a whole run decides; not tried" in done.stdout
        assert "conforms" not in done.stdout

    @pytest.mark.whole
    def test_a_known_gap(self, tmp_path: Path) -> None:
        """It is expected: the run is green, and says what it left open."""
        gaps = tmp_path / "gaps.toml"
        gaps.write_text(
            '[[gap]]\nrule = "CAP-1"\nreason = "an old library"\nlink = "https://example.test/1"\n', encoding="utf-8"
        )
        test = "test_http2[sync]"
        done = run(TOY, "--test", test, "--known-gaps", str(gaps), f"--json={tmp_path / 'results.json'}")
        assert 0 == done.returncode, done.stdout
        assert "known gaps in CAP-1" in done.stdout
        assert ("gap", "an old library (https://example.test/1)") == (
            results_in(tmp_path / "results.json")[test]["outcome"],
            results_in(tmp_path / "results.json")[test]["reason"],
        )


class TestOptions:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            (["pool=3", "name=mine", "quick=true", "nothing=null"], {"pool": 3, "name": "mine", "quick": True}),
            (['{"pool": {"size": 3}}', "pool=4"], {"pool": 4}),
            (["empty=", 'text="3"', "url=http://h/?a=b"], {"empty": "", "text": "3", "url": "http://h/?a=b"}),
        ],
    )
    def test_values_are_json_where_they_can_be(self, given: list[str], expected: dict[str, object]) -> None:
        """Text otherwise; a whole object may be given, and the last one wins."""
        arguments = [part for option in given for part in ("--options", option)]
        options = options_of(run_parser().parse_args(["a:B", *arguments]).options)
        assert expected == {name: value for name, value in options.items() if value is not None}


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["nowhere:MyBackend"], "there is no module nowhere; run where it can be imported"),
            (["nowhere.deeper:MyBackend"], "there is no module nowhere;"),
            (["several.deeper:MyBackend"], "there is no module several.deeper;"),
            (["several:MyBackEnd"], "several has no MyBackEnd; is it MyBackend?"),
            (["several:Other"], "is not a subclass of clientele.http.HTTPBackend but another class, Other"),
            (["several:number"], "several:number is not a subclass of clientele.http.HTTPBackend but of type int"),
            (["several:Half"], "several:Half lacks methods of clientele.http.HTTPBackend: aclose, "),
            (["several:"], "give a module and a class, as my_package:MyBackend"),
            (["several"], "'several': no such backend; installed are 'aiohttp' or "),
            (["needs_absent:MyBackend"], "importing needs_absent failed: No module named 'a_library_that"),
            (["says_no:MyBackend"], "importing says_no failed with RuntimeError: not today"),
            (["several:MyBackend", "--options", "pool=3"], "several:MyBackend(pool=3) raises TypeError: "),
            (["several:MyBackend", "--options", "pool"], "'pool' is neither NAME=VALUE nor a JSON object"),
            (["several:MyBackend", "--options", "{pool"], "no JSON object: "),
            (["several:MyBackend", "-k", "URL,FOO"], "FOO: no such rule or group of rules; the groups are URL, QRY"),
            (["several:MyBackend", "--edition", "1999.1"], "edition '1999.1': no such edition; there are 2026.1"),
            (["several:MyBackend", "--known-gaps", "nowhere.toml"], "there is no file "),
            (["several:MyBackend", "--own-client", "several"], "'several': give a module and a function, as my"),
            (["several:MyBackend", "--own-client", "several:numbr"], "several has no numbr; is it number?"),
            (["several:MyBackend", "--native-response", "several:number"], "is not a function but of type int"),
            (["several:MyBackend", "-n", "many"], "'many' is not a number of processes"),
            (["several:MyBackend", "--timeout", "0"], "'0' is not a number of seconds above 0"),
            (["several:MyBackend", "--json", "nowhere/report.json"], "there is no folder "),
            (["several:MyBackend", "--html", "."], " is a folder"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_they_are_named_before_anything_runs(
        self, arguments: Sequence[str], message: str, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """With exit code 2, and what to do."""
        with pytest.raises(SystemExit) as caught:
            main(list(arguments))
        assert 2 == caught.value.code
        assert message in capsys.readouterr().err

    @pytest.mark.whole
    def test_a_test_that_is_not_there(self) -> None:
        """It is named, and nothing was run."""
        done = run("httpx", "--test", "test_that_is_not_there")
        assert 2 == done.returncode
        assert "test_that_is_not_there" in done.stdout + done.stderr
