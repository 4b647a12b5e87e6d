"""Rows of a corpus, run on all backends."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from clientele_conformance.equality.differences import Difference, closed, differences
from clientele_conformance.equality.facts import Facts
from clientele_conformance.equality.gaps import RowGap
from clientele_conformance.equality.participants import Participant
from clientele_conformance.equality.rows import Row
from clientele_conformance.equality.running import run
from clientele_conformance.equality.worlds import World

_PATIENCE = 5
"""How many times as long the limits of rows are, when they are run again."""

_REPEATS = 2
"""How often a row runs again that differs, or that agrees though a gap says that it differs."""


class Comparison:
    """Runs `rows`, the corpus of that name, on `participants`, and compares the results.

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
        self.seconds = dict.fromkeys(participants, 0.0)
        """How long each of them took."""
        ids = Counter(row.id for row in rows)
        if twice := sorted(row_id for row_id, count in ids.items() if count > 1):
            raise ValueError(f"the {corpus} have two rows called {', '.join(map(repr, twice))}")
        self._gaps = [gap for gap in gaps if gap.row in ids]
        self.outcomes = self._run(rows)
        self.differences = differences(self.outcomes, self._gaps)
        """All of them, also those that a gap says."""
        for _ in range(_REPEATS):
            if surprising := {found.row for found in self.unknown()} | {gap.row for gap in self.closed()}:
                self._run_again(surprising)

    def unknown(self) -> list[Difference]:
        """The rows in which a participant differs and no gap says so."""
        return [found for found in self.differences if found.gap is None]

    def closed(self) -> list[RowGap]:
        """The gaps in which nothing differs any more."""
        of_each = (closed(self._gaps, each, self.outcomes, self.differences) for each in self.participants)
        return list(dict.fromkeys(gap for gaps in of_each for gap in gaps))

    def _run_again(self, ids: set[str]) -> None:
        """With longer limits: differences that are caused by a busy machine or by chance don't count."""
        again = self._run([row for row in self.rows if row.id in ids], patience=_PATIENCE)
        self.outcomes = {participant: facts | again[participant] for participant, facts in self.outcomes.items()}
        self.differences = differences(self.outcomes, self._gaps)

    def _run(self, rows: Sequence[Row], patience: float = 1) -> dict[Participant, dict[str, Facts]]:
        """All of them at once, since most of it is waiting; but one after the other where rows set the environment."""
        alone, together = [row for row in rows if row.environ], [row for row in rows if not row.environ]
        found = {each: self._timed(each, alone, patience) if alone else {} for each in self.participants}
        with ThreadPoolExecutor(len(self.participants)) as pool:
            made = pool.map(lambda participant: self._timed(participant, together, patience), self.participants)
            return {participant: found[participant] | facts for participant, facts in zip(found, made, strict=True)}

    def _timed(self, participant: Participant, rows: Sequence[Row], patience: float) -> dict[str, Facts]:
        began = time.monotonic()
        with World() as world:
            made = run(participant, rows, world, patience)
        self.seconds[participant] += time.monotonic() - began
        return made
