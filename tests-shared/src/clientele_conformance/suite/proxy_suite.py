"""What the rules about proxies are given: an environment to change, and proxies that lead to the test's servers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from clientele.http import Capability
from clientele_conformance.servers import Origin, Proxy, response
from clientele_conformance.suite.base import Suite

OK = response(body=b"ok")

NAME = "http://example.test/a?b=c"
"""A URL whose host only the proxy of these tests can find."""
ADDRESS = "http://233.252.0.10/a?b=c"
"""Likewise, by an address: one of documentation's that no connection can be made to."""

Setenv = Callable[..., None]


class ProxySuite(Suite):
    """A group of rules about proxies."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Leave out what needs a proxy where the backend says that it has no means for one."""
        super().pytest_generate_tests(metafunc)
        if Capability.PROXY not in self.backend_class.capabilities:
            for name in sorted({"proxy", "refusing_proxy", "tunnel"} & set(metafunc.fixturenames)):
                metafunc.parametrize(name, [])
        if "http2_beyond" in metafunc.fixturenames:
            knows_tls = "https" in getattr(self.backend_class, "proxy_schemes", frozenset[str]())
            metafunc.parametrize("http2_beyond", [False, True][: knows_tls + (knows_tls and self.has_http2())])

    @pytest.fixture
    def setenv(self, monkeypatch: pytest.MonkeyPatch) -> Setenv:
        """Sets variables of an environment that names no proxy."""
        for name in list(os.environ):
            if name.lower().endswith("_proxy") or name == "REQUEST_METHOD":
                monkeypatch.delenv(name)

        def setenv(**variables: str) -> None:
            for name, value in variables.items():
                monkeypatch.setenv(name, value)

        return setenv

    @pytest.fixture
    def proxy(self, origin: Origin) -> Iterator[Proxy]:
        """A proxy behind which every host is `origin`."""
        origin.on("/a", OK)
        with Proxy(upstream=origin.address) as proxy:
            yield proxy

    @pytest.fixture
    def tunnel(self, tls_origin: Origin) -> Iterator[Proxy]:
        """A proxy behind which every host is `tls_origin`."""
        tls_origin.on("/a", OK)
        with Proxy(upstream=tls_origin.address) as tunnel:
            yield tunnel
