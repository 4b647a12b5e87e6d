"""The pytest plugin: markers, the choice of tests, and the reports. It does nothing unless a suite is run."""

from __future__ import annotations

import argparse
from collections.abc import Generator
from pathlib import Path

import pytest
from rich.console import Console

pytest.register_assert_rewrite("clientele_conformance.suite", "clientele_conformance.equality")

from clientele_conformance import breadth, garbage, side_by_side  # noqa: E402
from clientele_conformance.choosing import choose  # noqa: E402
from clientele_conformance.equality.report import Compared  # noqa: E402
from clientele_conformance.excuses import in_few_words  # noqa: E402
from clientele_conformance.hangs import Hangs  # noqa: E402
from clientele_conformance.integrity import overridden  # noqa: E402
from clientele_conformance.journal import compared, journal  # noqa: E402
from clientele_conformance.proofs import by_suite, is_reported, mode_of, note_collected, rules_of  # noqa: E402
from clientele_conformance.reporting import new_gaps  # noqa: E402
from clientele_conformance.reporting.closed import fail_for  # noqa: E402
from clientele_conformance.reporting.collecting import Collected, tell  # noqa: E402
from clientele_conformance.reporting.junit import add_properties  # noqa: E402
from clientele_conformance.reporting.results import Report  # noqa: E402
from clientele_conformance.reporting.terminal import show  # noqa: E402
from clientele_conformance.reporting.verdict import with_verdicts  # noqa: E402
from clientele_conformance.reporting.writing import write_reports  # noqa: E402

_COLLECTED = "clientele results"
_COMPARED = "clientele comparisons"
_SAID = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer a choice of tests, and reports."""
    group = parser.getgroup("clientele")
    group.addoption("--smoke", action="store_true", help="run one test for each rule of the contract, in each mode")
    group.addoption("--rules", metavar="RULES", help="run the tests of these rules or groups only, as URL,STM-3")
    group.addoption("--conformance-edition", metavar="EDITION", help="the edition of the contract to keep")
    group.addoption("--conformance-json", metavar="FILE", type=Path, help="write the results as JSON")
    group.addoption("--conformance-html", metavar="FILE", type=Path, help="write the results as a page")
    group.addoption("--write-known-gaps", metavar="FILE", type=Path, help="add a known gap to FILE for each failure")
    group.addoption("--conformance-command", help=argparse.SUPPRESS)  # How a test is run again, if not with pytest.


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    config.addinivalue_line("markers", "rule(*ids, since): the rules of the contract that a test proves")
    config.addinivalue_line("markers", "only(mode): the one mode in which a test runs")
    config.addinivalue_line("markers", "needs(*capabilities): what a backend has to declare for a test")
    config.addinivalue_line("markers", "needs_system(feature): what a system has to have for a test: fork, descriptors")
    config.pluginmanager.register(Collected(), _COLLECTED)
    config.pluginmanager.register(Compared(), _COMPARED)
    config.pluginmanager.register(breadth)
    config.pluginmanager.register(garbage)
    config.pluginmanager.register(side_by_side)
    config.pluginmanager.register(Hangs())


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: object, name: str) -> pytest.Item | None:
    """Have what a subclass overrides fail."""
    return overridden(collector, name) if isinstance(collector, pytest.Class) else None


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Keep all tests of a suite, of which a run may be a part."""
    report = yield
    note_collected(collector, report)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out what isn't to be run, mark what may fail, and note for other reports which rules a test proves."""
    choose(config, items)
    if (file := config.getoption("--write-known-gaps")) is not None:
        new_gaps.check(file, by_suite(items))
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
    """Add to the report of a test the results of its rules."""
    with in_few_words(item):
        report = yield
    for suite, own in by_suite([item]).items():
        if is_reported(own[0]) and item.config.pluginmanager.hasplugin(_COLLECTED):
            tell(suite, own[0], call, report)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where all results have come together, fail the run for each known gap that has closed, and write the reports.

    It comes first: whatever ends the run, nothing else can go wrong or be interrupted before.
    """
    if not hasattr(session.config, "workerinput"):
        report = _report(session.config)
        fail_for(session, report)
        add_properties(session.config, report)
        session.config.stash[_SAID] = list(write_reports(report, session.config))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show the results of the contract, what was written, and in what backends differ."""
    report = _report(config)
    if report.runs:
        show(report, Console(file=terminalreporter._tw._file, width=terminalreporter._tw.fullwidth))
    compared = config.pluginmanager.get_plugin(_COMPARED)
    for line in [*config.stash.get(_SAID, []), *(compared.summary() if isinstance(compared, Compared) else ())]:
        terminalreporter.write_line(line)


def _report(config: pytest.Config) -> Report:
    collected = config.pluginmanager.get_plugin(_COLLECTED)
    return with_verdicts(Report.of(collected.runs() if isinstance(collected, Collected) else ()))
