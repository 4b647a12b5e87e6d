"""httpx against the contract."""

from __future__ import annotations

import httpx

from clientele_conformance import BackendConformance
from clientele_conformance.suite.response_natives import State
from clientele_httpx import HttpxHTTPBackend


class TestHttpx(BackendConformance):
    """All of it: there is no known gap."""

    backend_class = HttpxHTTPBackend

    def native_response(self, url: str, state: State) -> httpx.Response:
        """From a client of httpx's."""
        with httpx.Client(trust_env=False) as client, client.stream("POST", url) as response:
            if state == "read":
                response.read()
            return response
