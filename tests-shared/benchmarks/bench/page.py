"""The page of the documentation with what was measured, written from `results.json`.

```sh
hatch run bench:run --output docs/reference/measurements && hatch run bench:page
```
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any

from bench.plot import plot

FOLDER = Path(__file__).parents[3] / "docs" / "reference" / "measurements"

_HEAD = """\
# Measurements

How much CPU time a call through Clientele needs, compared with code that uses the same library directly ("by hand") and
validates the response with `Model.model_validate(response.json())`. Both are measured in the same run, on the same
machine, in alternating rounds.

<div markdown style="max-width: 28rem; padding: .4rem; background: #fff; border-radius: .3rem">
![CPU time of calls through each backend, compared with the library used directly](ratios.svg){{ style="width: 100%" }}
</div>

The dot is the median of the rounds, the grey line their range. In the tables, *Ratio* is the median of ours divided by
the reference; below 1, Clientele needs less. *Bar* is the target of the project, which a run checks.

Measured on {day} with Python {python} on {machine}, its load {before:.1f} before and {after:.1f} after: {versions}.
Each sample: [results.json](results.json).
"""
_CHOICE = """\
## Which backend for what

All backends do the same work in turns, in one run. *Least CPU time* names the backend that needs the least, apart from
the experimental [pyreqwest](../../how-to/backends.md#pyreqwest), which stands beside it. *By hand* is the library used
directly. CPU time and elapsed time are per call. Memory is the peak of the process, with Python and all modules.
"""
_CHOICE_TABLE = "| | Least CPU time | CPU | elapsed | memory | pyreqwest, CPU | elapsed | memory | by hand, CPU |"
_COSTS_TABLE = "| | CPU | elapsed | memory |\n|---|---|---|---|"
_TAIL = """\
Run it yourself with `hatch run bench:run`, in a clone of the repository. Times depend on the machine and on the
responses; the ratios depend on them less.
"""
_EXPERIMENTAL = "clientele, pyreqwest"
_TABLE = "| | Ours | Reference | Ratio | Range | Bar |\n|---|---|---|---|---|---|"


def measurements_page(results: dict[str, Any]) -> str:
    """The page, as Markdown."""
    versions = ", ".join(f"{name} {version}" for name, version in results["pinned"].items())
    load = {when: loads[0] for when, loads in results["load"].items()}
    head = _HEAD.format(
        day=results["started"][:10], python=results["python"], machine=results["machine"], versions=versions, **load
    )
    choices = [row for row in results["rows"] if not row["comparisons"]]
    sections = [_section(row) for row in results["rows"] if row["comparisons"]]
    return "\n".join([head, *_choice(choices), *sections, *map(_taken, choices), _TAIL])


def _choice(rows: list[dict[str, Any]]) -> list[str]:
    """The table that answers which backend is for what, if that was measured."""
    if not rows:
        return []
    lines = []
    for row in rows:
        ours = [name for name in row["seconds"] if name.startswith("clientele, ") and name != _EXPERIMENTAL]
        least = min(ours, key=lambda name: median(row["seconds"][name]))
        by_hand = [name for name in row["seconds"] if name.endswith(" by hand")]
        hands = ", ".join(f"{name.split()[0]} {_duration(median(row['seconds'][name]))}" for name in by_hand)
        shown = [least.split()[-1], *_costs(row, least), *_costs(row, _EXPERIMENTAL), hands]
        lines.append(f"| {row['title']} | {' | '.join(shown)} |")
    return [_CHOICE, _CHOICE_TABLE, "|---" * 9 + "|", *lines, ""]


def _taken(row: dict[str, Any]) -> str:
    """All that a row of the first table is made of."""
    lines = [f"| {name} | {' | '.join(_costs(row, name))} |" for name in row["seconds"]]
    return "\n".join([f"## All backends: {row['title']}", "", _COSTS_TABLE, *lines, ""])


def _costs(row: dict[str, Any], name: str) -> list[str]:
    if name not in row["seconds"]:
        return ["", "", ""]
    seconds, elapsed = (_duration(median(row[what][name])) for what in ("seconds", "elapsed"))
    return [seconds, elapsed, f"{max(row['peak'][name]) / 1e6:.0f} MB"]


def _section(row: dict[str, Any]) -> str:
    lines = [_line(each, row) for each in row["comparisons"]]
    return "\n".join([f"## {row['title']}: {row['row']}", "", _TABLE, *lines, ""])


def _line(comparison: dict[str, Any], row: dict[str, Any]) -> str:
    ours, reference = comparison["ours"], comparison["reference"]
    bar = comparison["bar"]
    if comparison["what"] == "bytes":
        least, most = (f"{comparison[name] / 1e6:.1f} MB" for name in ("min", "max"))
        return f"| memory grown by {ours} | {most} | | | {least} to {most} | {bar / 1e6:.0f} MB |"
    if comparison["what"] == "connections":
        opened = row["connections"]
        return f"| connections of {ours} | {opened[ours]} | {reference}: {opened[reference]} | | | {bar} |"
    seconds = row["elapsed" if comparison["what"] == "elapsed" else "seconds"]
    shown = f"{ours}, time elapsed" if comparison["what"] == "elapsed" else ours
    costs = [f"{name}: {_duration(median(seconds[name]))}" for name in (ours, reference)]
    spread = f"{comparison['min']:.2f} to {comparison['max']:.2f}"
    limit = "" if bar is None else f"{bar:.2f}"
    ratio = f"**{comparison['median']:.2f}**"
    return f"| {shown} | {costs[0].split(': ')[-1]} | {costs[1]} | {ratio} | {spread} | {limit} |"


def _duration(cost: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if cost * factor >= 1:
            return f"{cost * factor:.2f} {unit}"
    return f"{cost * 1e6:.1f} µs"


if __name__ == "__main__":
    results = json.loads((FOLDER / "results.json").read_text())
    (FOLDER / "index.md").write_text(measurements_page(results))
    plot(results["rows"], FOLDER / "ratios.svg")
