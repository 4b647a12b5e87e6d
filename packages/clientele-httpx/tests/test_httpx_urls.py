"""httpx against the rules of URLs."""

from __future__ import annotations

from clientele_conformance.suite.urls import UrlRules
from clientele_conformance.suite.urls_credentials import UrlCredentialRules
from clientele_conformance.suite.urls_hosts import HostRules
from clientele_conformance.suite.urls_path_arguments import PathArgumentRules
from clientele_httpx import HttpxHTTPBackend


class TestUrlRules(UrlRules):
    """URL-1, URL-2, URL-3 and URL-5."""

    backend_class = HttpxHTTPBackend


class TestUrlCredentialRules(UrlCredentialRules):
    """URL-6."""

    backend_class = HttpxHTTPBackend


class TestHostRules(HostRules):
    """URL-7."""

    backend_class = HttpxHTTPBackend


class TestPathArgumentRules(PathArgumentRules):
    """URL-4."""

    backend_class = HttpxHTTPBackend
