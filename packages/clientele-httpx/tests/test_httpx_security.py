"""Security of httpx against the contract."""

from __future__ import annotations

from clientele_conformance.suite.security import SecurityRules
from clientele_conformance.suite.security_secrets import SecuritySecretRules
from clientele_conformance.suite.security_surplus import SecuritySurplusRules
from clientele_conformance.suite.security_verification import SecurityVerificationRules
from clientele_httpx import HttpxHTTPBackend


class TestSecurity(SecurityRules, SecuritySecretRules, SecuritySurplusRules, SecurityVerificationRules):
    """All about security."""

    backend_class = HttpxHTTPBackend
