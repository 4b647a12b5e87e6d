"""Responses of httpx against the contract."""

from __future__ import annotations

import httpx

from clientele_conformance.suite.response_bodies import ResponseBodyRules
from clientele_conformance.suite.response_heads import ResponseHeadRules
from clientele_conformance.suite.response_natives import ResponseNativeRules, State
from clientele_conformance.suite.response_texts import ResponseTextRules
from clientele_conformance.suite.response_versions import ResponseVersionRules
from clientele_conformance.suite.responses import ResponseRules
from clientele_httpx import HttpxHTTPBackend


class TestResponses(
    ResponseRules, ResponseHeadRules, ResponseBodyRules, ResponseTextRules, ResponseVersionRules, ResponseNativeRules
):
    """All about responses."""

    backend_class = HttpxHTTPBackend

    def native_response(self, url: str, state: State) -> httpx.Response:
        """From a client of httpx's."""
        with httpx.Client(trust_env=False) as client, client.stream("POST", url) as response:
            if state == "read":
                response.read()
            return response
