"""httpx against the rules about the life of clients."""

from __future__ import annotations

from clientele_conformance.suite.life import LifeRules
from clientele_conformance.suite.life_ends import EndRules
from clientele_conformance.suite.life_loops import LoopRules
from clientele_httpx import HttpxHTTPBackend


class TestLife(LifeRules):
    """Native clients."""

    backend_class = HttpxHTTPBackend


class TestLoops(LoopRules):
    """Event loops."""

    backend_class = HttpxHTTPBackend


class TestEnds(EndRules):
    """Ends of loops, interpreters and forked children."""

    backend_class = HttpxHTTPBackend
