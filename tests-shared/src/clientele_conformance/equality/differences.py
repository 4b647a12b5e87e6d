"""Compares what backends made of the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clientele_conformance.equality.facts import Facts
from clientele_conformance.equality.gaps import RowGap
from clientele_conformance.equality.participants import Participant
from clientele_conformance.equality.running import REACHED

Outcomes = Mapping[Participant, Mapping[str, Facts]]
"""What each participant made of each row, by the row's id."""

_NOTHING = "nothing"
_WIDTH = 300


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of which one participant makes something else than most.

    Attributes:
        row: its id.
        participant: who differs.
        expected: what most make of it, as far as it differs.
        got: what this one makes of it.
        gap: the known gap that says so, if there is one.
    """

    row: str
    participant: Participant
    expected: Facts
    got: Facts
    gap: RowGap | None = None

    def __str__(self) -> str:
        lines = [f"{self.participant}: {self.row}{f' (known: {self.gap.reason})' if self.gap else ''}"]
        names = dict.fromkeys((*self.expected, *self.got))
        # If the response differs, or is missing, its details don't matter.
        for name in (name for name in names if not any(name.startswith(f"{other} ") for other in names)):
            expected, got = (_shown(facts.get(name, _NOTHING)) for facts in (self.expected, self.got))
            lines.append(f"    {name}: expected {expected}, got {got}")
        return "\n".join(lines)


def differences(outcomes: Outcomes, gaps: Sequence[RowGap] = ()) -> list[Difference]:
    """Every row and participant that differs from the reference of the row.

    The reference is what most make of it that have no gap in it; of two that are equally frequent, the one of the
    participant that comes first. A server that a refused call has reached is always a difference.
    """
    rows = dict.fromkeys(row for made in outcomes.values() for row in made)
    return [found for row in rows for found in _in_row(row, outcomes, gaps)]


def closed(
    gaps: Sequence[RowGap], participant: Participant, outcomes: Outcomes, found: Sequence[Difference]
) -> list[RowGap]:
    """The gaps in which `participant` no longer differs, as far as there was somebody to compare it with."""
    still_open = {difference.row for difference in found if difference.participant == participant}
    return [
        gap
        for gap in gaps
        if not gap.flaky
        and gap.covers(gap.row, participant)
        and gap.row in outcomes[participant]
        and gap.row not in still_open
        and _has_reference(gap.row, outcomes, gaps)
    ]


def _in_row(row: str, outcomes: Outcomes, gaps: Sequence[RowGap]) -> list[Difference]:
    made = {participant: facts[row] for participant, facts in outcomes.items() if row in facts}
    known = {participant: next((gap for gap in gaps if gap.covers(row, participant)), None) for participant in made}
    votes = [facts for participant, facts in made.items() if known[participant] is None]
    if not votes:
        return []
    reference = {name: value for name, value in max(votes, key=votes.count).items() if name != REACHED}
    return [
        Difference(row, participant, _beyond(reference, facts), _beyond(facts, reference), known[participant])
        for participant, facts in made.items()
        if facts != reference
    ]


def _beyond(facts: Facts, others: Facts) -> Facts:
    """Those of `facts` that aren't in `others`."""
    return {name: value for name, value in facts.items() if name not in others or others[name] != value}


def _has_reference(row: str, outcomes: Outcomes, gaps: Sequence[RowGap]) -> bool:
    ran = [participant for participant, made in outcomes.items() if row in made]
    return any(not any(gap.covers(row, participant) for gap in gaps) for participant in ran)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"
