"""httpx2 against the contract."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import httpx2

from clientele_conformance import BackendConformance
from clientele_conformance.subject import Mode
from clientele_conformance.suite.response_natives import State
from clientele_httpx2 import Httpx2HTTPBackend


class TestHttpx2(BackendConformance):
    """All of it, but for the known gaps."""

    backend_class = Httpx2HTTPBackend
    known_gaps = Path(__file__).with_name("known_gaps.toml")

    def native_response(self, url: str, state: State) -> httpx2.Response:
        """From a client of httpx2's."""
        with httpx2.Client(trust_env=False) as client, client.stream("POST", url) as response:
            if state == "read":
                response.read()
            return response

    def own_client(
        self,
        mode: Mode,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> httpx2.Client | httpx2.AsyncClient:
        """As httpx2 has it."""
        kind = httpx2.Client if mode == "sync" else httpx2.AsyncClient
        return kind(headers=headers, params=params, cookies=dict(cookies or {}), auth=auth, trust_env=False)
