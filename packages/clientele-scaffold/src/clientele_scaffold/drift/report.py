"""What a comparison has found, as values, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from clientele_scaffold.drift.ignoring import Ignored
from clientele_scaffold.drift.lines import Line


@dataclass(frozen=True, slots=True)
class Drift:
    """A difference between a client and a description.

    Attributes:
        what: what differs: `GET /pets: query limit`, `Pet.name`.
        change: how: `"missing"` is described only, `"gone"` is declared only; the others say what differs.
        declared: what is declared.
        described: what is described.
        line: the line to edit; of an operation that is missing, the one behind which it would stand.
        pointer: where the description says it.
    """

    what: str
    change: str
    declared: str
    described: str
    line: Line | None
    pointer: str

    @property
    def title(self) -> str:
        """What differs and how, as a row of what is ignored names it."""
        return f"{self.what}: {self.change}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a comparison has found.

    Attributes:
        drift: the differences.
        ignored: those that are ignored, each with the reason.
        unused: rows that ignore nothing.
        calls: how many calls were compared.
    """

    drift: Sequence[Drift]
    ignored: Sequence[tuple[Drift, str]]
    unused: Sequence[Ignored]
    calls: int

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.drift or self.unused)


def report_as_text(report: Report) -> str:
    """The differences, each with both sides and where these are."""
    found = [*(line for each in report.drift for line in _lines(each)), *map(_unused, report.unused)]
    ignored = f", {len(report.ignored)} ignored" if report.ignored else ""
    count = f"{len(report.drift)} {'difference' if len(report.drift) == 1 else 'differences'}{ignored}"
    calls = f"{report.calls} {'call' if report.calls == 1 else 'calls'}"
    return "\n".join([*found, f"{count} in {calls}" if found or ignored else f"no drift in {calls}"])


def report_as_json(report: Report) -> dict[str, Any]:
    """The same for programs."""
    return {
        "drift": [_as_json(each) for each in report.drift],
        "ignored": [{**_as_json(each), "reason": reason} for each, reason in report.ignored],
        "unused": [{"what": each.what, "reason": each.reason} for each in report.unused],
        "calls": report.calls,
    }


def _lines(drift: Drift) -> Iterator[str]:
    width = max(len(drift.declared), len(drift.described))
    yield drift.title
    yield f"  declared   {drift.declared:{width}}  {drift.line or ''}".rstrip()
    yield f"  described  {drift.described:{width}}  {drift.pointer}"


def _unused(row: Ignored) -> str:
    return f"ignored, but not there: {row.what} ({row.reason})"


def _as_json(drift: Drift) -> dict[str, Any]:
    return {
        "what": drift.what,
        "change": drift.change,
        "declared": drift.declared,
        "described": drift.described,
        "file": drift.line and drift.line.file,
        "line": drift.line and drift.line.number,
        "pointer": drift.pointer,
    }
