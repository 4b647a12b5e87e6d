"""urllib3 against the contract."""

from pathlib import Path
from typing import Literal

import pytest
import urllib3
from clientele_urllib3 import Urllib3HTTPBackend

from clientele_conformance import BackendConformance

# That urllib3 warns of `verify=False` breaks no rule.
pytestmark = pytest.mark.filterwarnings("ignore:Unverified HTTPS request")


class TestUrllib3(BackendConformance):
    """All of it, but for the known gaps."""

    backend_class = Urllib3HTTPBackend
    known_gaps = Path(__file__).with_name("known-gaps.toml")

    def native_response(self, url: str, state: Literal["read", "unread"]) -> urllib3.BaseHTTPResponse:
        """As urllib3 is used by hand."""
        return urllib3.request("POST", url, preload_content=state == "read")
