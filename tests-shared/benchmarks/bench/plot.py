"""The chart: the CPU time of calls through each backend, compared with its library used directly."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

_LESS, _MORE, _SAME = "#1f6f8b", "#c2552d", "#444444"
_KINDS = {
    "loopback": "One call",
    "tasks": "50 calls at once",
    "http2": "50 calls at once, HTTP/2",
    "lines": "Stream of 100 MB",
}
"""What the first part of a row's id says, for readers."""


def plot(rows: list[dict[str, Any]], path: Path) -> None:
    """Write an SVG that can be read on a narrow screen: a line for each backend, its median and the range of rounds."""
    shown = list(_shown(rows))
    figure: Any = import_module("matplotlib.figure").Figure(figsize=(4.4, 0.9 + 0.4 * len(shown)), layout="constrained")
    axes = figure.subplots()
    for place, (label, comparison) in enumerate(shown):
        least, middle, most = (comparison[name] for name in ("min", "median", "max"))
        colour = _LESS if middle < 1 else _MORE
        of_width = {"size": 9, "transform": axes.get_yaxis_transform(), "bbox": {"color": "white", "pad": 1}}
        axes.text(0, place - 0.28, label, **of_width)
        axes.text(1, place - 0.28, _words(middle), ha="right", color=colour, **of_width)
        axes.plot([least, most], [place, place], color="#c9c9c9", linewidth=2)
        axes.plot([1, middle], [place, place], color=colour, linewidth=5)
        axes.plot(middle, place, "o", color=colour, markersize=6)
    axes.axvline(1, color=_SAME, linewidth=1, zorder=0)
    axes.set_ylim(len(shown) - 0.4, -0.9)
    axes.set_yticks([])
    axes.set_xticks([0.5, 1, 1.5, 2], ["half", "the same", "1.5 times", "twice"], size=9)
    axes.spines[["top", "right", "left"]].set_visible(False)
    figure.savefig(path)


def _shown(rows: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is compared with the library used directly: a label, and the comparison of CPU time."""
    for row in rows:
        kind, *name = row["row"].split("-")
        for comparison in row["comparisons"] if kind in _KINDS else []:
            if comparison["what"] == "ratio" and comparison["reference"].endswith(" by hand"):
                library = comparison["reference"].removesuffix(" by hand")
                other = [] if name[0] == library else [f"against {library}"]
                yield f"{_KINDS[kind]}: {', '.join(name + other)}", comparison


def _words(ratio: float) -> str:
    difference = round(100 * (ratio - 1))
    return "the same" if difference == 0 else f"{abs(difference)} % {'less' if difference < 0 else 'more'}"
