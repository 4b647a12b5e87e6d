"""One corpus, run on all backends."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from clientele_conformance.equality.differences import Difference, closed, differences
from clientele_conformance.equality.facts import Facts
from clientele_conformance.equality.gaps import RowGap
from clientele_conformance.equality.participants import Participant
from clientele_conformance.equality.rows import Row
from clientele_conformance.equality.running import run
from clientele_conformance.equality.worlds import World


class Comparison:
    """Runs `rows`, the corpus of that name, on `participants`, and compares what came of them.

    Args:
        corpus: `calls` or `answers`.
        participants: at least two, or there is nothing to compare.
        rows: of the corpus.
        gaps: the known ones; those of other rows are left aside.

    Raises:
        ValueError: there are fewer than two participants, or two rows have one id.
    """

    def __init__(
        self, corpus: str, participants: Sequence[Participant], rows: Sequence[Row], gaps: Sequence[RowGap] = ()
    ) -> None:
        if len(participants) < 2:
            raise ValueError(f"there is nothing to compare with: {', '.join(map(str, participants)) or 'no backend'}")
        self.corpus = corpus
        self.participants = participants
        self.rows = rows
        self.seconds: dict[Participant, float] = {}
        """How long each of them took."""
        ids = Counter(row.id for row in rows)
        if twice := sorted(row_id for row_id, count in ids.items() if count > 1):
            raise ValueError(f"the {corpus} have two rows called {', '.join(map(repr, twice))}")
        self._gaps = [gap for gap in gaps if gap.row in ids]
        with World() as world:
            self.outcomes = {participant: self._timed(participant, world) for participant in participants}
        self.differences = differences(self.outcomes, self._gaps)
        """All of them, also those that a gap says."""

    def unknown(self, participant: Participant) -> list[Difference]:
        """The rows in which `participant` differs and no gap says so."""
        return [found for found in self.differences if found.participant == participant and found.gap is None]

    def closed(self, participant: Participant) -> list[RowGap]:
        """The gaps of `participant` in which nothing differs any more."""
        return closed(self._gaps, participant, self.outcomes, self.differences)

    def __str__(self) -> str:
        rows = len({found.row for found in self.differences})
        return f"{len(self.rows)} {self.corpus}, {len(self.participants)} backends and modes, {rows} rows differ"

    def _timed(self, participant: Participant, world: World) -> dict[str, Facts]:
        began = time.monotonic()
        made = run(participant, self.rows, world)
        self.seconds[participant] = time.monotonic() - began
        return made
