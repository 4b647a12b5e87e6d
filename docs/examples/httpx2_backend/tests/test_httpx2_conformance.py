"""The thin backend on httpx2 against the contract."""

from pathlib import Path
from typing import Literal

import httpx2
from clientele_httpx2_example import Httpx2Backend

from clientele_conformance import BackendConformance


class TestHttpx2(BackendConformance):
    """All of it, but for the known gaps."""

    backend_class = Httpx2Backend
    known_gaps = Path(__file__).with_name("known-gaps.toml")

    def native_response(self, url: str, state: Literal["read", "unread"]) -> httpx2.Response:
        """As httpx2 is used by hand."""
        with httpx2.Client(trust_env=False) as client, client.stream("POST", url) as response:
            if state == "read":
                response.read()
            return response
