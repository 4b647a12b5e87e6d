"""The corpus of calls: by hand, and drawn at random."""

from __future__ import annotations

from functools import cache

from clientele_conformance.equality.calls import bodies, drawn, forms, headers, queries, refused, sequences, urls
from clientele_conformance.equality.rows import Row


@cache
def call_rows() -> tuple[Row, ...]:
    """All rows; those that are drawn are the same for as long as the process lives."""
    by_hand = (urls, queries, headers, bodies, forms, sequences, refused)
    return (*(row for table in by_hand for row in table.ROWS), *drawn.rows())
