"""httpx against what it declares."""

from __future__ import annotations

from clientele_conformance.suite.capabilities import CapabilityRules
from clientele_httpx import HttpxHTTPBackend


class TestCapabilityRules(CapabilityRules):
    """CAP-1."""

    backend_class = HttpxHTTPBackend
