"""The verdict of a run about a backend: only a whole run shows that a backend conforms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from clientele_conformance.editions import is_in_force
from clientele_conformance.reporting.results import WORST_FIRST, Extent, Outcome, Report, RuleText, Run, worst
from clientele_conformance.rules import applies

Kind: TypeAlias = Literal[
    "fails", "has gaps to take out", "nothing found", "incomplete", "conforms but for known gaps", "conforms"
]

_FEW = 25
_WORDS: Mapping[Outcome, str] = {"failed": "broken", "gap": "holds but for known gaps", "passed": "holds"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run says of a backend: the ids of rules by the results.

    Attributes:
        held: rules whose tests passed, as far as they were run.
        failed: rules that are broken.
        failed_tests: how many tests failed.
        tests: how many were run.
        gaps: rules with a known gap that is open, or flaky.
        closed: rules with a known gap that has to be taken out, each with its row.
        provisional: rules that aren't in force and don't hold.
        not_run: rules that are in force, and that no test was about.
        ended_early: why not all tests have run that were to; nothing if they have.
        protocols: the results of HTTP/1.1 and HTTP/2, if both were tried.
    """

    name: str
    edition: str
    extent: Extent
    held: tuple[str, ...]
    failed: tuple[str, ...]
    failed_tests: int
    tests: int
    gaps: tuple[str, ...]
    closed: tuple[str, ...]
    provisional: tuple[str, ...]
    not_run: tuple[str, ...]
    ended_early: str
    protocols: Mapping[str, str]

    @property
    def kind(self) -> Kind:
        """In a word."""
        if self.failed_tests:
            return "fails"
        if self.closed:
            return "has gaps to take out"
        if self.extent == "smoke" and not self.ended_early:
            return "nothing found"
        if self.extent == "part" or self.not_run or self.ended_early:
            return "incomplete"
        return "conforms but for known gaps" if self.gaps else "conforms"

    @property
    def sentence(self) -> str:
        """What is said of the backend, without its name and the lists of rules."""
        return self._said().removeprefix(":").strip()

    def __str__(self) -> str:
        return "; ".join([f"{self.name}{self._said()}", *self._lists()])

    def _said(self) -> str:
        tried = len({*self.held, *self.failed, *self.gaps, *self.provisional})
        failed, held = _counted(self.failed_tests, "test"), f"{_counted(len(self.held), 'rule')} held"
        told: Mapping[Kind, str] = {
            "fails": f" does not conform to edition {self.edition}: {failed} failed{self._of_how_many()}",
            "has gaps to take out": f" has known gaps that have closed, take them out: {', '.join(self.closed)}",
            "nothing found": f": smoke: {_counted(tried, 'rule')} tried, nothing found; a whole run decides",
            "incomplete": f" was not put to all of edition {self.edition}: {held}{self._of_how_many()}",
            "conforms": f" conforms to edition {self.edition}: {held}",
            "conforms but for known gaps": f" conforms to edition {self.edition} but for known gaps: {held}",
        }
        return told[self.kind]

    def _of_how_many(self) -> str:
        told: Mapping[Extent, str] = {
            "whole": "",
            "smoke": " in a smoke run; a whole run may find more",
            "part": f" in {_counted(self.tests, 'test')} that were run",
        }
        return told[self.extent]

    def _lists(self) -> Iterator[str]:
        if self.ended_early:
            yield f"ended early: {self.ended_early}"
        lists = {
            "broken": self.failed,
            "known gaps in": self.gaps,
            "provisional": self.provisional,
            "not tried": self.not_run,
        }
        yield from (f"{label} {_listed(rules)}" for label, rules in lists.items() if rules)
        yield from (f"{protocol}: {word}" for protocol, word in self.protocols.items())


def verdict(run: Run, rules: Mapping[str, RuleText]) -> Verdict:
    """What `run` says; `rules` are those of the contract."""
    edition = run.about.edition
    binding: dict[str, Outcome | None] = {rule: _binding(run, rule) for rule in rules}
    by_outcome = {outcome: tuple(rule for rule in rules if binding[rule] == outcome) for outcome in WORST_FIRST}
    flaky = {gap.rule for gap in run.gaps if gap.flaky}
    return Verdict(
        name=run.about.name,
        edition=edition,
        extent=run.extent,
        held=tuple(rule for rule in by_outcome["passed"] if rule not in flaky),
        failed=by_outcome["failed"],
        failed_tests=sum(test.outcome == "failed" for test in run.tests),
        tests=len(run.tests),
        gaps=tuple(rule for rule in rules if binding[rule] == "gap" or (rule in flaky and binding[rule] == "passed")),
        closed=tuple(f"{gap.rule} ({gap.file}, row {gap.row})" for gap in run.closed_gaps()),
        provisional=tuple(rule for rule in rules if "provisional" in run.outcomes(rule)),
        not_run=tuple(
            rule
            for rule, text in rules.items()
            if binding[rule] is None
            and is_in_force(text.level, text.edition, edition)
            and applies(rule, run.about.capabilities)
        ),
        ended_early=run.ended_early,
        protocols=_protocols(binding, run.extent),
    )


def with_verdicts(report: Report) -> Report:
    """The report with a verdict in each run."""
    runs = [run.model_copy(update={"verdict": str(verdict(run, report.rules))}) for run in report.runs]
    return report.model_copy(update={"runs": tuple(runs)})


def _binding(run: Run, rule: str) -> Outcome | None:
    """The worst result that can fail the run."""
    return worst(found for found in run.outcomes(rule) if found != "provisional")


def _protocols(binding: Mapping[str, Outcome | None], extent: Extent) -> dict[str, str]:
    """The results of the rules for HTTP/2 and of the others; empty if no rule for HTTP/2 was tested."""
    words = _WORDS if extent == "whole" else {**_WORDS, "passed": "nothing found"}
    http2 = worst(outcome for rule, outcome in binding.items() if outcome and rule.startswith("H2-"))
    others = worst(outcome for rule, outcome in binding.items() if outcome and not rule.startswith("H2-"))
    if http2 is None or others is None:
        return {}
    return {"HTTP/1.1": words[others], "HTTP/2": words[http2]}


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _listed(rules: tuple[str, ...]) -> str:
    return ", ".join(rules) if len(rules) <= _FEW else _counted(len(rules), "rule")
