"""The failures on the terminal: those that are alike as one, every rule before more of another, and not too many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console, RenderableType
from rich.console import Group as Lines
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from clientele_conformance.reporting.grouping import Group, breadth_first, grouped
from clientele_conformance.reporting.results import Failure, Outcome, Report, Run

MOST_GROUPS = 60
MOST_LINES = 200
"""How much of the failures of one backend is shown. The other reports have all of them."""

_LONGEST_TEXT = 12
_LONGEST_LINE = 240
_STYLES: Mapping[Outcome, str] = {"failed": "red", "provisional": "cyan"}


def show_failures(run: Run, report: Report, console: Console) -> None:
    """Print them, each rule with its text and the usual fixes, as many in full as there is space for."""
    groups = grouped(run, "failed", "provisional")
    chosen, in_full = _fitting(groups, report, console)
    told = set[str]()
    for group in groups:
        if group in chosen:
            rules = [rule_id for rule_id in group.rules if rule_id not in told]
            console.print(Lines(*_headings(rules, report), *_block(group, in_full=group in in_full)), crop=False)
            told.update(rules)
    if rest := [group for group in groups if group not in chosen]:
        console.print(_about_the_rest(rest), "", sep="\n")


def _fitting(groups: Sequence[Group], report: Report, console: Console) -> tuple[list[Group], list[Group]]:
    """Those that are shown, and those of them that are shown with all that went over the wire."""

    def height(lines: Iterator[RenderableType]) -> int:
        return len(console.render_lines(Lines(*lines), pad=False))

    left, chosen, in_full, told = MOST_LINES, list[Group](), list[Group](), set[str]()
    for group in breadth_first(groups)[:MOST_GROUPS]:
        rules = [rule_id for rule_id in group.rules if rule_id not in told]
        lines = height(_headings(rules, report)) + height(_block(group, in_full=False))
        if lines <= left or not chosen:
            left, chosen = left - lines, [*chosen, group]
            told.update(rules)
    for group in chosen:
        lines = height(_block(group, in_full=True)) - height(_block(group, in_full=False))
        if lines <= left or group is chosen[0]:
            left, in_full = left - lines, [*in_full, group]
    return chosen, in_full


def _headings(rules: Sequence[str], report: Report) -> Iterator[RenderableType]:
    for rule_id in rules:
        rule = report.rules.get(rule_id)
        yield Text.assemble((f"{rule_id} ", "bold red"), (rule.text if rule else "", "bold"))
        if rule and rule.cures:
            yield Text.assemble(("usual fixes: ", "dim"), rule.cures)


def _block(group: Group, *, in_full: bool) -> Iterator[RenderableType]:
    test = group.first
    lines = Table.grid(padding=(0, 2))
    lines.add_column(style="dim", no_wrap=True, min_width=len("run it again"))
    lines.add_column(overflow="fold")
    for label, text in _details(group, in_full=in_full):
        lines.add_row(label, Text(_shortened(text, _LONGEST_TEXT if in_full else 1)))
    title = Text.assemble((test.id, _STYLES[test.outcome]), f"  {test.about.partition(chr(10))[0]}")
    yield Padding(Lines(title, lines), (0, 0, 0, 2))
    # Not wrapped, so that it can be copied.
    yield Text.assemble(("  run it again  ", "dim"), test.reproduce, no_wrap=True, overflow="ignore")
    yield Text()


def _details(group: Group, *, in_full: bool) -> Iterator[tuple[str, str]]:
    test = group.first
    if test.outcome == "provisional":
        yield "provisional", test.reason
    if test.failure is not None:
        if in_full:
            yield from _said(test.failure)
            if test.failure.statement != test.failure.expected:
                yield "statement", test.failure.statement
        yield "expected", test.failure.expected
        yield "got", test.failure.got
    if len(group.tests) > 1:
        yield "alike", f"{len(group.tests)} of {group.tried} tests: {_parameters(group)}"


def _parameters(group: Group) -> str:
    """Those of the others, up to a line."""
    few = [test.id.removeprefix(test.test) for test in group.tests[1:4]]
    more = len(group.tests) - 1 - len(few)
    return ", ".join(few) + (f" and {more} more" if more else "")


def _said(failure: Failure) -> Iterator[tuple[str, str]]:
    if failure.before:
        yield "", f"(after {failure.before} others)"
    for said in failure.said:
        yield said.kind, said.text + (f"  [{said.where}]" if "\n" not in said.text and said.where else "")


def _shortened(text: str, longest: int) -> str:
    lines = text.splitlines()
    if longest == 1:
        line = " ".join(text.split())
        return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} ..."
    more = [f"... {len(lines) - longest} lines more"] if len(lines) > longest else []
    return "\n".join([*lines[:longest], *more])


def _about_the_rest(rest: Sequence[Group]) -> Text:
    tests = sum(len(group.tests) for group in rest)
    rules = dict.fromkeys(rule for group in rest for rule in group.rules)
    return Text(
        f"... {tests:,} more tests failed, of {', '.join(rules)}. All of them are in the reports that --json and "
        "--html write (with pytest: --conformance-json and --conformance-html).",
        style="bold red",
    )
