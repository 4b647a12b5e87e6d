"""What all reports say of a run, and what they say of its failures."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from clientele_conformance.__about__ import __version__
from clientele_conformance.suite.base import Suite

pytest_plugins = ["pytester"]

HARNESS = """
import asyncio
import os
import subprocess
import sys

import pytest

from clientele.http import FakeHTTPBackend
from clientele_conformance.rules import rule
from clientele_conformance.suite.base import Suite

SLOW = "import sys, time; print(7, file=sys.stderr, flush=True); time.sleep(60)"

class FakeBackend(FakeHTTPBackend):
    library = "fake/1.2.3"

class TestFake(Suite):
    backend_class = FakeBackend

"""
TWO = """
    @rule("URL-1")
    def test_one(self, subject):
        pass

    @rule("URL-2")
    @pytest.mark.parametrize("number", [1, 2])
    def test_two(self, subject, number):
        pass
"""
FAILURES = {
    "equal": ("assert 200 == len('abc')", "200", "3"),
    "is": ("assert None is len('abc')", "None", "3"),
    "in": ("assert 'x' in 'abc'", "something with 'x' in it", "'abc'"),
    "not_in": ("assert 'b' not in 'abc'", "something without 'b' in it", "'abc'"),
    "not_equal": ("assert 3 != len('abc')", "anything but 3", "3"),
    "less": ("assert len('abc') < 2", "len('abc') < 2", "3 isn't less than 2"),
    "at_least": ("assert len('abc') >= 4", "len('abc') >= 4", "3 isn't at least 4"),
    "truth": ("assert all([True, False])", "all([True, False])", "False\n +  where False = all([True, False])"),
    "message": ("assert (0, 'a') == (1, ''), 'why: a\\nTraceback'", "(0, 'a')", "(1, '')\nmessage: why: a\n"),
    "truth_with_message": ("assert not 'text', 'too much'", "not 'text'", "not 'text'\nmessage: too much"),
    "bare": ("raise AssertionError", "What it proves.", "AssertionError, without a message, from the line: raise"),
    "own_words": ("raise AssertionError('too late')", "What it proves.", "too late"),
    "not_raised": ("with pytest.raises(KeyError): pass", "KeyError is raised", "no error"),
    "error": ("{}['key']", "{}['key']", "KeyError: 'key'"),
    "cause": ("raise ValueError('a') from KeyError('b')", "What it proves.", "ValueError: a\ncaused by KeyError: 'b'"),
    "group": (
        "raise ExceptionGroup('of tasks', [ValueError('a'), ExceptionGroup('more', [KeyError('b')])])",
        "What it proves.",
        "of tasks (2 sub-exceptions)\n  ValueError: a\n  ExceptionGroup: more (1 sub-exception)\n    KeyError: 'b'",
    ),
    "child": (
        "subprocess.run([sys.executable, '-c', '1/0'], check=True, capture_output=True)",
        "What it proves.",
        "ZeroDivisionError: division by zero",
    ),
    "slow_child": (
        "subprocess.run([sys.executable, '-c', SLOW], timeout=5, capture_output=True)",
        "What it proves.",
        "stderr of the child:\n7",
    ),
}
"""Statements of a test, and the beginning of what was expected, and a part of what came."""


def run(pytester: pytest.Pytester, tests: str, *arguments: str) -> tuple[pytest.RunResult, dict[str, Any]]:
    """The result, and the run in the JSON report."""
    pytester.makepyfile(test_fake=HARNESS + tests)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    report = pytester.path / "report.json"
    result = pytester.runpytest_inprocess("-p", "no:randomly", f"--conformance-json={report}", *arguments)
    (of_backend,) = json.loads(report.read_text(encoding="utf-8"))["runs"]
    return result, of_backend


def properties(pytester: pytest.Pytester) -> dict[str, str]:
    """Those of the test suite in JUnit XML."""
    tree = ET.parse(pytester.path / "junit.xml")  # noqa: S314 - our own
    return {found.attrib["name"]: found.attrib["value"] for found in tree.findall("testsuite/properties/property")}


class TestFacts:
    @pytest.mark.parametrize(
        ("arguments", "extent", "tests"),
        [
            pytest.param(("-n", "2"), "part", 6, marks=pytest.mark.whole),
            ((), "part", 6),
            (("--smoke",), "smoke", 4),
            (("--rules", "URL-1"), "part", 2),
        ],
    )
    def test_every_report_has_them(
        self, arguments: tuple[str, ...], extent: str, tests: int, pytester: pytest.Pytester
    ) -> None:
        """A few groups of the contract are a part of it, though all of their tests are run."""
        html = pytester.path / "report.html"
        files = (f"--conformance-html={html}", "--junitxml=junit.xml")
        result, of_backend = run(pytester, TWO, *arguments, *files)
        about = of_backend["about"]
        assert extent == of_backend["extent"]
        assert tests == len(of_backend["tests"])
        assert ("fake/1.2.3", __version__, "2026.1", 6) == tuple(
            about[name] for name in ("library", "suite", "edition", "tests")
        )
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", of_backend["started"])
        words = {"part": "partial run", "smoke": "smoke run"}[extent]
        told = properties(pytester)
        expected = {
            "run": words,
            "date": of_backend["started"],
            "library": "fake/1.2.3",
            "suite": f"clientele-conformance/{__version__}",
            "edition": "2026.1",
            "tests": f"{tests}" if tests == 6 else f"{tests} of 6",
            "seconds": f"{of_backend['seconds']:.1f}",
        }
        assert expected == {name: told[f"fake.{name}"] for name in expected}
        assert of_backend["verdict"] == told["fake.verdict"]
        assert "conforms" not in of_backend["verdict"]
        page = html.read_text(encoding="utf-8")
        for fact in expected.values():
            assert fact in result.stdout.str()
            assert fact in page

    @pytest.mark.parametrize(("arguments", "extent"), [((), "whole"), (("-k", "two"), "part"), (("--smoke",), "smoke")])
    def test_a_whole_run_is_one_of_every_test(
        self, arguments: tuple[str, ...], extent: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Of a class that has every group of rules, as this one says that it does."""
        monkeypatch.setattr(Suite, "is_whole_contract", True)
        assert extent == run(pytester, TWO, *arguments)[1]["extent"]

    def test_a_class_can_not_say_that_it_is_the_whole_contract(self, pytester: pytest.Pytester) -> None:
        """It would be a part that conforms."""
        result, of_backend = run(pytester, f"    is_whole_contract = True\n{TWO}")
        assert pytest.ExitCode.TESTS_FAILED == result.ret
        assert "does not conform" in of_backend["verdict"]

    def test_a_class_that_names_no_library(self, pytester: pytest.Pytester) -> None:
        """It is said."""
        plain = '\n    backend_class = type("Plain", (FakeHTTPBackend,), {"library": ""})\n'
        result, of_backend = run(pytester, plain + TWO)
        assert "" == of_backend["about"]["library"]
        result.stdout.fnmatch_lines(["*library not named by the class,*"])


