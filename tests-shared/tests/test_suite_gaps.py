"""Known gaps: what they cover, when they fail a run, and what is said of a file that is wrong."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from clientele_conformance.gaps import Gap, read_gaps

pytest_plugins = ["pytester"]

HARNESS = """
import pytest
from pathlib import Path
from clientele.http import FakeHTTPBackend
from clientele_conformance.rules import rule
from clientele_conformance.suite.base import Suite, only

class TestFake(Suite):
    backend_class = FakeHTTPBackend
    known_gaps = Path(__file__).with_name("gaps.toml")

    @rule("URL-1")
    def test_that_holds(self, subject):
        pass

    @rule("URL-2")
    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_some(self, subject, number):
        assert 1 != number

    @rule("URL-3")
    @pytest.mark.parametrize("number", [1, 2])
    def test_none(self, subject, number):
        assert "a number" == number
"""
OPEN = "test_none"
"""What fails in all of its tests."""


def row(rule: str, **others: object) -> str:
    """A row of the file."""
    entry = {"rule": rule, "reason": "a reason", "link": "https://example.test/1", **others}
    return "\n".join(["[[gap]]", *(f"{key} = {json.dumps(value)}" for key, value in entry.items()), "", ""])


def run(
    pytester: pytest.Pytester, gaps: str, *arguments: str, harness: str = HARNESS
) -> tuple[pytest.RunResult, dict[str, Any]]:
    """Run the harness with these gaps; the result, and the run in the report."""
    pytester.makepyfile(test_fake=harness)
    pytester.makefile(".toml", gaps=gaps)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    report = pytester.path / "report.json"
    result = pytester.runpytest_inprocess("-p", "no:randomly", f"--conformance-json={report}", *arguments)
    if not report.exists():
        return result, {}
    (of_backend,) = json.loads(report.read_text(encoding="utf-8"))["runs"]
    return result, of_backend


def outcomes(of_backend: dict[str, Any]) -> dict[str, str]:
    """What came of each test."""
    return {test["id"]: test["outcome"] for test in of_backend["tests"]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of gaps."""
    return tmp_path / "gaps.toml"


class TestCovering:
    @pytest.mark.parametrize(
        ("gap", "covered"),
        [
            ({}, {1, 2, 3, 4}),
            ({"mode": "async"}, {3, 4}),
            ({"test": "test_x"}, {1, 2, 3, 4}),
            ({"test": "test_x", "mode": "sync"}, {1, 2}),
            ({"test": "test_x[async-a]"}, {3}),
            ({"test": "test_x[async-*]"}, {3, 4}),
            ({"test": "test_x[a]"}, {1, 3}),
            ({"test": "test_x[a]", "mode": "sync"}, {1}),
            ({"test": "test_y"}, set()),
            ({"rule": "URL-2"}, set()),
        ],
    )
    def test_a_gap_names_tests(self, gap: dict[str, Any], covered: set[int]) -> None:
        """By their function, their id or a pattern, and by the mode."""
        known = Gap(**{"row": 1, "rule": "URL-1", "reason": "a reason", "link": "", **gap})
        tests = {1: ("[sync-a]", "sync"), 2: ("[sync-b]", "sync"), 3: ("[async-a]", "async"), 4: ("[async-b]", "async")}
        found = {number for number, (ids, mode) in tests.items() if known.covers(("URL-1",), f"test_x{ids}", mode)}
        assert covered == found


