"""`--write-known-gaps`: a row for each failure, which an author completes."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from clientele_conformance.command.arguments import run_parser

pytest_plugins = ["pytester"]

HARNESS = r"""
import pytest
from pathlib import Path
from clientele.http import FakeHTTPBackend
from clientele_conformance.rules import rule
from clientele_conformance.suite.base import Suite

GAPS = Path(__file__).with_name("gaps.toml")

class TestFake(Suite):
    backend_class = FakeHTTPBackend
    known_gaps = GAPS if GAPS.exists() else None

    @rule("URL-1", "URL-2")
    @pytest.mark.parametrize("text", ["a", 'a "b" \\ [c]', "a*", "\x7f\n"], ids=str)
    def test_texts(self, subject, text):
        assert "another" == text

    @rule("URL-3")
    def test_that_holds(self, subject):
        pass

    @rule("TMO-5")
    def test_what_should_hold(self, mode):
        assert "neither" == mode
"""
TESTS = 8


def run(pytester: pytest.Pytester, *arguments: str, harness: str = HARNESS) -> pytest.RunResult:
    """Run the harness, with the file of known gaps if there is one."""
    pytester.makepyfile(test_fake=harness)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    return pytester.runpytest_inprocess("-p", "no:randomly", *arguments)


def rows(file: Path) -> list[dict[str, Any]]:
    """What is in a file of known gaps."""
    found: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["gap"]
    return found


@pytest.fixture
def file(pytester: pytest.Pytester) -> Path:
    """The file of known gaps of the harness."""
    return pytester.path / "gaps.toml"


class TestRows:
    def test_each_failure_has_one(self, file: Path, pytester: pytest.Pytester) -> None:
        """With its rule and its id, whatever is in it, and an empty reason; what fails no run has none."""
        result = run(pytester, f"--write-known-gaps={file}")
        assert pytest.ExitCode.TESTS_FAILED == result.ret
        assert TESTS == len(rows(file)) == len({row["test"] for row in rows(file)})
        assert {"URL-1"} == {row["rule"] for row in rows(file)}
        assert {("", "")} == {(row["reason"], row["link"]) for row in rows(file)}
        assert r'test_texts[sync-a "b" \\ [c]]' in {row["test"] for row in rows(file)}
        result.stdout.fnmatch_lines([f'*gaps.toml: {TESTS} rows written; write into "reason" why *'])

    def test_without_reasons_it_is_refused(self, file: Path, pytester: pytest.Pytester) -> None:
        """As nobody has said yet why the backend can't keep the rules."""
        run(pytester, f"--write-known-gaps={file}")
        result = run(pytester)
        assert pytest.ExitCode.USAGE_ERROR == result.ret
        result.stderr.fnmatch_lines(['*gaps.toml: row 1 (URL-1): "reason" is empty: write why *'])

    def test_with_reasons_the_run_is_green(self, file: Path, pytester: pytest.Pytester) -> None:
        """Nothing else has to be written."""
        run(pytester, f"--write-known-gaps={file}")
        file.write_text(file.read_text(encoding="utf-8").replace('reason = ""', 'reason = "an old library"'), "utf-8")
        result = run(pytester)
        assert pytest.ExitCode.OK == result.ret
        result.stdout.fnmatch_lines(["*known gaps in URL-1, URL-2*"])

    @pytest.mark.whole
    def test_side_by_side(self, file: Path, pytester: pytest.Pytester) -> None:
        """It has the same rows."""
        run(pytester, f"--write-known-gaps={file}", "-n", "2")
        assert TESTS == len(rows(file))


class TestAddedRows:
    KEPT = '# Ours.\n[[gap]]\nrule = "URL-1"\ntest = "test_texts[sync-a]"\nreason = "an old library"\nlink = ""'

    def test_what_is_there_stays(self, file: Path, pytester: pytest.Pytester) -> None:
        """Also a comment, also where the last line has no end; what a row covers isn't written again."""
        file.write_text(self.KEPT, encoding="utf-8")
        result = run(pytester, f"--write-known-gaps={file}")
        assert file.read_text(encoding="utf-8").startswith(f"{self.KEPT}\n\n")
        assert TESTS == len(rows(file))
        result.stdout.fnmatch_lines([f"*gaps.toml: {TESTS - 1} rows written;*"])

    def test_rows_without_a_reason_stay(self, tmp_path: Path, pytester: pytest.Pytester) -> None:
        """A second run adds nothing."""
        other = tmp_path / "other.toml"
        run(pytester, f"--write-known-gaps={other}")
        before = other.read_bytes()
        result = run(pytester, f"--write-known-gaps={other}")
        assert before == other.read_bytes()
        result.stdout.fnmatch_lines([f"*other.toml: 0 rows written; {TESTS} failures are in it already"])

    def test_no_failure_leaves_no_file(self, file: Path, pytester: pytest.Pytester) -> None:
        """There is nothing to say."""
        result = run(pytester, f"--write-known-gaps={file}", "-k", "that_holds")
        assert pytest.ExitCode.OK == result.ret
        assert not file.exists()


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("[[gap]]\n", 'other.toml: row 1: the key "rule" is missing'),
            ("[tool]\n", 'other.toml: there is no key "tool"'),
            ("nothing", "other.toml: the file isn't TOML"),
        ],
    )
    def test_another_file(self, text: str, message: str, tmp_path: Path, pytester: pytest.Pytester) -> None:
        """It is left as it is, before anything is run."""
        other = tmp_path / "other.toml"
        other.write_text(text, encoding="utf-8")
        result = run(pytester, f"--write-known-gaps={other}")
        assert pytest.ExitCode.USAGE_ERROR == result.ret
        assert message in result.stderr.str()
        assert text == other.read_text(encoding="utf-8")

    def test_a_folder_that_is_not_there(self, tmp_path: Path, pytester: pytest.Pytester) -> None:
        """It would be found out when the run is over."""
        result = run(pytester, f"--write-known-gaps={tmp_path / 'nowhere' / 'gaps.toml'}")
        assert pytest.ExitCode.USAGE_ERROR == result.ret
        result.stderr.fnmatch_lines(["*--write-known-gaps: there is no folder *nowhere"])

    def test_several_backends(self, file: Path, pytester: pytest.Pytester) -> None:
        """Each has a file of its own."""
        result = run(pytester, f"--write-known-gaps={file}", harness=f"{HARNESS}\nclass TestOther(TestFake): pass")
        assert pytest.ExitCode.USAGE_ERROR == result.ret
        result.stderr.fnmatch_lines(["*TestFake, TestOther: each has a file of its own*"])


def test_the_command_takes_it() -> None:
    """By the same name."""
    assert "gaps.toml" == run_parser().parse_args(["a:B", "--write-known-gaps", "gaps.toml"]).write_known_gaps.name
