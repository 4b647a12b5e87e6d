"""The tests that a broken backend is put to: those of the rule that it breaks, and of no other."""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import pytest

from clientele.http import HTTPBackend
from clientele.http.errors import ClienteleError
from clientele_conformance import suite as all_suites
from clientele_conformance.broken.table import Broken
from clientele_conformance.suite.base import Suite

CORRECT = "the correct one"
"""The name under which the outcomes of the correct backend stand."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one test, or of its setup or its teardown.

    Attributes:
        backend: the name of the broken one, or CORRECT.
        rule: the rule that it proves.
        mode: in which it ran.
        test: its name.
        kind: `failed` is by an assertion, by an error of ours or, where one has to escape, by one of the library's;
            `broke` is by anything else.
        error: how it failed.
        seconds: the time it took.
    """

    backend: str
    rule: str
    mode: str
    test: str
    kind: Literal["passed", "failed", "broke"]
    error: str
    seconds: float


class _Selected(Suite):
    backend: ClassVar[str]
    rule: ClassVar[str]
    tests: ClassVar[tuple[str, ...]]
    tried_modes: ClassVar[tuple[str, ...]]
    escapes: ClassVar[bool]


def selected(correct: type[HTTPBackend], entries: Iterable[Broken]) -> dict[str, type[Suite]]:
    """The classes to collect: for each rule one over the correct backend, and for each entry one over a broken one."""
    found: dict[str, type[Suite]] = {}
    by_rule = defaultdict[str, list[Broken]](list)
    for entry in entries:
        by_rule[entry.rule].append(entry)
    for rule, of_rule in by_rule.items():
        suites = list(_suites_of(rule))
        tests = tuple(sorted({test for entry in of_rule for test in entry.tests}))
        modes = tuple(sorted({mode for entry in of_rule for mode in entry.modes}))
        for number, suite in enumerate(suites):
            found[f"Test_{rule}_{number}"] = _class(suite, correct, CORRECT, rule, tests, modes)
        for entry in of_rule:
            broken = entry.over(correct)
            for number, suite in enumerate(suites):
                found[f"Test_{entry.name}_{number}"] = _class(
                    suite, broken, entry.name, rule, entry.tests, entry.modes, escapes=entry.escapes
                )
    return found


def _class(
    suite: type[Suite],
    backend_class: type[HTTPBackend],
    name: str,
    rule: str,
    tests: tuple[str, ...],
    modes: tuple[str, ...],
    *,
    escapes: bool = False,
) -> type[Suite]:
    about = {"backend": name, "rule": rule, "tests": tests, "tried_modes": modes, "escapes": escapes}
    return type("Test", (suite, _Selected), {"backend_class": backend_class, **about})


def _suites_of(rule: str) -> Iterator[type[Suite]]:
    for module in pkgutil.iter_modules(all_suites.__path__, f"{all_suites.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Suite) and value.__module__ == module.name:
                tests = (getattr(value, name) for name in vars(value) if name.startswith("test_"))
                if any(rule in _rules(getattr(test, "pytestmark", ())) for test in tests):
                    yield value


def _rules(markers: Iterable[pytest.Mark]) -> set[str]:
    return {rule for marker in markers if marker.name == "rule" for rule in marker.args}


class Selection:
    """A plugin that runs the selected tests of `selected` classes, a broken backend's until one fails."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self._killed = set[tuple[str, str]]()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what is about another rule or mode."""
        items[:] = [item for item in items if _is_selected(item)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Leave out what a backend that is caught already would be put to."""
        if (_suite(item).backend, _mode(item)) in self._killed:
            pytest.skip("caught already")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Note what came of it."""
        report: pytest.TestReport = yield
        if not report.skipped and (report.when == "call" or report.failed):
            self._note(item, call, report)
        return report

    def _note(self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
        suite, mode, error = _suite(item), _mode(item), call.excinfo.value if call.excinfo else None
        by_the_test = isinstance(error, (AssertionError, pytest.fail.Exception, ClienteleError)) or suite.escapes
        kind: Literal["passed", "failed", "broke"] = "passed"
        if error is not None:
            kind = "failed" if report.when == "call" and by_the_test else "broke"
        text = f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}"[:200] if error else ""
        self.outcomes.append(Outcome(suite.backend, suite.rule, mode, item.name, kind, text, round(report.duration, 2)))
        if kind == "failed" and suite.backend != CORRECT:
            self._killed.add((suite.backend, mode))


def _suite(item: pytest.Item) -> type[_Selected]:
    assert isinstance(item, pytest.Function)
    suite: type[_Selected] = item.cls  # type: ignore[assignment]
    return suite


def _mode(item: pytest.Item) -> str:
    return str(getattr(item, "callspec").params["mode"])  # noqa: B009 - only a parametrised item has it


def _is_selected(item: pytest.Item) -> bool:
    suite = _suite(item)
    if suite.rule not in _rules(item.iter_markers("rule")) or "mode" not in getattr(item, "fixturenames", ()):
        return False
    return _mode(item) in suite.tried_modes and any(test in item.name for test in suite.tests)
