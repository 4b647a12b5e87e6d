"""The fake against the contract: every rule that needs no socket."""

from clientele_conformance.in_process import InProcessConformance


class TestFake(InProcessConformance):
    """Over the servers of the suite, in memory."""
