"""Writes the reports that were asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clientele_conformance.reporting import new_gaps
from clientele_conformance.reporting.files import write_whole
from clientele_conformance.reporting.results import Report


def write_reports(report: Report, config: pytest.Config) -> Iterator[str]:
    """Write each of them, and yield what is to be said about it."""
    if not report.runs:
        return
    if (path := config.getoption("--conformance-json")) is not None:
        report.write(path)
    if (path := config.getoption("--conformance-html")) is not None:
        from clientele_conformance.reporting.page import page  # noqa: PLC0415 - few runs ask for it

        write_whole(path, page(report))
    if (path := config.getoption("--write-known-gaps")) is not None:
        yield new_gaps.write(path, report)
