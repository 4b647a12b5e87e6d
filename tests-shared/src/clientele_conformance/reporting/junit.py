"""What JUnit XML says of a run beside its tests: properties of the test suite, for each backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from clientele_conformance.reporting.facts import facts
from clientele_conformance.reporting.results import Report
from clientele_conformance.reporting.verdict import verdict


def add_properties(config: pytest.Config, report: Report) -> None:
    """Add the facts and the verdict to the XML that pytest is going to write, if it is."""
    for add in _writers(config):
        for run in report.runs:
            for name, fact in {**facts(run), "verdict": str(verdict(run, report.rules))}.items():
                add(f"{run.about.name}.{name}", fact)


def _writers(config: pytest.Config) -> Iterator[Callable[[str, str], None]]:
    """What adds a property in pytest's plugin for JUnit XML, which has no name."""
    for plugin in config.pluginmanager.get_plugins():
        add: Callable[[str, str], None] | None = getattr(plugin, "add_global_property", None)
        if add is not None:
            yield add
