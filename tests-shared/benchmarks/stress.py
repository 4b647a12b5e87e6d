"""A long load on one backend, in each of its modes: python -m tests-shared.benchmarks.stress BACKEND [REQUESTS].

Threads share a backend, then tasks do, while the server answers some of the requests with faults. The exit code is 1 if
an answer went to another request than its own, a request failed that should not, or a descriptor is left open.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from clientele.http import Capability, HTTPBackend
from clientele.http.backends import backend_class
from clientele_conformance.servers import Origin
from clientele_conformance.subject import AsyncSubject, Mode, Subject, SyncSubject
from clientele_conformance.suite.concurrency_load import Tally, run_load
from clientele_conformance.suite.concurrency_together import open_descriptors

REQUESTS = 10_000
AT_ONCE: dict[Mode, int] = {"sync": 50, "async": 200}
MODES: dict[Mode, Capability] = {"sync": Capability.SYNC, "async": Capability.ASYNC}
WARM_UP = 100


@dataclass(frozen=True, slots=True)
class Result:
    """One mode's row of the table."""

    mode: Mode
    tally: Tally
    descriptors_before: int
    descriptors_after: int
    seconds: float

    @property
    def good(self) -> bool:
        """Whether nothing went wrong that the server didn't do on purpose."""
        leaked = self.descriptors_after > self.descriptors_before
        return not (self.tally.swapped or self.tally.failed or leaked)


def main() -> None:
    """Run, show, and exit with 1 if something went wrong."""
    parser = argparse.ArgumentParser(description="Load a backend with many calls at once, faults mixed in.")
    parser.add_argument("backend", help="a name from the entry-point group clientele.backends: httpx")
    parser.add_argument("requests", nargs="?", type=int, default=REQUESTS, help=f"in each mode, default {REQUESTS}")
    arguments = parser.parse_args()
    chosen = backend_class(arguments.backend)
    results = [measure(chosen, mode, arguments.requests) for mode in MODES if MODES[mode] in chosen.capabilities]
    Console().print(table(arguments.backend, results))
    raise SystemExit(not all(result.good for result in results))


def measure(chosen: type[HTTPBackend], mode: Mode, requests: int) -> Result:
    """Load a new backend, after a short load that opens what stays open."""
    with asyncio.Runner() as runner:
        backend = chosen()
        subject: Subject = SyncSubject(backend) if mode == "sync" else AsyncSubject(backend, runner)
        load(subject, WARM_UP)
        before, started = open_descriptors(collect=True), time.perf_counter()
        tally = load(subject, requests)
        return Result(mode, tally, before, open_descriptors(), time.perf_counter() - started)


def load(subject: Subject, requests: int) -> Tally:
    """One load on a server of its own, with everything closed afterwards."""
    with Origin() as origin:
        tally = run_load(subject, origin, requests, AT_ONCE[subject.mode])
        subject.close()
        origin.wait_until_open(0)
        return tally


def table(name: str, results: list[Result]) -> Table:
    """What is printed."""
    shown = Table(title=f"Many calls at once: {name}", title_justify="left")
    for heading in ("at once", "requests", "faults", "swapped", "failed", "descriptors", "seconds"):
        shown.add_column(heading, justify="right", no_wrap=heading == "at once")
    for result in results:
        tally, kind = result.tally, "threads" if result.mode == "sync" else "tasks"
        counts = (tally.requests, tally.faults, len(tally.swapped), len(tally.failed))
        descriptors = f"{result.descriptors_before} → {result.descriptors_after}"
        at_once = f"{AT_ONCE[result.mode]} {kind}"
        shown.add_row(at_once, *map(str, counts), descriptors, f"{result.seconds:.1f}")
    return shown


if __name__ == "__main__":
    main()
