"""The fake against the contract: every rule that needs no socket."""

import pytest

from clientele_conformance.in_process import InProcessConformance

pytestmark = pytest.mark.whole


class TestFake(InProcessConformance):
    """Over the servers of the suite, in memory."""
