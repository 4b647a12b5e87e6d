"""Answers at random: mutated good ones, cut ones, and noise."""

from __future__ import annotations

from clientele_conformance.equality.rows import Items, Row, answer
from clientele_conformance.servers import Close, Pause
from clientele_conformance.suite.fuzz_answers import answer as random_pieces

_COUNT = 200
_KINDS = (bytes, str, dict)
_SETTLED = Pause(0.01)


def rows() -> list[Row]:
    """Some are taken as streams, some answer HEAD; each of them ends with its connection."""
    return [_row(seed) for seed in range(_COUNT)]


def _row(seed: int) -> Row:
    items = None if seed % 3 else Items(_KINDS[seed % len(_KINDS)])
    method = "HEAD" if seed % 10 == 1 and items is None else "GET"
    return answer(f"X: answer {seed}", [*random_pieces(seed), _SETTLED, Close()], method=method, items=items)
