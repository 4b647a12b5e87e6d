"""The pytest plugin: markers, the choice of tests, and the reports. It does nothing unless a suite is run."""

from __future__ import annotations

import argparse
from collections.abc import Generator
from pathlib import Path

import pytest
from rich.console import Console

pytest.register_assert_rewrite("clientele_conformance.suite", "clientele_conformance.equality")

from clientele_conformance import breadth, side_by_side  # noqa: E402
from clientele_conformance.choosing import by_suite, choose, mode_of, rules_of  # noqa: E402
from clientele_conformance.equality.report import summary  # noqa: E402
from clientele_conformance.hangs import Hangs  # noqa: E402
from clientele_conformance.integrity import Overridden, overridden  # noqa: E402
from clientele_conformance.journal import compared, journal  # noqa: E402
from clientele_conformance.reporting.collecting import Collected, tell  # noqa: E402
from clientele_conformance.reporting.page import page  # noqa: E402
from clientele_conformance.reporting.results import Report  # noqa: E402
from clientele_conformance.reporting.terminal import show  # noqa: E402

_COLLECTED = "clientele results"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer a choice of tests, and reports."""
    group = parser.getgroup("clientele")
    group.addoption("--smoke", action="store_true", help="run one test for each rule of the contract, in each mode")
    group.addoption("--rules", metavar="RULES", help="run the tests of these rules or groups only, as URL,STM-3")
    group.addoption("--conformance-edition", metavar="EDITION", help="the edition of the contract to keep")
    group.addoption("--conformance-json", metavar="FILE", type=Path, help="write what came of the contract as JSON")
    group.addoption("--conformance-html", metavar="FILE", type=Path, help="write what came of the contract as a page")
    group.addoption("--conformance-command", help=argparse.SUPPRESS)  # How a test is run again, if not with pytest.


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    config.addinivalue_line("markers", "rule(*ids, since): the rules of the contract that a test proves")
    config.addinivalue_line("markers", "only(mode): the one mode in which a test runs")
    config.addinivalue_line("markers", "needs_system(feature): what a system has to have for a test: fork, descriptors")
    config.pluginmanager.register(Collected(), _COLLECTED)
    config.pluginmanager.register(breadth)
    config.pluginmanager.register(side_by_side)
    config.pluginmanager.register(Hangs())


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: object, name: str) -> pytest.Item | None:
    """Have what a subclass overrides fail."""
    return overridden(collector, name) if isinstance(collector, pytest.Class) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out what isn't to be run, mark what may fail, and note for other reports which rules a test proves."""
    choose(config, items)
    for own in by_suite(items).values():
        for item in own:
            item.user_properties += [("rule", rule) for rule in rules_of(item)]
            item.user_properties += [("mode", mode) for mode in [mode_of(item)] if mode]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Begin a new page."""
    journal.begin()


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> None:
    """Note what a comparison expected, and what there was; how pytest shows it is left to others."""
    del config
    journal.compared = compared(op, left, right)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to the report of a test what came of its rules."""
    report = yield
    for suite, own in by_suite([item]).items():
        if rules_of(item) or isinstance(item, Overridden):
            tell(suite, own[0], call, report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what came of the contract, write the reports, and show in what backends differ."""
    collected = config.pluginmanager.get_plugin(_COLLECTED)
    report = Report.of(collected.runs() if isinstance(collected, Collected) else ())
    if report.runs:
        show(report, Console(file=terminalreporter._tw._file, width=terminalreporter._tw.fullwidth))
        if (path := config.getoption("--conformance-json")) is not None:
            report.write(path)
        if (path := config.getoption("--conformance-html")) is not None:
            path.write_text(page(report), encoding="utf-8")
    for line in summary(config):
        terminalreporter.write_line(line)
