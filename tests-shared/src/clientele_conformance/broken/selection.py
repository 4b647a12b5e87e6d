"""The tests that a broken backend is put to: those of the rule that it breaks, and of no other."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest

from clientele.http.errors import ClienteleError
from clientele_conformance import suite as all_suites
from clientele_conformance.broken.correct import by_hand
from clientele_conformance.broken.entry import Broken
from clientele_conformance.hangs import is_hang
from clientele_conformance.rules import rules_of
from clientele_conformance.smoke import is_named
from clientele_conformance.suite.base import Suite

CORRECT = "the correct one"
"""The name under which the outcomes of the correct backend stand."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one test, or of its setup or teardown.

    Attributes:
        backend: the name of the broken one, or CORRECT.
        rule: the rule that it proves.
        mode: in which it ran.
        test: its name.
        kind: `failed` is by an assertion, by an error of ours or by what the entry says; `broke` is by anything else,
            a hang among it.
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


class _Selected:
    backend: ClassVar[str]
    rule: ClassVar[str]
    tests: ClassVar[tuple[str, ...]]
    tried_modes: ClassVar[tuple[str, ...]]
    raises: ClassVar[tuple[type[Exception], ...]]
    smoke: ClassVar[bool]
    proves: ClassVar[type[Suite]]


def selected(
    correct: type[Suite], entries: Iterable[Broken], *, smoke: bool, with_correct: bool
) -> dict[str, type[Suite]]:
    """The classes to collect: of each rule, over a broken backend for each entry, and then over the correct one.

    With `smoke` the tests are those that a smoke run takes, whatever an entry says.
    """
    found: dict[str, type[Suite]] = {}
    backend, hands = correct.backend_class, {**by_hand(correct), "smoke": smoke}
    by_rule = defaultdict[str, list[Broken]](list)
    for entry in entries:
        by_rule[entry.rule].append(entry)
    for rule, of_rule in by_rule.items():
        for number, suite in enumerate(_suites_of(rule)):
            for entry in of_rule:
                about = {"backend": entry.name, "backend_class": entry.over(backend), "raises": entry.raises}
                tried = {"tests": entry.tests, "tried_modes": entry.modes}
                found[f"Test_{entry.name}_{number}"] = _class(suite, **hands, rule=rule, **about, **tried)
    for rule, of_rule in by_rule.items() if with_correct else ():
        for number, suite in enumerate(_suites_of(rule)):
            about = {"backend": CORRECT, "backend_class": backend, "raises": ()}
            tried = {
                "tests": tuple(test for entry in of_rule for test in entry.tests),
                "tried_modes": tuple(mode for entry in of_rule for mode in entry.modes),
            }
            found[f"Test_{rule}_{number}"] = _class(suite, **hands, rule=rule, **about, **tried)
    return found


def _class(suite: type[Suite], **about: Any) -> type[Suite]:
    return type("Test", (suite, _Selected), {"proves": suite, **about})


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
    """A plugin that runs the tests of `selected` classes, and writes the results into `file`.

    A broken backend is put to them until one fails; the correct one is put to those that a broken one was put to.
    """

    def __init__(self, file: str) -> None:
        self._file = Path(file)
        self._outcomes: list[Outcome] = []
        self._caught = set[tuple[str, str]]()
        self._tried = set[tuple[object, ...]]()

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makeitem(self, collector: object, name: str, obj: object) -> list[pytest.Item] | None:
        """Make nothing of a test that is about other rules: there are a hundred times as many."""
        about = _rules(getattr(obj, "pytestmark", ()))
        is_other = isinstance(collector, pytest.Class) and name.startswith("test_") and collector.obj.rule not in about
        return [] if is_other else None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what is about another rule or mode; what an entry names comes first, the correct backend last."""
        items[:] = sorted(filter(_is_selected, items), key=_place)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run each test by itself: the result decides whether others are run."""
        if session.testsfailed:
            return None  # Something could not be collected, which pytest says.
        for item in session.items:
            if self._is_open(item):
                self._tried.add(_test(item))
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Record the result; ignore the teardown after a failed test."""
        report: pytest.TestReport = yield
        if report.when == "call" or (report.failed and (report.when == "setup" or _suite(item).backend == CORRECT)):
            self._note(item, call, report)
        return report

    def pytest_sessionfinish(self) -> None:
        """Hand over the results, as JSON."""
        self._file.write_text(json.dumps([asdict(outcome) for outcome in self._outcomes]), encoding="utf-8")

    def _is_open(self, item: pytest.Item) -> bool:
        """Whether anything can be learned from it: its backend isn't caught yet, a broken one was put to it."""
        suite = _suite(item)
        if suite.backend == CORRECT:
            return _test(item) in self._tried
        return (suite.backend, _mode(item)) not in self._caught

    def _note(self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
        suite, mode, error = _suite(item), _mode(item), call.excinfo.value if call.excinfo else None
        kind: Literal["passed", "failed", "broke"] = "passed"
        if error is not None:
            as_expected = isinstance(error, (AssertionError, pytest.fail.Exception, ClienteleError, *suite.raises))
            kind = "failed" if as_expected and report.when == "call" and not is_hang(error) else "broke"
        text = "" if error is None else _text(error)
        self._outcomes.append(
            Outcome(suite.backend, suite.rule, mode, item.name, kind, text, round(report.duration, 2))
        )
        if kind == "failed" and suite.backend != CORRECT:
            self._caught.add((suite.backend, mode))


def _text(error: BaseException) -> str:
    """The first line of it, and whose it is."""
    whose = type(error).__module__.partition(".")[0]
    name = type(error).__name__ if whose in {"builtins", "_pytest"} else f"{whose}.{type(error).__name__}"
    return f"{name}: {next(iter(str(error).splitlines()), '')}"[:200]


def _suite(item: pytest.Item) -> type[_Selected]:
    assert isinstance(item, pytest.Function)
    cls: Any = item.cls
    suite: type[_Selected] = cls
    return suite


def _mode(item: pytest.Item) -> str:
    """That of the test; one that has none counts for the first mode that is tried."""
    params: dict[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    return str(params.get("mode", _suite(item).tried_modes[0]))


def _test(item: pytest.Item) -> tuple[object, ...]:
    suite = _suite(item)
    return suite.rule, suite.proves, item.name


def _place(item: pytest.Item) -> tuple[bool, bool]:
    return _suite(item).backend == CORRECT, not _names(item)


def _names(item: pytest.Item) -> bool:
    return any(test in item.name for test in _suite(item).tests)


def _is_selected(item: pytest.Item) -> bool:
    suite, mode = _suite(item), _mode(item)
    params: dict[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    if suite.rule not in rules_of(item.iter_markers("rule"), params) or mode not in suite.tried_modes:
        return False
    return is_named(suite.rule, item.name, mode) if suite.smoke else _names(item)
