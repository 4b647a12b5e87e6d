"""httpx against the rules of request headers."""

from __future__ import annotations

from clientele_conformance.suite.request_framing import RequestFramingRules
from clientele_conformance.suite.request_headers import RequestHeaderRules
from clientele_httpx import HttpxHTTPBackend


class TestRequestHeaderRules(RequestHeaderRules):
    """HDR-1, HDR-3, HDR-4 and HDR-5."""

    backend_class = HttpxHTTPBackend


class TestRequestFramingRules(RequestFramingRules):
    """HDR-2."""

    backend_class = HttpxHTTPBackend
