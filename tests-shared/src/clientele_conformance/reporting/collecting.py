"""Collects what came of each test, in the process that writes the reports, whichever it ran in."""

from __future__ import annotations

import inspect
import platform
import shlex
from typing import Any

import pytest

from clientele_conformance.__about__ import __version__
from clientele_conformance.choosing import GAP, PROVISIONAL, Proof, edition_of, mode_of, rules_of
from clientele_conformance.integrity import Overridden
from clientele_conformance.journal import journal
from clientele_conformance.reporting.failures import failure
from clientele_conformance.reporting.results import About, Failure, Outcome, Run, TestResult
from clientele_conformance.suite.base import Suite


class Collected:
    """A plugin with the results so far, by backend and test."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[About, dict[str, TestResult]]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what `tell` has attached to `report`; of the phases of a test, the first that failed counts."""
        if (told := getattr(report, "conformance", None)) is None:
            return
        suite, about, test = told["suite"], About(**told["about"]), TestResult(**told["test"])
        _, tests = self._found.setdefault(suite, (about, {}))
        before = tests.get(test.id)
        if before is None or before.outcome == "passed":
            tests[test.id] = test

    def runs(self) -> list[Run]:
        """A run for each backend."""
        return [
            Run(about=about, tests=tuple(sorted(tests.values(), key=lambda test: test.id)))
            for about, tests in self._found.values()
        ]


def tell(suite: type[Suite], item: Proof, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Attach the result to `report`, as plain data, so that it also comes from another process.

    A test that was skipped, or that fails as expected for another reason than the suite's own, has failed.
    """
    excuse = str(getattr(report, "wasxfail", ""))
    if report.skipped and not excuse.startswith((GAP, PROVISIONAL)):
        _refuse(report)
    if report.when != "call" and not report.failed and not report.skipped:
        return
    outcome = _outcome(report, excuse)
    test = TestResult(
        id=item.name,
        test=item.originalname,
        mode=mode_of(item),
        rules=rules_of(item),
        about=inspect.getdoc(getattr(item, "obj", None)) or "",
        outcome=outcome,
        reason=excuse.removeprefix(GAP).removeprefix(PROVISIONAL) if report.skipped else "",
        seconds=round(report.duration, 3),
        failure=None if outcome == "passed" else _failure(item, call, report),
        reproduce="" if outcome == "passed" else _reproduce(item),
    )
    told = {"suite": item.parent.nodeid if item.parent else "", "test": test.model_dump()}
    report.conformance = told | {"about": _about(suite, item.config)}  # type: ignore[attr-defined]


def _refuse(report: pytest.TestReport) -> None:
    report.outcome = "failed"
    report.longrepr = "a test of the suite can't be skipped; a rule that can't be kept is a known gap"
    if hasattr(report, "wasxfail"):
        del report.wasxfail


def _outcome(report: pytest.TestReport, excuse: str) -> Outcome:
    if report.skipped:
        return "gap" if excuse.startswith(GAP) else "provisional"
    return "failed" if report.failed else "passed"


def _failure(item: Proof, call: pytest.CallInfo[None], report: pytest.TestReport) -> Failure:
    if call.excinfo is None:  # A known gap that has closed.
        return Failure(statement="", expected="a failure, since it is a known gap", got="it passed: take the gap out")
    if isinstance(report.longrepr, str):
        return Failure(statement="", expected="the test runs", got=report.longrepr)
    if isinstance(item, Overridden):
        return Failure(statement="", expected="the test of the suite", got=call.excinfo.exconly(tryshort=True))
    return failure(call.excinfo, item.originalname, journal)


def _reproduce(item: Proof) -> str:
    command = item.config.getoption("--conformance-command")
    return f"{command} --test {shlex.quote(item.name)}" if command else f"pytest {shlex.quote(item.nodeid)}"


def _about(suite: type[Suite], config: pytest.Config) -> dict[str, Any]:
    backend = suite.backend_class
    about = About(
        name=getattr(backend, "name", None) or backend.__name__,
        backend=f"{backend.__module__}:{backend.__qualname__}",
        modes=tuple(suite.modes()),
        capabilities=tuple(sorted(map(str, backend.capabilities))),
        edition=edition_of(suite, config),
        suite=__version__,
        python=platform.python_version(),
    )
    return about.model_dump()
