"""httpx against the rules about errors."""

from __future__ import annotations

from clientele_conformance.suite.errors import ErrorRules
from clientele_conformance.suite.fuzz import FuzzRules
from clientele_httpx import HttpxHTTPBackend


class TestErrors(ErrorRules):
    """Each fault has its error."""

    backend_class = HttpxHTTPBackend


class TestFuzz(FuzzRules):
    """Whatever a server sends."""

    backend_class = HttpxHTTPBackend
