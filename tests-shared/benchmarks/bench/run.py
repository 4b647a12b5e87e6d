"""Measuring rows, and writing down the result."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.environments import PINS, Environments
from bench.findings import as_json, findings_of
from bench.plot import plot
from bench.processes import WorkerFailed
from bench.rounds import DifferentResults, Effort, Laboratory, Measurement
from bench.rows import Row
from bench.table import table


class Run:
    """Rows that are measured one after the other.

    Args:
        laboratory: where.
        environments: of the contestants.
        effort: how many rounds.
        console: shows how far it is.
    """

    def __init__(self, laboratory: Laboratory, environments: Environments, effort: Effort, console: Console) -> None:
        self._laboratory = laboratory
        self._environments = environments
        self._effort = effort
        self._console = console
        self._measurements: list[Measurement] = []
        self._failures: dict[str, str] = {}
        self._started = datetime.now(UTC)
        self._load = os.getloadavg()

    def measure(self, rows: list[Row]) -> None:
        """Measure `rows`. One that fails doesn't keep the others from being measured."""
        for row in rows:
            self._console.print(f"measuring {row.id}", style="dim", highlight=False)
            try:
                self._measurements.append(self._laboratory.measure(row, self._effort))
            except (subprocess.CalledProcessError, WorkerFailed, DifferentResults) as error:
                self._failures[row.id] = f"{error} {getattr(error, 'stderr', None) or ''}".strip()

    @property
    def good(self) -> bool:
        """Whether all rows could be measured, and meet their bars."""
        missed = [finding for each in self._measurements for finding in findings_of(each) if finding.met is False]
        return not self._failures and not missed

    def show(self) -> None:
        """Print the table."""
        self._console.print(table([finding for each in self._measurements for finding in findings_of(each)]))
        for row, reason in self._failures.items():
            self._console.print(f"{row} could not be measured: {reason}", style="red", markup=False)
        pins = ", ".join(f"{name} {version}" for name, version in PINS.items())
        self._console.print(f"Python {platform.python_version()}, {pins}", style="dim", highlight=False)

    def write(self, folder: Path) -> None:
        """Write `results.json` and `ratios.svg` into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        results = self._as_json()
        (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
        plot(results["rows"], folder / "ratios.svg")
        self._console.print(f"written: {folder}/results.json and ratios.svg", style="dim", highlight=False)

    def _as_json(self) -> dict[str, Any]:
        return {
            "started": self._started.isoformat(timespec="seconds"),
            "machine": f"{platform.system()}, {platform.machine()}, {os.cpu_count()} CPUs",
            "python": platform.python_version(),
            "load": {"before": self._load, "after": os.getloadavg()},
            "pinned": PINS,
            "installed": self._environments.versions(),
            "rows": [as_json(each) for each in self._measurements],
            "failures": self._failures,
        }
