"""Fails a run whose file of known gaps has a row too many."""

from __future__ import annotations

import pytest

from clientele_conformance.gaps import KnownGap
from clientele_conformance.reporting.results import Report


def fail_for(session: pytest.Session, report: Report) -> None:
    """Report a failure for each known gap that has closed, as pytest reports one of a test, and fail the run."""
    closed = [(run.about.name, gap) for run in report.runs for gap in run.closed_gaps()]
    for backend, gap in closed:
        session.config.hook.pytest_runtest_logreport(report=_failure(backend, gap))
    if closed and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _failure(backend: str, gap: KnownGap) -> pytest.TestReport:
    name = f"{backend}: row {gap.row}, the gap in {gap.rule}"
    said = f"each of the {gap.names} tests that it names has passed: take it out"
    return pytest.TestReport(
        nodeid=f"{gap.file}::{name}",
        location=(gap.file, None, name),
        keywords={},
        outcome="failed",
        longrepr=said,
        when="call",
    )
