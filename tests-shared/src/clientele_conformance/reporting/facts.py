"""What every report says of a run: what was run, when, with which versions, and how long it took."""

from __future__ import annotations

from clientele_conformance.reporting.results import Run

EXTENTS = {"whole": "whole run", "smoke": "smoke run", "part": "partial run"}
"""What extents are called."""


def facts(run: Run) -> dict[str, str]:
    """Each fact by its name."""
    about = run.about
    of_all = "" if len(run.tests) == about.tests else f" of {about.tests:,}"
    return {
        "run": EXTENTS[run.extent] + (f", ended early: {run.ended_early}" if run.ended_early else ""),
        "date": f"{run.started:%Y-%m-%dT%H:%M:%SZ}",
        "library": about.library or "not named by the class",
        "suite": f"clientele-conformance/{about.suite}",
        "edition": about.edition,
        "python": about.python,
        "tests": f"{len(run.tests):,}{of_all}",
        "seconds": f"{run.seconds:,.1f}",
    }


def line(run: Run) -> str:
    """All of them in a line."""
    told = facts(run)
    versions = f"library {told['library']}, {told['suite']}, edition {told['edition']}, Python {told['python']}"
    return f"{told['run']}: {told['tests']} tests in {told['seconds']} seconds, {told['date']}; {versions}"
