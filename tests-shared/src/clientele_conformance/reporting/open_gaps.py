"""The known gaps of a run, for reports: rows about one rule that have one reason are one, and what passed is listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clientele_conformance.gaps import KnownGap
from clientele_conformance.reporting.results import Run, TestResult

_FEW = 5


@dataclass(frozen=True)
class OpenGap:
    """Rows about one rule that have one reason.

    Attributes:
        rows: the rows of the file.
        passing: the tests that they name and that passed.
        tried: how many of the tests that they name were run.
    """

    rule: str
    why: str
    rows: Sequence[KnownGap]
    passing: Sequence[TestResult]
    tried: int

    @property
    def place(self) -> str:
        """Where they are."""
        numbers = ", ".join(str(gap.row) for gap in self.rows[:_FEW])
        more = f" and {len(self.rows) - _FEW} more" if len(self.rows) > _FEW else ""
        return f"{self.rows[0].file}, row{'s' * (len(self.rows) > 1)} {numbers}{more}"

    @property
    def about(self) -> list[str]:
        """The tests that they name, as the file names them."""
        return [f"{gap.test or 'all tests'}{f' ({gap.mode})' if gap.mode else ''}" for gap in self.rows]

    @property
    def count(self) -> str:
        """How many tests passed, of those that were run, of those that are named."""
        named = sum(gap.names for gap in self.rows)
        return f"{len(self.passing)} of {self.tried} passed" + (f"; {named} are named" if self.tried < named else "")


def open_gaps(run: Run) -> list[OpenGap]:
    """The known gaps of a run, in the order of the file."""
    rows: dict[tuple[str, str], list[KnownGap]] = {}
    for gap in run.gaps:
        rows.setdefault((gap.rule, gap.why), []).append(gap)
    return [_open_gap(rule, why, own, run) for (rule, why), own in rows.items()]


def _open_gap(rule: str, why: str, rows: Sequence[KnownGap], run: Run) -> OpenGap:
    places = {gap.place for gap in rows}
    named = [test for test in run.tests if places.intersection(test.gaps)]
    return OpenGap(rule, why, rows, [test for test in named if test.outcome == "passed"], len(named))
