"""The table that is printed."""

from __future__ import annotations

from rich.table import Table

from bench.findings import Finding, What

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
    spread, write = finding.spread, _WRITTEN[finding.what]
    return (
        finding.ours,
        _cost(finding.our_cost, finding.what),
        finding.reference,
        _cost(finding.reference_cost, finding.what),
        f"{_ratio(spread.median)}{_AFTER[finding.what]}" if finding.what.is_ratio else _AFTER[finding.what],
        f"{write(spread.least)} - {write(spread.most)}",
        "" if finding.bar is None else write(finding.bar),
        _MET[finding.met],
    )


def _cost(cost: float, what: What) -> str:
    if not what.is_ratio:
        return _WRITTEN[what](cost)
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if cost * factor >= 1:
            return f"{cost * factor:.2f} {unit}"
    return f"{cost * 1e6:.1f} µs"


def _bytes(number: float) -> str:
    return f"{number / 1e6:.1f} MB"


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}"


def _count(number: float) -> str:
    return f"{number:.0f}"


_WRITTEN = {What.CPU: _ratio, What.ELAPSED: _ratio, What.BYTES: _bytes, What.CONNECTIONS: _count}
_AFTER = {What.CPU: "", What.ELAPSED: " elapsed", What.BYTES: "grown", What.CONNECTIONS: "connections"}
