"""httpx against the contract."""

from __future__ import annotations

from clientele_conformance.suite.urls import UrlRules
from clientele_httpx import HttpxHTTPBackend


class TestUrls(UrlRules):
    """URL rules."""

    backend_class = HttpxHTTPBackend
