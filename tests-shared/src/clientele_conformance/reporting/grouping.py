"""Failures that are alike, as one: those of one test, with whichever parameters, that have the same cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clientele_conformance.reporting.results import Outcome, Run, TestResult
from clientele_conformance.rules import all_rules


@dataclass(frozen=True)
class Group:
    """Failures of one test that have the same cause.

    Attributes:
        rules: the rules that the test proves.
        test: the name of its function.
        tests: the failures, in the order of their ids.
        tried: how many tests of the function there are in the run.
    """

    rules: tuple[str, ...]
    test: str
    outcome: Outcome
    tests: Sequence[TestResult]
    tried: int

    @property
    def first(self) -> TestResult:
        """The one that stands for all."""
        return self.tests[0]


def grouped(run: Run, *outcomes: Outcome) -> list[Group]:
    """The tests with one of these outcomes, in the order of the outcomes, and of the rules in the contract."""
    order = {rule_id: number for number, rule_id in enumerate(all_rules())}
    found: dict[tuple[str, ...], list[TestResult]] = {}
    for test in run.tests:
        if test.outcome in outcomes:
            found.setdefault((test.outcome, *test.rules, test.test, _cause(test)), []).append(test)
    tried = {test.test: 0 for test in run.tests}
    for test in run.tests:
        tried[test.test] += 1
    groups = [
        Group(own[0].rules, own[0].test, own[0].outcome, sorted(own, key=lambda test: test.id), tried[own[0].test])
        for own in found.values()
    ]
    return sorted(
        groups,
        key=lambda group: (
            outcomes.index(group.outcome),
            [order.get(rule, len(order)) for rule in group.rules],
            group.test,
            group.first.id,
        ),
    )


def breadth_first(groups: Sequence[Group]) -> list[Group]:
    """The first of each rule, then the second of each, and so on; what failed before what is provisional."""
    places = dict[tuple[str, ...], int]()
    ranked = list[tuple[bool, int, int, Group]]()
    for group in groups:
        places[group.rules] = places.get(group.rules, 0) + 1
        ranked.append((group.outcome != "failed", places[group.rules], len(ranked), group))
    return [group for *_, group in sorted(ranked, key=lambda entry: entry[:3])]


def _cause(test: TestResult) -> str:
    return test.failure.cause if test.failure else ""
