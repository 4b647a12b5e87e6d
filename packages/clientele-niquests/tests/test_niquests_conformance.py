"""niquests against the contract."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import niquests

from clientele_conformance import BackendConformance
from clientele_conformance.subject import Mode
from clientele_conformance.suite.response_natives import State
from clientele_niquests import NiquestsHTTPBackend


class TestNiquests(BackendConformance):
    """But for its known gaps."""

    backend_class = NiquestsHTTPBackend
    known_gaps = Path(__file__).with_name("known_gaps.toml")

    def native_response(self, url: str, state: State) -> niquests.Response:
        """From a session of niquests's."""
        with niquests.Session() as session:
            session.trust_env = False
            return session.post(url, stream=state == "unread")

    def own_client(
        self,
        mode: Mode,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> niquests.Session | niquests.AsyncSession:
        """As niquests has it."""
        session = niquests.Session() if mode == "sync" else niquests.AsyncSession()
        session.trust_env = False
        for name, value in (headers or {}).items():
            session.headers[name] = value
        for name, value in (cookies or {}).items():
            session.cookies[name] = value
        session.params = dict(params or {})
        session.auth = auth
        return session
