"""Proxies: what is said about one, when, and to whom."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from clientele.http import Capability
from clientele.http.errors import ConfigurationError
from clientele_conformance.rules import rule
from clientele_conformance.servers import Certificates, HTTP2Origin, Origin, Proxy
from clientele_conformance.suite.attempts import attempt, raised
from clientele_conformance.suite.base import NewSubject, needs
from clientele_conformance.suite.proxy_suite import NAME, OK, ProxySuite, Setenv
from clientele_conformance.suite.security import BREAKS, planted_in
from clientele_conformance.suite.security_secrets import assert_kept, assert_silent

NO_SUCH_KIND = "planted://user:secret@127.0.0.1:1"


class ProxySettingRules(ProxySuite):
    """PRX-1: how a proxy is set."""

    @rule("PRX-1")
    @pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
    def test_an_unknown_kind_is_a_mistake_of_the_environment(
        self, variable: str, setenv: Setenv, new_subject: NewSubject, origin: Origin, proxy: Proxy
    ) -> None:
        """The error names the variable, not what is secret in it; calls that need no proxy go on."""
        setenv(**{variable: NO_SUCH_KIND})
        subject = new_subject()
        with pytest.raises(ConfigurationError, match=variable) as caught:
            subject.send("GET", NAME)
        assert "secret" not in str(caught.value)
        assert b"ok" == subject.send("GET", origin.url("/a")).content
        assert 0 == proxy.connections

    @rule("PRX-1")
    @pytest.mark.parametrize("value", ["http://127.0.0.1 :1", "127.0.0.1:port", "http://:1", "http://"])
    def test_what_is_no_url_is_a_mistake_of_the_environment(
        self, value: str, setenv: Setenv, new_subject: NewSubject, origin: Origin, proxy: Proxy
    ) -> None:
        """The error names the variable; calls that need no proxy go on."""
        setenv(HTTP_PROXY=value)
        subject = new_subject()
        with pytest.raises(ConfigurationError, match="HTTP_PROXY"):
            subject.send("GET", NAME)
        assert b"ok" == subject.send("GET", origin.url("/a")).content
        assert 0 == proxy.connections

    @rule("PRX-1")
    def test_an_unknown_kind_for_another_scheme_is_no_matter(
        self, setenv: Setenv, new_subject: NewSubject, proxy: Proxy
    ) -> None:
        """Only the calls that it is for know of it."""
        setenv(HTTP_PROXY=proxy.url(), HTTPS_PROXY=NO_SUCH_KIND)
        subject = new_subject()
        assert b"ok" == subject.send("GET", NAME).content
        with pytest.raises(ConfigurationError, match="HTTPS_PROXY"):
            subject.send("GET", "https://example.test/")

    @rule("PRX-1")
    @pytest.mark.usefixtures("proxy")
    @pytest.mark.parametrize("proxy_url", ["no-url", "http://", NO_SUCH_KIND, 3128])
    def test_an_explicit_proxy_is_checked(self, proxy_url: object, new_subject: NewSubject, origin: Origin) -> None:
        """At the latest by the first call, and before it connects anywhere."""
        with pytest.raises(ConfigurationError) as caught:
            new_subject(proxy=proxy_url).send("GET", origin.url("/a"))
        assert "secret" not in str(caught.value)
        assert 0 == origin.connections

    @rule("PRX-1")
    @pytest.mark.parametrize("source", ["environment", "option"])
    @pytest.mark.parametrize(("written", "user"), [("user:pass", "user:pass"), ("us%40er:p%3Ass", "us@er:p:ss")])
    def test_credentials_are_for_the_proxy(
        self,
        *,
        written: str,
        user: str,
        source: str,
        setenv: Setenv,
        new_subject: NewSubject,
        origin: Origin,
        proxy: Proxy,
    ) -> None:
        """Whether in a variable or an option; the origin doesn't get them."""
        url = proxy.url().replace("//", f"//{written}@")
        setenv(**({"HTTP_PROXY": url} if source == "environment" else {}))
        subject = new_subject(**({"proxy": url} if source == "option" else {}))
        assert b"ok" == subject.send("GET", NAME, headers={"Authorization": "Bearer own"}).content
        basic = "Basic " + base64.b64encode(user.encode()).decode()
        [forwarded] = proxy.requests
        assert (basic, "Bearer own") == (forwarded.header("proxy-authorization"), forwarded.header("authorization"))
        [request] = origin.requests
        assert (None, "Bearer own") == (request.header("proxy-authorization"), request.header("authorization"))

    @rule("PRX-1")
    def test_credentials_stay_outside_of_the_tunnel(
        self, new_subject: NewSubject, tls_origin: Origin, tunnel: Proxy, trusted: Any
    ) -> None:
        """They open it."""
        url = tunnel.url().replace("//", "//user:pass@")
        subject = new_subject(proxy=url, verify=trusted)
        assert b"ok" == subject.send("GET", "https://example.test/a").content
        assert ["CONNECT"] == [request.method for request in tunnel.requests]
        assert "Basic dXNlcjpwYXNz" == tunnel.requests[0].header("proxy-authorization")
        assert [] == tls_origin.requests[0].get_list("proxy-authorization")

    @rule("PRX-1")
    @needs(Capability.PROXY)
    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_a_proxy_over_tls_gets_http_1(
        self,
        *,
        scheme: str,
        http2_beyond: bool,
        new_subject: NewSubject,
        origin: Origin,
        tls_origin: Origin,
        certificates: Certificates,
    ) -> None:
        """Whatever it offers, and whatever is spoken to the server beyond it."""
        server, context = {"http": origin, "https": tls_origin}[scheme], certificates.server_context()
        server.on("/a", OK)
        context.set_alpn_protocols(["h2", "http/1.1"])
        with Proxy(upstream=server.address, tls=context) as proxy:
            subject = new_subject(proxy=proxy.url(), verify=False, **({"http2": True} if http2_beyond else {}))
            assert b"ok" == subject.send("GET", f"{scheme}://example.test/a").content
            assert 1 == len(proxy.requests)

    @rule("SEC-6")
    @needs(Capability.PROXY)
    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_a_proxy_over_tls_is_verified(
        self, *, scheme: str, http2_beyond: bool, new_subject: NewSubject, certificates: Certificates
    ) -> None:
        """One that no known authority vouches for isn't told what to do, nor its credentials."""
        with Proxy(tls=certificates.server_context("unknown-ca")) as proxy:
            subject = new_subject(proxy=proxy.url(), **({"http2": True} if http2_beyond else {}))
            assert "an error" == raised(attempt(subject.send, "GET", f"{scheme}://example.test/a"))
            assert [] == proxy.requests

    @rule("SEC-8")
    @needs(Capability.PROXY, Capability.CLIENT_CERT)
    def test_a_proxy_gets_no_client_certificate(
        self, *, http2_beyond: bool, new_subject: NewSubject, certificates: Certificates
    ) -> None:
        """Not even one that insists on it."""
        with Proxy(tls=certificates.server_context(client_certificate=True)) as proxy:
            options = {"http2": True} if http2_beyond else {}
            subject = new_subject(proxy=proxy.url(), verify=False, cert=certificates.client_path, **options)
            assert "an error" == raised(attempt(subject.send, "GET", "https://example.test/a"))
            assert [] == proxy.requests

    @rule("H2-1")
    @needs(Capability.PROXY)
    @pytest.mark.parametrize("over_tls", [False, True])
    def test_http2_is_spoken_through_a_tunnel(
        self, *, only_http2: bool, over_tls: bool, new_subject: NewSubject, certificates: Certificates
    ) -> None:
        """The proxy doesn't see it, and is asked for the tunnel once."""
        tls = certificates.server_context() if over_tls else None
        with HTTP2Origin(certificates) as server, Proxy(upstream=server.address, tls=tls) as tunnel:
            subject = new_subject(proxy=tunnel.url(), http2=only_http2, verify=False)
            for _ in range(2):
                assert "2" == subject.send("POST", "https://example.test/a", content=b"ok").http_version
            assert ["example.test:443"] == list(dict.fromkeys(tunnel.tunnels))

    @rule("PRX-1")
    def test_the_environment_is_read_at_first_use(
        self, setenv: Setenv, new_subject: NewSubject, origin: Origin, proxy: Proxy
    ) -> None:
        """By each backend for itself, and then no more."""
        with Proxy(upstream=origin.address) as other:
            early = new_subject()
            setenv(HTTP_PROXY=proxy.url())
            assert b"ok" == early.send("GET", NAME).content
            setenv(HTTP_PROXY=other.url())
            assert b"ok" == early.send("GET", NAME).content
            assert (2, 0) == (len(proxy.requests), len(other.requests))
            assert b"ok" == new_subject().send("GET", NAME).content
            assert (2, 1) == (len(proxy.requests), len(other.requests))

    @rule("PRX-1")
    def test_a_stream_goes_the_same_way(
        self, setenv: Setenv, new_subject: NewSubject, origin: Origin, proxy: Proxy
    ) -> None:
        """As any call."""
        origin.on("/a", OK)
        setenv(ALL_PROXY=proxy.url())
        with new_subject().stream("GET", NAME) as items:
            assert b"ok" == b"".join(items)
        assert 1 == len(proxy.requests)

    @rule("LIF-3")
    def test_closing_frees_the_sockets_of_both_ways(
        self, setenv: Setenv, new_subject: NewSubject, origin: Origin, tunnel: Proxy
    ) -> None:
        """Through the proxy and past it: a library may need a client for each."""
        origin.on("/a", OK)
        setenv(HTTPS_PROXY=tunnel.url())
        subject = new_subject(verify=False)
        for _ in range(2):
            for url in ("https://example.test/a", origin.url("/a")):
                attempt(subject.send, "GET", url)
            subject.close()
            origin.wait_until_open(0)
            tunnel.wait_until_open(0)

    @rule("SEC-3")
    def test_a_proxy_keeps_its_credentials(self, new_subject: NewSubject, proxy: Proxy) -> None:
        """They show neither in a backend nor in an error."""
        url = proxy.url().replace("//", "//user:planted@")
        subject = new_subject(proxy=url)
        assert_silent(repr(subject.backend), str(subject.backend))
        proxy.stop()
        assert_kept(attempt(subject.send, "GET", NAME))

    @rule("SEC-5")
    def test_a_host_adds_nothing_to_a_tunnel(self, new_subject: NewSubject, tunnel: Proxy) -> None:
        """A CONNECT has it in its request line."""
        subject = new_subject(proxy=tunnel.url())
        for text in BREAKS.values():
            attempt(subject.send, "GET", f"https://{text}.test/")
        assert [] == planted_in(tunnel)
