"""The results as one page that needs nothing else: the failures, and a matrix of rules by backend and mode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from clientele_conformance.reporting.facts import facts
from clientele_conformance.reporting.grouping import Group, grouped
from clientele_conformance.reporting.open_gaps import OpenGap, open_gaps
from clientele_conformance.reporting.results import Outcome, Report, RuleText, Run, TestResult, worst
from clientele_conformance.reporting.verdict import Kind, Verdict, verdict
from clientele_conformance.rules import GROUPS
from clientele_conformance.subject import Mode

WORDS = {"failed": "failed", "gap": "known gap", "provisional": "provisional", "passed": "passed", "none": "not run"}
"""What outcomes are called."""

MARKS = {"failed": "✗", "gap": "◐", "provisional": "△", "passed": "✓", "none": "·"}
"""How they look, for those who see no colours, too."""


_LOOKS: Mapping[Kind, str] = {
    "fails": "bad",
    "has gaps to take out": "bad",
    "nothing found": "open",
    "incomplete": "open",
}


@dataclass(frozen=True)
class Card:
    """What is said of a run before its rules."""

    run: Run
    verdict: Verdict

    @property
    def look(self) -> str:
        """Good, bad, or open: what isn't a whole run decides nothing."""
        return _LOOKS.get(self.verdict.kind, "good")

    @property
    def facts(self) -> dict[str, str]:
        """What was run, when, with which versions."""
        return facts(self.run)

    @property
    def failures(self) -> list[Group]:
        """Those that are alike as one."""
        return grouped(self.run, "failed")

    @property
    def gaps(self) -> list[OpenGap]:
        """Those with one reason as one."""
        return open_gaps(self.run)


@dataclass(frozen=True)
class Cell:
    """The result of a rule on a backend in a mode."""

    key: str
    run: Run
    mode: Mode
    tests: Sequence[TestResult]

    @property
    def outcome(self) -> Outcome | None:
        """The worst of its tests; None if there are none."""
        return worst(test.outcome for test in self.tests)

    @property
    def failing(self) -> list[TestResult]:
        """The tests to show."""
        return [test for test in self.tests if test.outcome != "passed"]

    @property
    def holding(self) -> dict[str, list[TestResult]]:
        """The tests that passed, by function."""
        found: dict[str, list[TestResult]] = {}
        for test in self.tests:
            if test.outcome == "passed":
                found.setdefault(test.test, []).append(test)
        return found


@dataclass(frozen=True)
class Row:
    """A rule, and its results everywhere."""

    id: str
    rule: RuleText
    cells: Sequence[Cell]

    @property
    def outcomes(self) -> set[str]:
        """The result, of any backend."""
        return {cell.outcome or "none" for cell in self.cells}


def page(report: Report) -> str:
    """The page, as HTML."""
    folder = files("clientele_conformance.reporting").joinpath("page")
    template = folder.joinpath("page.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["code"] = _code
    rows = list(_rows(report))
    return environment.from_string(template).render(
        columns=[(run, mode) for run in report.runs for mode in run.about.modes],
        groups=[(group, about, own) for group, about in GROUPS.items() if (own := _of(group, rows))],
        marks=MARKS,
        outcomes=[outcome for outcome in WORDS if any(outcome in row.outcomes for row in rows)],
        cards=[Card(run, verdict(run, report.rules)) for run in report.runs],
        rules=report.rules,
        script=Markup(folder.joinpath("page.js").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        style=Markup(folder.joinpath("page.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        words=WORDS,
    )


def _code(text: str) -> Markup:
    """What is between backticks is code."""
    parts = (
        escape(part) if number % 2 == 0 else Markup("<code>{}</code>").format(part)  # It escapes, too.
        for number, part in enumerate(text.split("`"))
    )
    return Markup("").join(parts)


def _of(group: str, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.id.partition("-")[0] == group]


def _rows(report: Report) -> Iterator[Row]:
    for rule_id, rule in report.rules.items():
        cells = [
            Cell(f"{rule_id}-{number}-{mode}", run, mode, run.of(rule_id, mode))
            for number, run in enumerate(report.runs)
            for mode in run.about.modes
        ]
        yield Row(rule_id, rule, cells)
