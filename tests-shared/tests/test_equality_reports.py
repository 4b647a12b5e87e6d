"""Equality as others run it: a class with two backends, one of them broken, and a file of gaps."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.whole

SUITE = """
from pathlib import Path

from clientele_conformance.broken.requests import SpacesJson
from clientele_conformance.equality import EqualityConformance
from clientele_httpx import HttpxHTTPBackend

class Spacing(SpacesJson, HttpxHTTPBackend):
    name = "spacing"

class TestEquality(EqualityConformance):
    backend_classes = (HttpxHTTPBackend, Spacing)
    known_gaps = Path(__file__).with_name("gaps.toml")

    @classmethod
    def calls(cls):
        return [row for row in super().calls() if row.id in ("E: JSON, object", "E: content, bytes")]

    @classmethod
    def answers(cls):
        return [row for row in super().answers() if row.id == "B: coding, gzip"]
"""


def run(pytester: pytest.Pytester, gaps: str) -> pytest.RunResult:
    """The suite above, with a file of gaps."""
    pytester.makepyfile(test_mine=SUITE)
    pytester.makefile(".toml", gaps=gaps)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    return pytester.runpytest_subprocess("-p", "no:randomly", timeout=50)


def a_gap(row: str, backend: str = "spacing") -> str:
    """An entry of the file of gaps."""
    return f'[[gap]]\nrow = "{row}"\nbackend = "{backend}"\nreason = "why not"\nlink = "https://example.com/1"\n'


def test_what_differs_fails_and_is_shown(pytester: pytest.Pytester) -> None:
    """With the row, the backend, the mode, and what was expected; the run ends with the counts."""
    result = run(pytester, "")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*2 times a row differs from what most make of it*",
            "*spacing sync: E: JSON, object*",
            "*origin request 1 body: expected *, got *",
            "*spacing async: E: JSON, object*",
            "equality: 2 calls, 4 backends and modes, 1 rows differ",
            "*httpx sync ? s, httpx async ? s, spacing sync ? s, spacing async ? s",
            "*spacing sync: E: JSON, object*",
            "equality: 1 answers, 4 backends and modes, 0 rows differ",
        ]
    )


def test_a_known_gap_passes_and_is_shown(pytester: pytest.Pytester) -> None:
    """With its reason."""
    result = run(pytester, a_gap("E: JSON, object"))
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["equality: 2 calls, 4 *, 1 rows differ", "*spacing sync: E: JSON, object (known: why not)"]
    )


def test_a_gap_that_has_closed_fails(pytester: pytest.Pytester) -> None:
    """So that it is taken out."""
    result = run(pytester, a_gap("E: JSON, object") + a_gap("B: coding, gzip"))
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*these gaps have closed; take them out*B: coding, gzip*"])


def test_a_gap_in_no_row_is_an_error(pytester: pytest.Pytester) -> None:
    """For both corpora."""
    result = run(pytester, a_gap("E: JSON, no such row"))
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*there is no row 'E: JSON, no such row'*"])
