"""Collects the results of each test, in the process that writes the reports, whichever it ran in."""

from __future__ import annotations

import inspect
import platform
import shlex
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from clientele_conformance.__about__ import __version__
from clientele_conformance.choosing import edition_of
from clientele_conformance.excuses import excuse_of, gaps_of
from clientele_conformance.gaps import KnownGap
from clientele_conformance.integrity import Overridden
from clientele_conformance.journal import journal
from clientele_conformance.proofs import Proof, all_of, can_run, is_reported, mode_of, rules_of
from clientele_conformance.reporting.failures import failure
from clientele_conformance.reporting.results import About, Failure, Outcome, Run, TestResult
from clientele_conformance.suite.base import Suite

_PHASES = ("setup", "call", "teardown")

_ABOUT = pytest.StashKey[dict[type[Suite], About]]()


@dataclass
class _Found:
    """The results of one backend so far."""

    about: About
    is_smoke: bool
    started: float
    ended: float = 0.0
    tests: dict[str, TestResult] = field(default_factory=dict)
    gaps: dict[tuple[str, int], KnownGap] = field(default_factory=dict)

    def add(self, test: TestResult) -> None:
        """Of the phases of a test, the first that failed counts."""
        before = self.tests.get(test.id)
        if before is None or before.outcome == "passed":
            self.tests[test.id] = test

    def add_crashed(self, name: str, report: pytest.TestReport) -> None:
        """A test that crashed its process: the rules are those of its other parameters."""
        function = name.partition("[")[0]
        alike = next((test for test in self.tests.values() if test.test == function), None)
        result = TestResult(
            id=name,
            test=function,
            rules=alike.rules if alike else (),
            about=alike.about if alike else "",
            outcome="failed",
            seconds=0,
            failure=Failure(cause="crash", statement="", expected="the test runs", got=report.longreprtext),
        )
        self.add(result)

    def run(self, ended_early: str) -> Run:
        """All of it, in an order of its own."""
        is_whole = self.about.is_whole and self.about.tests == len(self.tests)
        return Run(
            about=self.about,
            extent="smoke" if self.is_smoke else "whole" if is_whole else "part",
            started=datetime.fromtimestamp(int(self.started), UTC),
            seconds=round(self.ended - self.started, 1),
            ended_early=ended_early,
            gaps=tuple(gap for _, gap in sorted(self.gaps.items())),
            tests=tuple(sorted(self.tests.values(), key=lambda test: test.id)),
        )


class Collected:
    """A plugin with the results so far, by backend."""

    def __init__(self) -> None:
        self._found: dict[str, _Found] = {}
        self._crashed: list[pytest.TestReport] = []
        self._ended_early = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what `tell` has attached to `report`; a process that has crashed couldn't."""
        if (told := getattr(report, "conformance", None)) is None:
            self._crashed += [report] if report.when not in _PHASES else []
            return
        new = _Found(About(**told["about"]), is_smoke=told["is_smoke"], started=report.start)
        found = self._found.setdefault(told["suite"], new)
        found.started, found.ended = min(found.started, report.start), max(found.ended, report.stop)
        found.gaps.update({(gap["file"], gap["row"]): KnownGap(**gap) for gap in told["gaps"]})
        found.add(TestResult(**told["test"]))

    def runs(self) -> list[Run]:
        """A run for each backend."""
        for report in self._crashed:
            for suite, found in self._found.items():
                if report.nodeid.startswith(f"{suite}::"):
                    found.add_crashed(report.nodeid.removeprefix(f"{suite}::"), report)
        return [found.run(self._ended_early) for found in self._found.values()]

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note why not all tests have run."""
        self._ended_early = str(excinfo.value) or "interrupted"

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Note it where pytest has stopped by itself, too, before the plugin, which is registered earlier, reports."""
        self._ended_early = self._ended_early or str(session.shouldfail or session.shouldstop or "")


def tell(suite: type[Suite], item: Proof, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Attach the result to `report`, as plain data, so that it also comes from another process.

    A test that was skipped, or that fails as expected for another reason than the suite's own, has failed.
    """
    excuse = excuse_of(item, report)
    if report.skipped and excuse is None:
        _refuse(report)
    if report.when != "call" and not report.failed and not report.skipped:
        return
    outcome: Outcome = excuse.outcome if excuse else "failed" if report.failed else "passed"
    test = TestResult(
        id=item.name,
        test=item.originalname,
        mode=mode_of(item),
        rules=rules_of(item),
        about=_purpose(item),
        outcome=outcome,
        reason=excuse.reason if excuse else "",
        gaps=tuple(gap.place for gap in gaps_of(item)),
        seconds=round(report.duration, 3),
        failure=None if outcome == "passed" else _failure(item, call, report),
        reproduce="" if outcome == "passed" else _reproduce(item),
    )
    report.conformance = {  # type: ignore[attr-defined]
        "suite": item.parent.nodeid if item.parent else "",
        "about": _about(suite, item.config).model_dump(),
        "is_smoke": bool(item.config.getoption("--smoke")),
        "gaps": [gap.model_dump() for gap in gaps_of(item)],
        "test": test.model_dump(),
    }


def _refuse(report: pytest.TestReport) -> None:
    report.outcome = "failed"
    report.longrepr = "a test of the suite can't be skipped; a rule that can't be kept is a known gap"
    if hasattr(report, "wasxfail"):
        del report.wasxfail


def _failure(item: Proof, call: pytest.CallInfo[None], report: pytest.TestReport) -> Failure:
    if call.excinfo is None or isinstance(report.longrepr, str):
        return Failure(statement="", expected="the test runs", got=str(report.longrepr))
    if isinstance(item, Overridden):
        return Failure(statement="", expected="the test of the suite", got=call.excinfo.exconly(tryshort=True))
    return failure(call.excinfo, item.originalname, _purpose(item), journal)


def _purpose(item: Proof) -> str:
    return inspect.getdoc(getattr(item, "obj", None)) or ""


def _reproduce(item: Proof) -> str:
    command = item.config.getoption("--conformance-command")
    return f"{command} --test {shlex.quote(item.name)}" if command else f"pytest {shlex.quote(item.nodeid)}"


def _about(suite: type[Suite], config: pytest.Config) -> About:
    known = config.stash.setdefault(_ABOUT, {})
    if suite not in known:
        known[suite] = _read_about(suite, config)
    return known[suite]


def _read_about(suite: type[Suite], config: pytest.Config) -> About:
    backend = suite.backend_class
    return About(
        name=getattr(backend, "name", None) or backend.__name__,
        backend=f"{backend.__module__}:{backend.__qualname__}",
        library=str(getattr(backend, "library", "")),
        modes=tuple(suite.modes()),
        capabilities=tuple(sorted(map(str, backend.capabilities))),
        edition=edition_of(suite, config),
        suite=__version__,
        python=platform.python_version(),
        tests=sum(can_run(item) and is_reported(item) for item in all_of(suite, config)),
        is_whole=suite.is_whole_contract,
    )
