"""The results on the terminal: the failures, the known gaps, the groups of rules, what was run, and the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clientele_conformance.reporting.facts import line
from clientele_conformance.reporting.failing import show_failures
from clientele_conformance.reporting.results import KnownGap, Report, Run
from clientele_conformance.reporting.verdict import verdict
from clientele_conformance.rules import GROUPS

_FEW = 5


def show(report: Report, console: Console) -> None:
    """Print the results of each backend."""
    for run in report.runs:
        show_failures(run, report, console)
        if run.gaps:
            console.print(*_gaps(run), "", sep="\n", soft_wrap=True)
        console.print(_groups(run))
        console.print(Text(line(run)), soft_wrap=True)
        console.print(Text(str(verdict(run, report.rules)), style="bold"), "", sep="\n", soft_wrap=True)


def _gaps(run: Run) -> Iterator[Text]:
    yield Text(f"Known gaps: {run.about.name}", style="italic")
    for gap in run.gaps:
        what = f"  row {gap.row}  {gap.rule} {gap.test or 'in all tests'}{f' ({gap.mode})' if gap.mode else ''}: "
        yield Text.assemble((what, "yellow"), gap.why)
        yield Text(f"    {_passed(gap, run)}")


def _passed(gap: KnownGap, run: Run) -> str:
    """How many tests passed of those that a gap names, and which, unless all of them or none did."""
    passing = [test.id for test in run.passing(gap)]
    tried = sum(gap.row in test.gaps for test in run.tests)
    told = f"{len(passing)} of {tried} passed" + (f"; it names {gap.names}" if tried < gap.names else "")
    if len(passing) in {0, tried}:
        return told
    more = [f"and {len(passing) - _FEW} more"] if len(passing) > _FEW else []
    return "\n      ".join([f"{told}:", *passing[:_FEW], *more])


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
