"""Where the time of our part of a row goes."""

from __future__ import annotations

import subprocess

from rich.console import Console

from bench.environments import Environments
from bench.processes import CLEAN
from bench.rounds import Laboratory
from bench.rows import Contestant, Kind, Row
from bench.worker import PROFILED

_WARM_UP = {Kind.CALLS: (0, 500), Kind.STREAM: (1, 2)}
_PROFILED = {Kind.CALLS: (500, 2500), Kind.STREAM: (10, 11)}


def profile(laboratory: Laboratory, environments: Environments, row: Row, console: Console) -> None:
    """Show what took most time by itself in each of our contestants: 2,000 calls, 10 MB of a stream, or an import."""
    for contestant in row.ours:
        console.print(f"[bold]{row.id}: {contestant.name}[/]")
        if row.kind is Kind.PROGRAM:
            _profile_imports(environments, contestant, console)
            continue
        with laboratory.worker(row, contestant) as worker:
            worker.run(*_WARM_UP[row.kind], at_once=row.at_once)
            worker.run(*_PROFILED[row.kind], at_once=row.at_once, profile=True)


def _profile_imports(environments: Environments, contestant: Contestant, console: Console) -> None:
    """`-X importtime` says how long each module took itself, in microseconds; the first run compiles."""
    command = [str(environments.python(contestant.environment)), "-I", "-X", "importtime", "-c", contestant.work]
    subprocess.run(command, env=CLEAN, check=True, capture_output=True)  # noqa: S603 - our own
    done = subprocess.run(command, env=CLEAN, check=True, capture_output=True, text=True)  # noqa: S603
    times = [line.removeprefix("import time:").split("|") for line in done.stderr.splitlines()[1:]]
    times.sort(key=lambda parts: int(parts[0]), reverse=True)
    console.print("   self us  cumulative us  module")
    for own, cumulative, module in times[:PROFILED]:
        console.print(f"{int(own):10} {int(cumulative):14}  {module.strip()}", highlight=False)
