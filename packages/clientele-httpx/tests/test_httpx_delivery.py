"""httpx against the rules about delivery."""

from __future__ import annotations

from clientele_conformance.suite.delivery import DeliveryRules
from clientele_httpx import HttpxHTTPBackend


class TestDelivery(DeliveryRules):
    """A request is sent once."""

    backend_class = HttpxHTTPBackend