class TestStrictness:
    def test_a_failure_is_expected(self, pytester: pytest.Pytester) -> None:
        """In each mode; the report has the reason and the link."""
        result, of_backend = run(pytester, row("URL-3") + row("URL-2", test="test_some[1]"))
        assert pytest.ExitCode.OK == result.ret
        result.assert_outcomes(passed=6, xfailed=6)
        (test,) = [test for test in of_backend["tests"] if test["id"] == "test_some[sync-1]"]
        assert ("gap", "a reason (https://example.test/1)") == (test["outcome"], test["reason"])

    def test_a_gap_of_one_mode(self, pytester: pytest.Pytester) -> None:
        """In the other mode, the failure is one."""
        _, of_backend = run(pytester, row("URL-3", mode="async") + row("URL-2"))
        assert ("gap", "failed") == tuple(outcomes(of_backend)[f"test_none[{mode}-1]"] for mode in ("async", "sync"))

    @pytest.mark.parametrize(
        "closed",
        [
            {"rule": "URL-1"},
            {"rule": "URL-1", "test": "test_that_holds"},
            {"rule": "URL-1", "mode": "sync"},
            {"rule": "URL-2", "test": "test_some[sync-2]"},
            {"rule": "URL-2", "test": "test_some[2]"},
        ],
    )
    def test_a_gap_all_of_whose_tests_pass(self, closed: dict[str, str], pytester: pytest.Pytester) -> None:
        """It fails the run, and is named with its row; what it names isn't said to be broken."""
        result, of_backend = run(pytester, row("URL-2", test="test_some[1]") + row(**closed) + row("URL-3"))
        assert pytest.ExitCode.TESTS_FAILED == result.ret
        assert "failed" not in outcomes(of_backend).values()
        result.stdout.fnmatch_lines(
            [
                f"fake has known gaps that have closed, take them out: {closed['rule']} (gaps.toml, row 2)*",
                f"FAILED gaps.toml::fake: row 2, the gap in {closed['rule']} - each of the *",
            ]
        )

    def test_a_gap_some_of_whose_tests_pass(self, pytester: pytest.Pytester) -> None:
        """They are listed, and nothing fails: with a pattern as with a whole rule."""
        gaps = row("URL-2", test="test_some[sync-*]") + row("URL-2", mode="async", reason="another") + row("URL-3")
        result, _ = run(pytester, gaps)
        assert pytest.ExitCode.OK == result.ret
        for number, mode in enumerate(("sync", "async"), 1):
            passing = [f"*test_some[[]{mode}-2[]]", f"*test_some[[]{mode}-3[]]"]
            result.stdout.fnmatch_lines([f"*gaps.toml, row {number}: 2 of 3 passed:", *passing])

    def test_gaps_with_one_reason_are_shown_as_one(self, pytester: pytest.Pytester) -> None:
        """A file that was written by a run has a row for each test."""
        rows = "".join(row("URL-3", test=f"test_none[{mode}-{n}]") for mode in ("sync", "async") for n in (1, 2))
        result, _ = run(pytester, rows + row("URL-2"))
        assert pytest.ExitCode.OK == result.ret
        result.stdout.fnmatch_lines(
            [
                "*URL-3 test_none[[]sync-1[]] and 3 more: a reason (https://example.test/1)",
                "*gaps.toml, rows 1, 2, 3, 4: 0 of 4 passed",
            ]
        )

    @pytest.mark.parametrize(
        "selection",
        [
            ("--smoke",),
            ("-k", "test_some and (sync-2 or sync-3)"),
            ("test_fake.py::TestFake::test_some[sync-2]", "test_fake.py::TestFake::test_some[sync-3]"),
            ("--deselect", "test_fake.py::TestFake::test_some[sync-1]"),
        ],
        ids=" ".join,
    )
    def test_a_run_of_some_of_them_judges_nothing(self, selection: tuple[str, ...], pytester: pytest.Pytester) -> None:
        """Those that it has run may all pass, although the gap is open."""
        result, of_backend = run(pytester, row("URL-3") + row("URL-2", mode="sync") + row("URL-2"), *selection)
        assert pytest.ExitCode.OK == result.ret
        assert "passed" in outcomes(of_backend).values()

    def test_a_selection_of_all_of_them_judges(self, pytester: pytest.Pytester) -> None:
        """Whatever else wasn't run."""
        result, _ = run(pytester, row("URL-1", mode="sync"), "-k", "test_that_holds and not async")
        assert pytest.ExitCode.TESTS_FAILED == result.ret

    def test_a_test_may_be_named_twice(self, pytester: pytest.Pytester) -> None:
        """Each row is judged by itself."""
        gaps = row("URL-2") + row("URL-2", test="test_some[1]") + row("URL-2", test="test_some[2]") + row("URL-3")
        result, of_backend = run(pytester, gaps)
        result.stdout.fnmatch_lines(["*take them out: URL-2 (gaps.toml, row 3);*"])
        assert "failed" not in outcomes(of_backend).values()

    def test_rows_of_several_files(self, pytester: pytest.Pytester) -> None:
        """They have the same numbers, and each is judged by the tests that it names."""
        pytester.makefile(".toml", more=row("URL-2", test="test_some[2]") + row("URL-3"))
        both = '[Path(__file__).with_name(name) for name in ("gaps.toml", "more.toml")]'
        harness = HARNESS.replace('Path(__file__).with_name("gaps.toml")', both)
        result, of_backend = run(pytester, row("URL-2", test="test_some[1]") + row("URL-1"), harness=harness)
        result.stdout.fnmatch_lines(["*take them out: URL-1 (gaps.toml, row 2), URL-2 (more.toml, row 1);*"])
        named = {test["id"]: test["gaps"] for test in of_backend["tests"] if "sync-1" in test["id"]}
        assert [["gaps.toml", 1]] == named["test_some[sync-1]"]
        assert [["more.toml", 2]] == named["test_none[sync-1]"]

    @pytest.mark.whole
    @pytest.mark.parametrize(("passing", "code"), [("test_some[2]", 1), ("test_some[*]", 0)])
    def test_tests_run_side_by_side(self, passing: str, code: int, pytester: pytest.Pytester) -> None:
        """What decides has come from several processes, and the outcome is the same."""
        gaps = row("URL-2", test="test_some[1]") + row("URL-2", test=passing) + row("URL-3")
        result, of_backend = run(pytester, gaps, "-n", "2")
        assert code == result.ret
        assert [2, 2 if code else 6, 4] == [gap["names"] for gap in of_backend["gaps"]]
        if code:
            result.stdout.fnmatch_lines(["*take them out: URL-2 (gaps.toml, row 2);*"])

    def test_other_formats_have_the_failure(self, pytester: pytest.Pytester) -> None:
        """In JUnit's it is one of a test case, so that CI shows it."""
        result, of_backend = run(pytester, row("URL-1") + row("URL-2") + row("URL-3"), "--junitxml=junit.xml")
        assert pytest.ExitCode.TESTS_FAILED == result.ret
        assert "URL-1" == of_backend["gaps"][0]["rule"]
        cases = ET.parse(pytester.path / "junit.xml").iter("testcase")  # noqa: S314 - our own
        failed = [case for case in cases if case.find("failure") is not None]
        assert ["fake: row 1, the gap in URL-1"] == [case.get("name") for case in failed]


