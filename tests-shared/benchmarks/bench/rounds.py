"""Measuring a row: rounds in which the contestants take turns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from bench.environments import Environments
from bench.processes import Servers, Worker, program_seconds
from bench.rows import Contestant, Kind, Row, Server

TURN_SECONDS = 0.2
"""CPU time that a turn of many calls takes, about."""
STREAM_MEGABYTES = 100


class Sample(NamedTuple):
    """What one call of a contestant took in one round: CPU seconds, the growth of the peak of its memory, how long it
    was until it was done, which other tasks share, and the peak of the memory of its process."""

    seconds: float
    grown: int = 0
    elapsed: float = 0.0
    peak: int = 0


Measure = Callable[[Contestant], Sample]


class DifferentResults(Exception):
    """The contestants of a row don't do the same."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A row, and the samples of its contestants, by name, one for each round.

    Attributes:
        connections: how many the contestants have opened, where that counts.
    """

    row: Row
    samples: dict[str, list[Sample]]
    connections: dict[str, int]


@dataclass(frozen=True, slots=True)
class Effort:
    """How many rounds there are, for each kind of row."""

    calls: int
    stream: int
    program: int

    def rounds(self, kind: Kind) -> int:
        """Those of `kind`."""
        return {Kind.CALLS: self.calls, Kind.STREAM: self.stream, Kind.PROGRAM: self.program}[kind]


FULL = Effort(calls=21, stream=5, program=25)
QUICK = Effort(calls=5, stream=2, program=5)


class Laboratory:
    """Where rows are measured.

    Args:
        environments: of the contestants.
        servers: that they call.
    """

    def __init__(self, environments: Environments, servers: Servers) -> None:
        self._environments = environments
        self._servers = servers

    def measure(self, row: Row, effort: Effort) -> Measurement:
        """Measure all contestants of `row` in turns; who begins, changes from round to round.

        Raises:
            CalledProcessError: an environment can't be made, or a program fails.
            WorkerFailed: a contestant fails.
            DifferentResults: they don't do the same.
        """
        samples: dict[str, list[Sample]] = {contestant.name: [] for contestant in row.contestants}
        count = len(row.contestants)
        with self._measures(row) as measure:
            for number in range(effort.rounds(row.kind)):
                for place in range(count):
                    contestant = row.contestants[(number + place) % count]
                    samples[contestant.name].append(measure(contestant))
        opened: dict[str, int] = {}
        if row.bar_connections is not None:
            opened = {each.name: self._servers.connections(_path_of(row, each)) for each in row.contestants}
        return Measurement(row, samples, opened)

    def worker(self, row: Row, contestant: Contestant) -> Worker:
        """A new process for `contestant`."""
        python = self._environments.python(contestant.environment)
        server: tuple[str, ...] = ()
        if row.server is Server.PLAIN:
            server = (self._servers.plain,)
        elif row.server is Server.HTTP2:
            server = (self._servers.http2 + _path_of(row, contestant), self._servers.ca)
        return Worker(python, contestant.work, *server, *contestant.arguments)

    def program(self, contestant: Contestant) -> Sample:
        """One run of a program."""
        return Sample(program_seconds(self._environments.python(contestant.environment), contestant.work))

    def _measures(self, row: Row) -> AbstractContextManager[Measure]:
        return {Kind.CALLS: self._calls, Kind.STREAM: self._streams, Kind.PROGRAM: self._programs}[row.kind](row)

    @contextmanager
    def _calls(self, row: Row) -> Iterator[Measure]:
        with ExitStack() as stack:
            workers = {each: stack.enter_context(self.worker(row, each)) for each in row.contestants}
            _expect_same({each.name: worker.run(0, 1)["result"] for each, worker in workers.items()})
            counts = {each: _calls_of_a_turn(worker, row.at_once) for each, worker in workers.items()}

            def measure(contestant: Contestant) -> Sample:
                count = counts[contestant]
                report = workers[contestant].run(0, count, at_once=row.at_once)
                return Sample(report["seconds"] / count, elapsed=report["elapsed"] / count, peak=report["peak"])

            yield measure

    @contextmanager
    def _streams(self, row: Row) -> Iterator[Measure]:
        results: dict[str, str] = {}

        def measure(contestant: Contestant) -> Sample:
            with self.worker(row, contestant) as worker:
                worker.run(1, 2)
                report = worker.run(STREAM_MEGABYTES, STREAM_MEGABYTES + 1)
            results[contestant.name] = report["result"]
            _expect_same(results)
            return Sample(report["seconds"], report["grown"], report["elapsed"], report["peak"])

        yield measure

    @contextmanager
    def _programs(self, row: Row) -> Iterator[Measure]:
        for contestant in row.contestants:
            self.program(contestant)  # Writes what is compiled.
        yield self.program


def _path_of(row: Row, contestant: Contestant) -> str:
    """Where the server of a row counts the connections of a contestant."""
    return f"/{row.id}-{row.contestants.index(contestant)}"


def _calls_of_a_turn(worker: Worker, at_once: int) -> int:
    """How many calls take a turn. Finding out warms the contestant up."""
    count, seconds = at_once, 0.0
    while seconds < TURN_SECONDS / 4:
        count *= 2
        seconds = worker.run(0, count, at_once=at_once)["seconds"]
    return at_once * math.ceil(count * TURN_SECONDS / seconds / at_once)


def _expect_same(results: dict[str, str]) -> None:
    if len(set(results.values())) > 1:
        shown = ", ".join(f"{name}: {result[:80]}" for name, result in results.items())
        raise DifferentResults(f"the results differ: {shown}")
