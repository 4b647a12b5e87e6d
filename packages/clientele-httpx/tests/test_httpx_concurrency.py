"""httpx against the rules about many calls at once."""

from __future__ import annotations

from clientele_conformance.suite.concurrency import ConcurrencyRules
from clientele_conformance.suite.concurrency_cancel import CancelRules
from clientele_conformance.suite.concurrency_early import EarlyEndRules
from clientele_httpx import HttpxHTTPBackend


class TestConcurrency(ConcurrencyRules):
    """Many calls at once."""

    backend_class = HttpxHTTPBackend


class TestCancel(CancelRules):
    """Cancelled calls."""

    backend_class = HttpxHTTPBackend


class TestEarlyEnd(EarlyEndRules):
    """Calls that end early in another way."""

    backend_class = HttpxHTTPBackend