class TestFlaky:
    def test_it_fails_neither_way(self, pytester: pytest.Pytester) -> None:
        """Not when its tests fail, not when they pass; the verdict has it either way."""
        gaps = row("URL-1", flaky=True) + row("URL-2", flaky=True) + row("URL-3", flaky=True)
        result, of_backend = run(pytester, gaps)
        assert pytest.ExitCode.OK == result.ret
        assert {"passed", "gap"} == set(outcomes(of_backend).values())
        assert [True] * 3 == [gap["flaky"] for gap in of_backend["gaps"]]
        result.stdout.fnmatch_lines(["*known gaps in URL-1, URL-2, URL-3*"])
        assert "flaky: a reason" in result.stdout.str()


class TestAboutNothing:
    @pytest.mark.parametrize(
        "entry",
        [
            pytest.param({"rule": "URL-99"}, id="unknown rule"),
            pytest.param({"rule": "URL-99", "test": "test_none"}, id="unknown rule of a known test"),
            pytest.param({"rule": "URL-2", "test": "test_that_is_not_there"}, id="unknown test"),
            pytest.param({"rule": "URL-2", "test": "test_that_holds"}, id="test of another rule"),
            pytest.param({"rule": "URL-2", "test": "test_some[sync-9]"}, id="unknown parameters"),
            pytest.param({"rule": "URL-2", "test": "test_some[sync-1]", "mode": "async"}, id="two modes"),
        ],
    )
    def test_it_is_an_error(self, entry: dict[str, str], pytester: pytest.Pytester) -> None:
        """Nothing is run, and the message names the file, the row and the rule."""
        result, _ = run(pytester, row("URL-2") + row(**entry))
        assert pytest.ExitCode.USAGE_ERROR == result.ret
        result.stderr.fnmatch_lines([f"*gaps.toml: row 2: the gap in {entry['rule']} is about no test; remove it"])

    def test_what_is_not_selected_is_something(self, pytester: pytest.Pytester) -> None:
        """A part of the suite can be run with the same file."""
        result, _ = run(pytester, row("URL-2"), "test_fake.py::TestFake::test_that_holds")
        assert pytest.ExitCode.OK == result.ret
        result.assert_outcomes(passed=2)

    def test_a_mode_that_the_backend_lacks(self, pytester: pytest.Pytester) -> None:
        """Two backends may have one file."""
        sync = "capabilities=frozenset({Capability.SYNC})"
        harness = HARNESS.replace("import FakeHTTPBackend", "import Capability, FakeHTTPBackend").replace(
            "backend_class = FakeHTTPBackend", f"backend_class = type('Sync', (FakeHTTPBackend,), dict({sync}))"
        )
        pytester.makepyfile(test_fake=harness)
        pytester.makefile(".toml", gaps=row("URL-1", mode="async") + row("URL-2") + row("URL-3"))
        pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
        result = pytester.runpytest_inprocess()
        result.assert_outcomes(xpassed=2, xfailed=3, passed=1)


