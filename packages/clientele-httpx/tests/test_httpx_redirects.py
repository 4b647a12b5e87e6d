"""Redirects of httpx against the contract."""

from __future__ import annotations

from clientele_conformance.suite.redirect_credentials import RedirectCredentialRules
from clientele_conformance.suite.redirect_locations import RedirectLocationRules
from clientele_conformance.suite.redirects import RedirectRules
from clientele_httpx import HttpxHTTPBackend


class TestRedirects(RedirectRules, RedirectLocationRules, RedirectCredentialRules):
    """All about redirects."""

    backend_class = HttpxHTTPBackend
