"""What a run of pytest says about equality at its end, also where its tests ran in other processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from clientele_conformance.equality.comparison import Comparison

PROPERTY = "equality"
"""The name of the property of a test that holds its `tally`."""


def tally(comparison: Comparison) -> dict[str, Any]:
    """The result of `comparison`, as plain data."""
    return {
        "corpus": comparison.corpus,
        "rows": len(comparison.rows),
        "seconds": {str(participant): seconds for participant, seconds in comparison.seconds.items()},
        "differing": len({found.row for found in comparison.differences}),
        "lines": [line for found in comparison.differences for line in str(found).splitlines()],
    }


@dataclass(slots=True)
class _Sum:
    rows: int = 0
    differing: int = 0
    seconds: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)


class Compared:
    """A plugin with the results of the comparisons so far, by suite and corpus."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], _Sum] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add what the test has compared."""
        told: Any = dict(report.user_properties).get(PROPERTY) if report.when == "call" else None
        if told is None:
            return
        found = self._found.setdefault((report.nodeid.rpartition("::")[0], told["corpus"]), _Sum())
        found.rows += told["rows"]
        found.differing += told["differing"]
        found.seconds.update(told["seconds"])
        found.lines += told["lines"]

    def summary(self) -> Iterator[str]:
        """The counts of each corpus, also if nothing differs, how long it took, and every row that differs."""
        for (_, corpus), found in self._found.items():
            backends = f"{len(found.seconds)} backends and modes"
            yield f"equality: {found.rows} {corpus}, {backends}, {found.differing} rows differ"
            times = (f"{participant} {seconds:.0f} s" for participant, seconds in found.seconds.items())
            yield f"  {', '.join(times)}"
            yield from (f"  {line}" for line in found.lines)
