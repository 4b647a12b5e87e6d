"""The corpus of server answers, good and bad: by hand, and mutated at random."""

from __future__ import annotations

from functools import cache

from clientele_conformance.equality.answers import (
    codings,
    connections,
    cuts,
    drawn,
    events,
    heads,
    lines,
    locations,
    malformed,
    redirects,
    statuses,
    texts,
)
from clientele_conformance.equality.rows import Row


@cache
def answer_rows() -> tuple[Row, ...]:
    """All rows, the same in each run."""
    by_hand = (lines, events, codings, texts, heads, statuses, redirects, locations, cuts, malformed, connections)
    return (*(row for table in by_hand for row in table.ROWS), *drawn.rows())
