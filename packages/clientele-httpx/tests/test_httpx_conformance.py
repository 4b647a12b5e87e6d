"""httpx against the contract."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import httpx

from clientele_conformance import BackendConformance
from clientele_conformance.subject import Mode
from clientele_conformance.suite.response_natives import State
from clientele_httpx import HttpxHTTPBackend


class TestHttpx(BackendConformance):
    """All of it, but for the known gaps."""

    backend_class = HttpxHTTPBackend
    known_gaps = Path(__file__).with_name("known_gaps.toml")

    def native_response(self, url: str, state: State) -> httpx.Response:
        """From a client of httpx's."""
        with httpx.Client(trust_env=False) as client, client.stream("POST", url) as response:
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
    ) -> httpx.Client | httpx.AsyncClient:
        """As httpx has it."""
        kind = httpx.Client if mode == "sync" else httpx.AsyncClient
        return kind(headers=headers, params=params, cookies=dict(cookies or {}), auth=auth, trust_env=False)
