"""The table that is printed."""

from __future__ import annotations

from rich.table import Table

from bench.findings import Finding

_MET = {None: "", True: "[green]met[/]", False: "[bold red]missed[/]"}


def table(findings: list[Finding]) -> Table:
    """The findings, row by row."""
    shown = Table(title="CPU time per call", title_justify="left")
    for heading in ("row", "ours", "", "reference", "", "ratio", "min - max", "bar", ""):
        right = heading in {"ratio", "min - max", "bar"}
        shown.add_column(heading, justify="right" if right else "left", no_wrap=right)
    before = None
    for finding in findings:
        if finding.row != before:
            shown.add_section()
        shown.add_row(finding.row if finding.row != before else "", *_cells(finding))
        before = finding.row
    return shown


def _cells(finding: Finding) -> tuple[str, ...]:
    spread, write = finding.spread, _bytes if finding.in_bytes else _ratio
    return (
        finding.ours,
        _cost(finding.our_cost, in_bytes=finding.in_bytes),
        finding.reference,
        _cost(finding.reference_cost, in_bytes=finding.in_bytes),
        "grown" if finding.in_bytes else _ratio(spread.median),
        f"{write(spread.least)} - {write(spread.most)}",
        "" if finding.bar is None else write(finding.bar),
        _MET[finding.met],
    )


def _cost(cost: float, *, in_bytes: bool) -> str:
    if in_bytes:
        return _bytes(cost)
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if cost * factor >= 1:
            return f"{cost * factor:.2f} {unit}"
    return f"{cost * 1e6:.1f} µs"


def _bytes(number: float) -> str:
    return f"{number / 1e6:.1f} MB"


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}"
