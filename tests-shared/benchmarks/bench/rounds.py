"""Measuring a row: rounds in which the contestants take turns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from bench.environments import Environments
from bench.processes import Worker, program_seconds
from bench.rows import Contestant, Kind, Row

TURN_SECONDS = 0.2
"""CPU time that a turn of many calls takes, about."""
STREAM_MEGABYTES = 100


class Sample(NamedTuple):
    """What one call of a contestant took in one round: CPU seconds, and the growth of the peak of its memory."""

    seconds: float
    grown: int = 0


Measure = Callable[[Contestant], Sample]


class DifferentResults(Exception):
    """The contestants of a row don't do the same."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A row, and the samples of its contestants, by name, one for each round."""

    row: Row
    samples: dict[str, list[Sample]]


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
        url: of the server.
    """

    def __init__(self, environments: Environments, url: str) -> None:
        self._environments = environments
        self._url = url

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
        return Measurement(row, samples)

    def worker(self, row: Row, contestant: Contestant) -> Worker:
        """A new process for `contestant`."""
        url = (self._url,) if row.over_loopback else ()
        python = self._environments.python(contestant.environment)
        return Worker(python, contestant.work, *url, *contestant.arguments)

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
                return Sample(workers[contestant].run(0, count, at_once=row.at_once)["seconds"] / count)

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
            return Sample(report["seconds"], report["grown"])

        yield measure

    @contextmanager
    def _programs(self, row: Row) -> Iterator[Measure]:
        for contestant in row.contestants:
            self.program(contestant)  # Writes what is compiled.
        yield self.program


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
