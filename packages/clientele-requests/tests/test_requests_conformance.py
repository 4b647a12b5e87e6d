"""requests against the contract."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from clientele_conformance import BackendConformance
from clientele_conformance.subject import Mode
from clientele_conformance.suite.response_natives import State
from clientele_requests import RequestsHTTPBackend


class TestRequests(BackendConformance):
    """All of it: there is no known gap."""

    backend_class = RequestsHTTPBackend

    def native_response(self, url: str, state: State) -> requests.Response:
        """From a session of requests'."""
        with requests.Session() as session:
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
    ) -> requests.Session:
        """As requests has it."""
        assert "sync" == mode
        session = requests.Session()
        session.trust_env = False
        session.headers.update(headers or {})
        session.params = dict(params or {})
        session.cookies.update(cookies or {})
        session.auth = auth
        return session
