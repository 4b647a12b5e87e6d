"""pyreqwest against the contract."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pyreqwest.client import SyncClientBuilder
from pyreqwest.response import SyncResponse

from clientele.http import HTTPBackend
from clientele_conformance import BackendConformance
from clientele_conformance.suite.response_natives import State
from clientele_pyreqwest import PyreqwestHTTPBackend


def new_backend(backend_class: Callable[..., HTTPBackend], **options: Any) -> HTTPBackend:
    """One that trusts an authority beside the known ones, where `verify` is that."""
    if isinstance(options.get("verify"), bytes):
        options["client_options"] = {"add_root_certificate_pem": options.pop("verify")}
    return backend_class(**options)


class TestPyreqwest(BackendConformance):
    """All of it."""

    backend_class = PyreqwestHTTPBackend
    known_gaps = Path(__file__).with_name("known_gaps.toml")

    @pytest.fixture
    def backend_factory(self) -> Callable[..., HTTPBackend]:
        """It knows what `trusting` says."""
        return partial(new_backend, self.backend_class)

    def trusting(self, authority: Path) -> bytes:
        """In PEM: pyreqwest takes neither a path nor a context."""
        return authority.read_bytes()

    def native_response(self, url: str, state: State) -> SyncResponse:
        """From a client of pyreqwest's."""
        with SyncClientBuilder().build() as client:
            if state == "read":
                return client.post(url).build().send()
            with client.post(url).build_streamed() as response:
                return response
