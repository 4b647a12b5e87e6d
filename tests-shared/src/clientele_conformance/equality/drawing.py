"""Values that Hypothesis draws, the same for every backend."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

_SEED = 20261122


def drawn(strategy: SearchStrategy[T], count: int) -> list[T]:
    """At most `count` different values, always the same with the same version of Hypothesis."""
    found: dict[str, T] = {}

    @seed(_SEED)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.filter_too_much,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )
    @given(strategy)
    def draw(value: T) -> None:
        found.setdefault(repr(value), value)

    draw()
    return list(found.values())
