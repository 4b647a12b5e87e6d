"""The plot: each ratio that has a bar, beside its bar."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from bench.findings import Finding, What

_OURS, _MISSED, _BAR = "#1f6f8b", "#b3423a", "#444444"


def plot(findings: list[Finding], path: Path) -> None:
    """Write an SVG of the ratios among `findings`: median and range of the rounds."""
    shown = [finding for finding in findings if finding.bar is not None and finding.what is What.CPU]
    figure: Any = import_module("matplotlib.figure").Figure(figsize=(9, 1.2 + 0.34 * len(shown)), layout="constrained")
    axes = figure.subplots()
    for place, finding in enumerate(shown):
        spread, colour = finding.spread, _OURS if finding.met else _MISSED
        axes.plot([spread.least, spread.most], [place, place], color=colour, linewidth=2)
        axes.plot(spread.median, place, "o", color=colour)
        axes.plot(finding.bar, place, "|", color=_BAR, markersize=13, markeredgewidth=2)
        axes.annotate(
            f"{spread.median:.2f}", (spread.median, place), (0, 7), textcoords="offset points", ha="center", size=8
        )
    axes.set_yticks(range(len(shown)), [f"{each.row}: {each.ours} / {each.reference}" for each in shown])
    axes.set_ylim(len(shown) - 0.3, -0.8)
    axes.set_xlim(left=0)
    axes.axvline(1, color="#bbbbbb", linewidth=1, zorder=0)
    figure.supxlabel("CPU time, ours / reference: median (dot), min to max of the rounds (line), bar (mark)", size=9)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)
