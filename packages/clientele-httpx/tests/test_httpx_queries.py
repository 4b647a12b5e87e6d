"""httpx against the rules of queries."""

from __future__ import annotations

from clientele_conformance.suite.queries import QueryRules
from clientele_httpx import HttpxHTTPBackend


class TestQueryRules(QueryRules):
    """QRY-1 and following."""

    backend_class = HttpxHTTPBackend
