"""What an operating system can't do is not held against a backend, and not counted for it either."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from clientele_conformance.systems import PRESENT, Feature

pytest_plugins = ["pytester"]

SUITE = """
from clientele.http import FakeHTTPBackend
from clientele_conformance.rules import rule
from clientele_conformance.suite.base import Suite, needs_system

class Rules(Suite):
    @needs_system("fork")
    @rule("LIF-6")
    def test_a_child(self): pass

    @needs_system("descriptors")
    @rule("LIF-3")
    def test_all_that_is_open(self): pass

    @rule("LIF-3")
    def test_closing(self): pass

class TestMine(Rules):
    backend_class = FakeHTTPBackend
"""


@pytest.mark.parametrize(
    ("lacking", "options", "tests", "held"),
    [
        ([], [], {"test_a_child", "test_all_that_is_open", "test_closing"}, "2 rules"),
        ([], ["--smoke"], {"test_a_child", "test_all_that_is_open"}, "2 rules"),
        (["descriptors"], ["--smoke"], {"test_a_child", "test_closing"}, "2 rules"),
        (["fork", "descriptors"], [], {"test_closing"}, "1 rule"),
    ],
)
def test_what_the_system_lacks_is_not_tried(  # noqa: PLR0917 - what comes of what
    lacking: list[Feature],
    options: list[str],
    tests: set[str],
    held: str,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The test is left out, and its rule held only if another one proves it, which a smoke run then takes."""
    for feature in get_args(Feature):
        monkeypatch.setitem(PRESENT, feature, feature not in lacking)
    pytester.makepyfile(test_mine=SUITE)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    file = pytester.path / "report.json"
    result = pytester.runpytest_inprocess(f"--conformance-json={file}", "-p", "no:randomly", *options)
    (of_backend,) = json.loads(file.read_text(encoding="utf-8"))["runs"]
    assert tests == {test["id"] for test in of_backend["tests"]}
    result.assert_outcomes(passed=len(tests), deselected=3 - len(tests))
    result.stdout.fnmatch_lines([f"fake*: {held} *; not tried *"])
