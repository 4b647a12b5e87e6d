"""Our backends are equal: all that are installed here, in all of their modes, row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientele_conformance.equality import EqualityConformance

pytestmark = [
    pytest.mark.whole,
    # As an event loop ends, it and httpx may close the same generator at once, of a body that nobody read to its end.
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <async_generator object AsyncResponse:pytest.PytestUnraisableExceptionWarning"
    ),
]

GAPS = Path(__file__).with_name("equality_gaps.toml")


class TestEquality(EqualityConformance):
    """Both corpora, section by section."""

    known_gaps = GAPS if GAPS.exists() else None
