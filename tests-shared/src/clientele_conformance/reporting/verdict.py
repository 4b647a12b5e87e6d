"""Whether a backend conforms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from clientele_conformance.editions import is_in_force
from clientele_conformance.reporting.results import WORST_FIRST, RuleText, Run, worst

_FEW = 25


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run says of a backend: the ids of rules by what came of them."""

    name: str
    edition: str
    held: tuple[str, ...]
    failed: tuple[str, ...]
    failed_tests: int
    gaps: tuple[str, ...]
    provisional: tuple[str, ...]
    not_run: tuple[str, ...]

    @property
    def kind(self) -> Literal["conforms", "conforms but for known gaps", "fails", "incomplete"]:
        """In a word."""
        if self.failed_tests:
            return "fails"
        if self.not_run:
            return "incomplete"
        return "conforms but for known gaps" if self.gaps else "conforms"

    def __str__(self) -> str:
        told = {
            "fails": f"does not conform to edition {self.edition}: {_counted(self.failed_tests, 'test')} failed",
            "incomplete": f"was not put to all of edition {self.edition}: {_counted(len(self.held), 'rule')} held",
            "conforms": f"conforms to edition {self.edition}: {_counted(len(self.held), 'rule')} held",
            "conforms but for known gaps": f"conforms to edition {self.edition} but for known gaps: "
            f"{_counted(len(self.held), 'rule')} held",
        }
        parts = [f"{self.name} {told[self.kind]}"]
        lists = {
            "broken": self.failed,
            "known gaps in": self.gaps,
            "provisional": self.provisional,
            "not tried": self.not_run,
        }
        parts += [f"{label} {_listed(rules)}" for label, rules in lists.items() if rules]
        return "; ".join(parts)


def verdict(run: Run, rules: Mapping[str, RuleText]) -> Verdict:
    """What `run` says; `rules` are those of the contract."""
    edition = run.about.edition
    binding = {rule: worst(found for found in run.outcomes(rule) if found != "provisional") for rule in rules}
    by_outcome = {outcome: tuple(rule for rule in rules if binding[rule] == outcome) for outcome in WORST_FIRST}
    return Verdict(
        name=run.about.name,
        edition=edition,
        held=by_outcome["passed"],
        failed=by_outcome["failed"],
        failed_tests=sum(test.outcome == "failed" for test in run.tests),
        gaps=by_outcome["gap"],
        provisional=tuple(rule for rule in rules if "provisional" in run.outcomes(rule)),
        not_run=tuple(
            rule
            for rule, text in rules.items()
            if binding[rule] is None and is_in_force(text.level, text.edition, edition)
        ),
    )


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _listed(rules: tuple[str, ...]) -> str:
    return ", ".join(rules) if len(rules) <= _FEW else _counted(len(rules), "rule")
