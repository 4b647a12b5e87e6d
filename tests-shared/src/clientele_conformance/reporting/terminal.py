"""The results on the terminal: the failures, the known gaps, the groups of rules, what was run, and the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clientele_conformance.reporting.facts import line
from clientele_conformance.reporting.failing import show_failures
from clientele_conformance.reporting.open_gaps import OpenGap, open_gaps
from clientele_conformance.reporting.results import Report, Run
from clientele_conformance.reporting.verdict import verdict
from clientele_conformance.rules import GROUPS

_MOST_GAPS = 40
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
    gaps = open_gaps(run)
    yield Text(f"Known gaps: {run.about.name}", style="italic")
    for gap in gaps[:_MOST_GAPS]:
        about = f"{gap.about[0]}{f' and {len(gap.about) - 1} more' if len(gap.about) > 1 else ''}"
        yield Text.assemble((f"  {gap.rule} {about}: ", "yellow"), gap.why)
        yield Text(f"    {gap.place}: {gap.count}{_passed(gap)}")
    if len(gaps) > _MOST_GAPS:
        yield Text(f"  ... and {len(gaps) - _MOST_GAPS} more")


def _passed(gap: OpenGap) -> str:
    """Which tests passed, unless all of them or none did."""
    if len(gap.passing) in {0, gap.tried}:
        return ""
    more = [f"and {len(gap.passing) - _FEW} more"] if len(gap.passing) > _FEW else []
    return "\n      ".join([":", *(test.id for test in gap.passing[:_FEW]), *more])


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
