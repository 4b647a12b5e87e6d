"""httpx against the rules about time."""

from __future__ import annotations

from clientele_conformance.suite.timeouts import TimeoutRules
from clientele_conformance.suite.timeouts_total import DeadlineRules
from clientele_httpx import HttpxHTTPBackend


class TestTimeouts(TimeoutRules):
    """Each limit bounds what it says."""

    backend_class = HttpxHTTPBackend


class TestDeadlines(DeadlineRules):
    """The total limit bounds the whole."""

    backend_class = HttpxHTTPBackend