class TestFailures:
    def test_what_was_expected_and_what_came(self, pytester: pytest.Pytester) -> None:
        """Whatever the statement is that fails."""
        tests = "".join(
            f'\n    @rule("URL-1")\n    def test_{name}(self):\n        """What it proves."""\n        {statement}\n'
            for name, (statement, _, _) in FAILURES.items()
        )
        _, of_backend = run(pytester, tests)
        failures = {test["test"]: test["failure"] for test in of_backend["tests"]}
        for name, (_, expected, got) in FAILURES.items():
            failure = failures[f"test_{name}"]
            assert failure["expected"].startswith(expected), name
            assert got in failure["got"], name
        assert "it is not so" not in json.dumps(of_backend)

    def test_a_failure_in_a_group(self, pytester: pytest.Pytester) -> None:
        """An assertion of a task is told as one of a test, and the others with it."""
        tests = '''
    @rule("CON-1")
    def test_tasks(self):
        """Tasks agree."""
        async def work(number):
            await asyncio.sleep(0)
            assert "a" == number

        async def together():
            async with asyncio.TaskGroup() as group:
                for number in (1, 2):
                    group.create_task(work(number))

        asyncio.run(together())
'''
        _, of_backend = run(pytester, tests)
        (test,) = of_backend["tests"]
        assert "'a'" == test["failure"]["expected"]
        assert test["failure"]["got"].splitlines()[0] in {"1", "2"}
        assert "and " in test["failure"]["got"]

    def test_a_long_text_has_both_ends(self, pytester: pytest.Pytester) -> None:
        """Of a traceback, the end says most."""
        statement = "raise ValueError('begin' + 9999 * 'x' + 'end')"
        _, of_backend = run(pytester, f"\n    @rule('URL-1')\n    def test_long(self):\n        {statement}\n")
        got = of_backend["tests"][0]["failure"]["got"]
        assert "begin" in got
        assert got.endswith("end")
        assert len(got) < 2200

    @pytest.mark.whole
    def test_a_process_that_crashes(self, pytester: pytest.Pytester) -> None:
        """Its test has failed, although nothing but its name has come back."""
        tests = """
    @rule("URL-1")
    @pytest.mark.parametrize("number", [1, 2])
    def test_it(self, number):
        if number == 2:
            os._exit(1)
"""
        result, of_backend = run(pytester, tests, "-n", "1")
        assert pytest.ExitCode.OK != result.ret
        assert {"test_it[1]": "passed", "test_it[2]": "failed"} == {
            test["id"]: test["outcome"] for test in of_backend["tests"]
        }
        assert ["URL-1"] == of_backend["tests"][1]["rules"]
        result.stdout.fnmatch_lines(["fake does not conform to edition *1 test failed*broken URL-1*"])