class TestReading:
    def test_a_row(self, file: Path) -> None:
        """With what is optional, and an empty link; its number is that of the row."""
        file.write_text(row("URL-1", link="") + row("URL-2", test="test_x[*]", mode="sync", flaky=True), "utf-8")
        assert [
            Gap(row=1, rule="URL-1", reason="a reason", link=""),
            Gap(2, "URL-2", "a reason", "https://example.test/1", "test_x[*]", "sync", flaky=True),
        ] == read_gaps(file)

    def test_no_rows(self, file: Path) -> None:
        """A file in which nothing is left."""
        file.write_text("# All rules hold.\n", encoding="utf-8")
        assert [] == read_gaps(file)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('[[gap]]\nreason = "why"\nlink = ""', 'gaps.toml: row 1: the key "rule" is missing'),
            (f'{row("URL-1")}[[gap]]\nrule = "URL-2"\nlink = ""', 'row 2 (URL-2): the key "reason" is missing'),
            ('[[gap]]\nrule = "URL-2"\nreason = "why"', 'gaps.toml: row 1 (URL-2): the key "link" is missing'),
            (row("URL-1", tset="test_x"), 'gaps.toml: row 1 (URL-1): there is no key "tset"; did you mean "test"?'),
            (row("URL-1", zzz=1), 'there is no key "zzz"; a row has rule, test, mode, reason, link, care, flaky'),
            (row("URL-1", test=3), '"test" is a text in quotes, not 3'),
            (row("URL-1", flaky="yes"), "\"flaky\" is true or false, not 'yes'"),
            (row("URL-1", mode="neither"), '"mode" is "sync" or "async", not \'neither\''),
            (row("URL-1", reason=" "), 'gaps.toml: row 1 (URL-1): "reason" is empty: write why'),
            (row("URL-1", flaky=True) * 4, "rows 1, 2, 3, 4 are flaky; a file may have at most 3 flaky gaps"),
            ("[[gaps]]\n", 'gaps.toml: there is no key "gaps"; every row begins with [[gap]]'),
            ('[gap]\nrule = "URL-1"', "gaps.toml: every row begins with [[gap]], in double brackets"),
            ("gap = [1]", "gaps.toml: every row begins with [[gap]], in double brackets"),
            ("[[gap]\n", "gaps.toml: the file isn't TOML: "),
        ],
    )
    def test_a_mistake_is_named(self, text: str, message: str, file: Path) -> None:
        """With the file, the row, its rule and the key."""
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=r"^gaps.toml: ") as caught:
            read_gaps(file)
        assert message in str(caught.value)
        assert "__init__" not in str(caught.value)

    def test_a_file_that_is_not_utf_8(self, file: Path) -> None:
        """It is named, too."""
        file.write_bytes(b"# \xff\n")
        with pytest.raises(ValueError, match=r"gaps.toml: the file isn't UTF-8"):
            read_gaps(file)

    def test_all_mistakes_are_told(self, file: Path) -> None:
        """Ten of them, and how many there are more."""
        file.write_text(row("URL-1", reason="") * 12, encoding="utf-8")
        with pytest.raises(ValueError, match="write why") as caught:
            read_gaps(file)
        lines = str(caught.value).splitlines()
        assert ["gaps.toml: row 10 (URL-1)", "gaps.toml: and 2 more"] == [line[:25].rstrip(":") for line in lines[-2:]]

    @pytest.mark.parametrize("processes", ["0", pytest.param("2", marks=pytest.mark.whole)])
    def test_nothing_is_run_with_a_bad_file(self, processes: str, pytester: pytest.Pytester) -> None:
        """The message is on the terminal, also where tests run side by side."""
        result, of_backend = run(pytester, row("URL-1", reason=""), "-n", processes)
        assert pytest.ExitCode.OK != result.ret
        assert {} == of_backend
        assert 'row 1 (URL-1): "reason" is empty: write why' in result.stdout.str() + result.stderr.str()

    def test_a_file_that_is_not_there(self, pytester: pytest.Pytester) -> None:
        """It is named."""
        pytester.makepyfile(test_fake=HARNESS)
        pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
        result = pytester.runpytest_inprocess()
        assert pytest.ExitCode.USAGE_ERROR == result.ret
        result.stderr.fnmatch_lines(["*the file of known gaps can't be read: *gaps.toml*"])
