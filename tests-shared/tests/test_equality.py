"""Our backends are equal: all that are installed here, in all of their modes, row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientele_conformance.equality import EqualityConformance

GAPS = Path(__file__).with_name("equality_gaps.toml")


@pytest.mark.timeout(900)
class TestEquality(EqualityConformance):
    """Both corpora; the first test of each runs it."""

    known_gaps = GAPS if GAPS.exists() else None
