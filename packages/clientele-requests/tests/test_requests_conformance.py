"""requests against the contract."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import requests
import urllib3

from clientele_conformance import BackendConformance
from clientele_conformance.subject import Mode
from clientele_conformance.suite.response_natives import State
from clientele_requests import RequestsHTTPBackend

# That urllib3 warns of `verify=False`, and the standard library of a strange cookie, breaks no rule.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Unverified HTTPS request"),
    pytest.mark.filterwarnings("ignore:http.cookiejar bug"),
]


class TestRequests(BackendConformance):
    """All of it, but for the known gaps; those of urllib3-future, where niquests has put it in the place of urllib3."""

    backend_class = RequestsHTTPBackend
    known_gaps = Path(__file__).with_name(
        "known_gaps_urllib3_future.toml" if hasattr(urllib3, "HttpVersion") else "known_gaps.toml"
    )

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
