"""The results on the terminal: each failure in full, the groups of rules, and the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from clientele_conformance.reporting.results import Failure, Outcome, Report, Run, TestResult
from clientele_conformance.reporting.verdict import verdict
from clientele_conformance.rules import GROUPS, all_rules

IN_FULL = 3
"""Failures of one rule that are shown in full; of the others, what was expected, and how to run them again."""

_LINES = 12
_STYLES: Mapping[Outcome, str] = {"failed": "red", "gap": "yellow", "provisional": "cyan", "passed": "green"}


def show(report: Report, console: Console) -> None:
    """Print the results of each backend."""
    for run in report.runs:
        for rule_ids, tests in _to_tell(run).items():
            for rule_id in rule_ids:
                rule = report.rules.get(rule_id)
                console.print(Text.assemble((f"{rule_id} ", "bold red"), (rule.text if rule else "", "bold")))
            for number, test in enumerate(tests):
                _show_test(test, console, in_full=number < IN_FULL)
        console.print(_groups(run))
        console.print(Text(str(verdict(run, report.rules)), style="bold"), "", sep="\n", soft_wrap=True)


def _to_tell(run: Run) -> Mapping[tuple[str, ...], list[TestResult]]:
    """The tests that failed, and those that may, by the rules that they prove, in the order of the contract."""
    order = {rule_id: number for number, rule_id in enumerate(all_rules())}
    told = [test for test in run.tests if test.outcome in {"failed", "provisional"}]
    found: dict[tuple[str, ...], list[TestResult]] = {}
    for test in sorted(told, key=lambda test: [order.get(rule, len(order)) for rule in test.rules]):
        found.setdefault(test.rules, []).append(test)
    return found


def _show_test(test: TestResult, console: Console, *, in_full: bool) -> None:
    lines = Table.grid(padding=(0, 2))
    lines.add_column(style="dim", no_wrap=True, min_width=len("run it again"))
    lines.add_column(overflow="fold")
    for label, text in _details(test, in_full=in_full):
        lines.add_row(label, Text(_shortened(text)))
    title = Text.assemble((test.id, _STYLES[test.outcome]), f"  {test.about.partition(chr(10))[0]}")
    console.print(Padding(Group(title, lines), (0, 0, 0, 2)))
    # Not wrapped, so that it can be copied.
    console.print(Text.assemble(("  run it again  ", "dim"), test.reproduce), "", sep="\n", soft_wrap=True)


def _details(test: TestResult, *, in_full: bool) -> Iterator[tuple[str, str]]:
    if test.outcome == "provisional":
        yield "provisional", test.reason
    if test.failure is not None:
        if in_full:
            yield from _said(test.failure)
            if test.failure.statement != test.failure.expected:
                yield "statement", test.failure.statement
        yield "expected", test.failure.expected
        yield "got", test.failure.got


def _said(failure: Failure) -> Iterator[tuple[str, str]]:
    if failure.before:
        yield "", f"(after {failure.before} others)"
    for said in failure.said:
        yield said.kind, said.text + (f"  [{said.where}]" if "\n" not in said.text and said.where else "")


def _shortened(text: str) -> str:
    lines = text.splitlines()
    return text if len(lines) <= _LINES else "\n".join([*lines[:_LINES], f"... {len(lines) - _LINES} lines more"])


def _groups(run: Run) -> Table:
    table = Table(title=f"The contract: {run.about.name}", title_justify="left")
    for heading in ("rules", "", "passed", "failed", "known gaps", "provisional"):
        table.add_column(heading, justify="left" if heading in {"rules", ""} else "right")
    for group, about in GROUPS.items():
        tests = [test for test in run.tests if any(rule.startswith(f"{group}-") for rule in test.rules)]
        counts = Counter(test.outcome for test in tests)
        if tests:
            shown = (counts[outcome] for outcome in ("passed", "failed", "gap", "provisional"))
            table.add_row(group, about, *(str(count) if count else "" for count in shown))
    return table
