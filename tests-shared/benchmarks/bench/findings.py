"""From samples to ratios, and whether these are within their bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Any

from bench.rounds import Measurement, Sample
from bench.rows import Comparison


class What(StrEnum):
    """What a finding is about."""

    CPU = "ratio"
    """CPU time."""
    ELAPSED = "elapsed"
    """Time until all is done."""
    BYTES = "bytes"
    """The growth of memory."""
    CONNECTIONS = "connections"
    """How many were opened."""

    @property
    def is_ratio(self) -> bool:
        """Whether it is compared, rather than counted."""
        return self in {What.CPU, What.ELAPSED}


@dataclass(frozen=True, slots=True)
class Spread:
    """What came out of the rounds."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of `values`."""
        return cls(min(values), median(values), max(values))


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table.

    Attributes:
        ours, reference: what is compared.
        our_cost, reference_cost: the median of the rounds, in seconds per call, or what was counted.
        spread: of the ratio within each round, or of what was counted of ours.
        bar: what the median of the ratio, or the most of what was counted, may be.
    """

    row: str
    title: str
    ours: str
    our_cost: float
    reference: str
    reference_cost: float
    spread: Spread
    bar: float | None
    what: What = What.CPU

    @property
    def met(self) -> bool | None:
        """Whether it is within its bar, if it has one."""
        if self.bar is None:
            return None
        return (self.spread.median if self.what.is_ratio else self.spread.most) <= self.bar


def findings_of(measurement: Measurement) -> list[Finding]:
    """The comparisons of a row."""
    return [finding for comparison in measurement.row.comparisons for finding in _findings(measurement, comparison)]


def _findings(measurement: Measurement, comparison: Comparison) -> Iterator[Finding]:
    row = measurement.row
    names = comparison.ours.name, comparison.reference.name
    ours, theirs = (measurement.samples[name] for name in names)

    def finding(what: What, costs: tuple[float, float], values: Sequence[float], bar: float | None) -> Finding:
        return Finding(row.id, row.title, names[0], costs[0], names[1], costs[1], Spread.of(values), bar, what)

    def ratio(what: What, cost: Callable[[Sample], float]) -> Finding:
        our_costs, their_costs = list(map(cost, ours)), list(map(cost, theirs))
        ratios = [our / their for our, their in zip(our_costs, their_costs, strict=True)]
        return finding(what, (median(our_costs), median(their_costs)), ratios, comparison.bar)

    yield ratio(What.CPU, lambda sample: sample.seconds)
    if row.bar_bytes is not None:
        our_bytes, their_bytes = ([float(sample.grown) for sample in each] for each in (ours, theirs))
        yield finding(What.BYTES, (median(our_bytes), median(their_bytes)), our_bytes, row.bar_bytes)
    if row.bar_connections is not None:
        yield ratio(What.ELAPSED, lambda sample: sample.elapsed)
        opened, by_them = (float(measurement.connections[name]) for name in names)
        yield finding(What.CONNECTIONS, (opened, by_them), [opened], row.bar_connections)


def as_json(measurement: Measurement) -> dict[str, Any]:
    """A row as it is kept: every sample, in CPU seconds per call, and what follows from them."""

    def seconds(samples: list[Sample]) -> list[float]:
        return [sample.seconds for sample in samples]

    return {
        "row": measurement.row.id,
        "title": measurement.row.title,
        "seconds": {name: seconds(samples) for name, samples in measurement.samples.items()},
        "elapsed": {name: [sample.elapsed for sample in samples] for name, samples in measurement.samples.items()},
        "peak": {name: [sample.peak for sample in samples] for name, samples in measurement.samples.items()},
        "connections": measurement.connections,
        "comparisons": [
            {
                "ours": finding.ours,
                "reference": finding.reference,
                "what": finding.what,
                "min": finding.spread.least,
                "median": finding.spread.median,
                "max": finding.spread.most,
                "bar": finding.bar,
                "met": finding.met,
            }
            for finding in findings_of(measurement)
        ],
    }
