"""SOCKS proxies, for backends whose `proxy_schemes` have them: those that declare an add-on that is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clientele.http.errors import ProxyError
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, SocksProxy
from clientele_conformance.suite.attempts import read_all
from clientele_conformance.suite.base import NewSubject
from clientele_conformance.suite.proxy_suite import ADDRESS, NAME, OK, ProxySuite, Setenv

SCHEMES = ("socks5", "socks5h")


class SocksRules(ProxySuite):
    """PRX-1: through SOCKS5."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Leave these out where the backend knows no such proxies."""
        super().pytest_generate_tests(metafunc)
        known = getattr(self.backend_class, "proxy_schemes", frozenset[str]())
        if "socks_scheme" in metafunc.fixturenames:
            metafunc.parametrize("socks_scheme", [scheme for scheme in SCHEMES if scheme in known])

    @pytest.fixture
    def socks(self, origin: Origin) -> Iterator[SocksProxy]:
        """A proxy behind which every host is `origin`."""
        origin.on("/a", OK)
        with SocksProxy(upstream=origin.address) as socks:
            yield socks

    @rule("PRX-1")
    @pytest.mark.parametrize("source", ["environment", "option"])
    def test_a_socks_proxy_is_asked_for_the_host(
        self,
        *,
        socks_scheme: str,
        source: str,
        setenv: Setenv,
        new_subject: NewSubject,
        origin: Origin,
        socks: SocksProxy,
    ) -> None:
        """The origin gets what it would get anyhow."""
        url = _url(socks, socks_scheme)
        setenv(**({"ALL_PROXY": url} if source == "environment" else {}))
        subject = new_subject(**({"proxy": url} if source == "option" else {}))
        for _ in range(2):
            assert b"ok" == subject.send("GET", ADDRESS).content
        assert {("233.252.0.10", 80)} == set(socks.targets)
        assert ["/a?b=c"] * 2 == [request.target for request in origin.requests]
        assert "233.252.0.10" == origin.requests[0].header("host")

    @rule("PRX-1")
    def test_a_socks_proxy_looks_names_up(self, socks_scheme: str, new_subject: NewSubject, socks: SocksProxy) -> None:
        """With `socks5h`; with `socks5` most libraries do so themselves."""
        url = NAME if socks_scheme == "socks5h" else NAME.replace("example.test", "127.0.0.1")
        assert b"ok" == new_subject(proxy=_url(socks, socks_scheme)).send("GET", url).content
        assert [(url.split("/")[2], 80)] == socks.targets

    @rule("PRX-1")
    def test_tls_goes_through_a_socks_proxy(
        self, socks_scheme: str, new_subject: NewSubject, tls_origin: Origin, trusted: Any
    ) -> None:
        """It sees none of what is said."""
        tls_origin.on("/a", OK)
        with SocksProxy(upstream=tls_origin.address) as socks:
            subject = new_subject(proxy=_url(socks, socks_scheme), verify=trusted)
            assert b"ok" == subject.send("GET", tls_origin.url("/a")).content
            assert b"ok" == b"".join(read_all(subject, "GET", tls_origin.url("/a")))
            assert 1 <= len(socks.targets)

    @rule("PRX-1")
    @pytest.mark.parametrize(("written", "are_right"), [("us%40er:p%3Ass", True), ("us%40er:planted", False)])
    def test_a_socks_proxy_gets_its_credentials(
        self, *, socks_scheme: str, written: str, are_right: bool, new_subject: NewSubject, origin: Origin
    ) -> None:
        """And refuses clients with other credentials."""
        origin.on("/a", OK)
        with SocksProxy(credentials=("us@er", "p:ss"), upstream=origin.address) as socks:
            subject = new_subject(proxy=_url(socks, socks_scheme, f"{written}@"))
            if are_right:
                assert b"ok" == subject.send("GET", ADDRESS).content
                return
            with pytest.raises(ProxyError) as caught:
                subject.send("GET", ADDRESS)
            assert "planted" not in str(caught.value)
            assert (False, []) == (caught.value.request_sent, origin.requests)

    @rule("PRX-1")
    def test_no_socks_proxy_is_there(self, socks_scheme: str, new_subject: NewSubject, socks: SocksProxy) -> None:
        """Nothing was sent."""
        url = _url(socks, socks_scheme)
        socks.stop()
        with pytest.raises(ProxyError) as caught:
            new_subject(proxy=url).send("GET", ADDRESS)
        assert not caught.value.request_sent


def _url(socks: SocksProxy, scheme: str, userinfo: str = "") -> str:
    return f"{scheme}://{userinfo}127.0.0.1:{socks.port}"
