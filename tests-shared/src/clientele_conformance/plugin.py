"""The pytest plugin: markers, known gaps, and the table at the end of a run. It does nothing unless a suite is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

pytest.register_assert_rewrite("clientele_conformance.suite", "clientele_conformance.equality")

from clientele_conformance.equality.report import summary  # noqa: E402
from clientele_conformance.gaps import Gap, read_gaps  # noqa: E402
from clientele_conformance.rules import GROUPS  # noqa: E402
from clientele_conformance.smoke import one_of_each_rule  # noqa: E402
from clientele_conformance.suite.base import Suite  # noqa: E402

_OUTCOMES = pytest.StashKey[dict[str, Counter[str]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the small run."""
    text = "run one test for each rule of the contract, in each mode"
    parser.getgroup("clientele").addoption("--smoke", action="store_true", help=text)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    config.addinivalue_line("markers", "rule(*ids): the rules of the contract that a test proves")
    config.addinivalue_line("markers", "only(mode): the one mode in which a test runs")
    config.stash[_OUTCOMES] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out what needs a capability that the backend lacks, apply known gaps, refuse those that are about no test.

    Of a smoke run, keep one test for each rule.

    Raises:
        pytest.UsageError: a gap is about no test of its suite, although the whole suite was collected.
    """
    _take_out(config, items, {item for item in items if _has_no_parameters(item)})
    for suite, own in _by_suite(items).items():
        if config.getoption("--smoke"):
            kept = one_of_each_rule((item, _rules(item), _mode(item)) for item in own)
            _take_out(config, items, {item for item in own if item not in kept})
        if suite.known_gaps is not None:
            for gap in _gaps_in(suite.known_gaps):
                _apply(gap, own, suite)


def _take_out(config: pytest.Config, items: list[pytest.Item], unwanted: set[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=[item for item in items if item in unwanted])
    items[:] = [item for item in items if item not in unwanted]


def _gaps_in(path: Path) -> list[Gap]:
    try:
        return read_gaps(path)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error


def _by_suite(items: Sequence[pytest.Item]) -> dict[type[Suite], list[pytest.Function]]:
    found: dict[type[Suite], list[pytest.Function]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and item.cls is not None and issubclass(item.cls, Suite):
            found.setdefault(item.cls, []).append(item)
    return found


def _has_no_parameters(item: pytest.Item) -> bool:
    """Whether pytest has made this item only to skip it, since a suite has generated no parameters for the test."""
    is_suite = isinstance(item, pytest.Function) and _is_suite(item.cls)
    marker = item.get_closest_marker("skip")
    return is_suite and marker is not None and "empty parameter set" in str(marker.kwargs.get("reason", ""))


def _apply(gap: Gap, items: Sequence[pytest.Function], suite: type[Suite]) -> None:
    covered = [item for item in items if gap.covers(_rules(item), item.originalname, _mode(item))]
    for item in covered:
        item.add_marker(pytest.mark.xfail(reason=f"known gap: {gap.reason} ({gap.link})", strict=True))
    if not covered and not _has_test_for(gap, suite):
        raise pytest.UsageError(f"{suite.known_gaps}: the gap in {gap.rule} is about no test; take it out")


def _has_test_for(gap: Gap, suite: type[Suite]) -> bool:
    """Whether the suite has a test that `gap` is about, though it may not be among those that run now."""
    tests = {name: getattr(suite, name) for name in dir(suite) if name.startswith("test_")}
    marks = ((name, mark) for name, test in tests.items() for mark in getattr(test, "pytestmark", ()))
    return any(mark.name == "rule" and gap.covers(mark.args, name, gap.mode) for name, mark in marks)


def _is_suite(cls: object) -> bool:
    return isinstance(cls, type) and issubclass(cls, Suite)


def _rules(item: pytest.Item) -> tuple[str, ...]:
    return tuple(rule for marker in item.iter_markers("rule") for rule in marker.args)


def _mode(item: pytest.Function) -> str | None:
    mode = getattr(item, "callspec", None) and item.callspec.params.get("mode")
    return mode if isinstance(mode, str) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count the outcome of a test for each group of rules that it proves."""
    report = yield
    rules = _rules(item)
    if rules and (report.when == "call" or report.failed or report.skipped):
        outcome = "gap" if hasattr(report, "wasxfail") and report.skipped else report.outcome
        for group in {rule.partition("-")[0] for rule in rules}:
            item.config.stash[_OUTCOMES].setdefault(group, Counter())[outcome] += 1
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show, for each group of rules, how many tests passed, failed, and are known gaps; and in what backends differ."""
    outcomes = config.stash[_OUTCOMES]
    if outcomes:
        console = Console(file=terminalreporter._tw._file, width=terminalreporter._tw.fullwidth)
        console.print(_table(outcomes))
    for line in summary(config):
        terminalreporter.write_line(line)


def _table(outcomes: dict[str, Counter[str]]) -> Table:
    table = Table(title="The contract", title_justify="left")
    for heading in ("rules", "", "passed", "failed", "known gaps"):
        table.add_column(heading, justify="left" if heading in {"rules", ""} else "right")
    for group, about in GROUPS.items():
        if counts := outcomes.get(group):
            shown = (counts["passed"], counts["failed"] + counts["skipped"], counts["gap"])
            table.add_row(group, about, *map(str, shown))
    return table
