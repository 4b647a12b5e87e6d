"""From samples to ratios, and whether these are within their bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.rounds import Measurement, Sample


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
        our_cost, reference_cost: the median of the rounds, in CPU seconds per call, or in bytes.
        spread: of the ratio within each round, or of our own bytes.
        bar: what the median of the ratio, or the most of our bytes, may be.
        in_bytes: whether this is about memory.
    """

    row: str
    title: str
    ours: str
    our_cost: float
    reference: str
    reference_cost: float
    spread: Spread
    bar: float | None
    in_bytes: bool = False

    @property
    def met(self) -> bool | None:
        """Whether it is within its bar, if it has one."""
        if self.bar is None:
            return None
        return (self.spread.most if self.in_bytes else self.spread.median) <= self.bar


def findings_of(measurement: Measurement) -> list[Finding]:
    """The comparisons of a row."""
    row, samples = measurement.row, measurement.samples
    found = []
    for comparison in row.comparisons:
        names = comparison.ours.name, comparison.reference.name
        ours, theirs = (samples[name] for name in names)
        ratios = [our.seconds / their.seconds for our, their in zip(ours, theirs, strict=True)]
        costs = [median(sample.seconds for sample in each) for each in (ours, theirs)]
        common = {"row": row.id, "title": row.title, "ours": names[0], "reference": names[1]}
        found.append(_finding(common, costs, ratios, comparison.bar))
        if row.bar_bytes is not None:
            costs = [median(sample.grown for sample in each) for each in (ours, theirs)]
            grown = [float(sample.grown) for sample in ours]
            found.append(_finding(common, costs, grown, row.bar_bytes, in_bytes=True))
    return found


def _finding(
    common: dict[str, str], costs: list[float], values: list[float], bar: float | None, *, in_bytes: bool = False
) -> Finding:
    return Finding(
        **common,
        our_cost=costs[0],
        reference_cost=costs[1],
        spread=Spread.of(values),
        bar=bar,
        in_bytes=in_bytes,
    )


def as_json(measurement: Measurement) -> dict[str, Any]:
    """A row as it is kept: every sample, in CPU seconds per call, and what follows from them."""

    def seconds(samples: list[Sample]) -> list[float]:
        return [sample.seconds for sample in samples]

    return {
        "row": measurement.row.id,
        "title": measurement.row.title,
        "seconds": {name: seconds(samples) for name, samples in measurement.samples.items()},
        "comparisons": [
            {
                "ours": finding.ours,
                "reference": finding.reference,
                "what": "bytes" if finding.in_bytes else "ratio",
                "min": finding.spread.least,
                "median": finding.spread.median,
                "max": finding.spread.most,
                "bar": finding.bar,
                "met": finding.met,
            }
            for finding in findings_of(measurement)
        ],
    }
