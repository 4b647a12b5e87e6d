"""What a run of pytest says about equality at its end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clientele_conformance.equality.comparison import Comparison

_NOTED = pytest.StashKey[list[Comparison]]()


def note(config: pytest.Config, comparison: Comparison) -> None:
    """Have `comparison` shown at the end of the run."""
    config.stash.setdefault(_NOTED, []).append(comparison)


def summary(config: pytest.Config) -> Iterator[str]:
    """The counts of each comparison, also if nothing differs, how long it took, and every row that differs."""
    for comparison in config.stash.get(_NOTED, []):
        yield f"equality: {comparison}"
        times = (f"{participant} {seconds:.0f} s" for participant, seconds in comparison.seconds.items())
        yield f"  {', '.join(times)}"
        yield from (f"  {line}" for found in comparison.differences for line in str(found).splitlines())
