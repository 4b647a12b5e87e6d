"""Cookies of httpx against the contract."""

from __future__ import annotations

from clientele_conformance.suite.cookies import CookieRules
from clientele_httpx import HttpxHTTPBackend


class TestCookies(CookieRules):
    """All about cookies."""

    backend_class = HttpxHTTPBackend
