"""Proxies: whether a request goes through one, and through which."""

from __future__ import annotations

from typing import Any

import pytest

from clientele.http import Capability
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, Proxy, redirect, response
from clientele_conformance.suite.attempts import attempt
from clientele_conformance.suite.base import NewSubject, needs
from clientele_conformance.suite.proxy_suite import ADDRESS, NAME, ProxySuite, Setenv


class ProxyRules(ProxySuite):
    """PRX-1: which proxy."""

    @rule("PRX-1")
    @pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
    @pytest.mark.parametrize("url", [NAME, ADDRESS])
    def test_a_proxy_of_the_environment_is_used(
        self, *, url: str, variable: str, setenv: Setenv, new_subject: NewSubject, origin: Origin, proxy: Proxy
    ) -> None:
        """It gets the whole URL, and the origin what it would get anyhow."""
        setenv(**{variable: proxy.url()})
        assert b"ok" == new_subject().send("GET", url).content
        assert [url] == [request.target for request in proxy.requests]
        assert ["/a?b=c"] == [request.target for request in origin.requests]
        assert url.split("/")[2] == origin.requests[0].header("host")

    @rule("URL-7")
    @pytest.mark.parametrize(
        ("given", "host"),
        [
            ("Fa\u00df", "xn--fa-hia"),
            ("i\u2764", "xn--i-7iq"),
            ("xn--i-7iq", "xn--i-7iq"),
            ("\U0001f4a9", "xn--ls8h"),
            ("\u30fb", "xn--vek"),
        ],
    )
    def test_a_proxy_is_asked_for_a_labels(  # noqa: PLR0917
        self, given: str, host: str, setenv: Setenv, new_subject: NewSubject, origin: Origin, proxy: Proxy
    ) -> None:
        """Of a host that it is to look up, also one that UTS 46 has and IDNA 2008 hasn't; redirects lead there, too."""
        origin.on("/to", redirect(f"http://{host}.test/a"))
        setenv(HTTP_PROXY=proxy.url())
        subject = new_subject(follow_redirects=True)
        for url in (f"http://{given}.test/a", "http://example.test/to"):
            assert b"ok" == subject.send("GET", url).content
            assert f"http://{host}.test/a" == proxy.requests[-1].target
            assert [f"{host}.test"] == origin.requests[-1].get_list("host")

    @rule("PRX-1")
    @pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
    def test_tls_goes_through_a_tunnel(
        self,
        *,
        variable: str,
        setenv: Setenv,
        new_subject: NewSubject,
        tls_origin: Origin,
        tunnel: Proxy,
        trusted: Any,
    ) -> None:
        """The proxy gets to know the host and nothing else."""
        setenv(**{variable: tunnel.url()})
        subject = new_subject(verify=trusted)
        headers = {"Authorization": "Bearer planted", "X-Api-Key": "planted"}
        assert b"ok" == subject.send("GET", "https://example.test/a?b=c", headers=headers).content
        assert ["example.test:443"] == tunnel.tunnels
        assert b"planted" not in tunnel.requests[0].raw
        assert ("/a?b=c", "Bearer planted") == (
            tls_origin.requests[0].target,
            tls_origin.requests[0].header("authorization"),
        )

    @rule("PRX-1")
    @needs(Capability.PROXY)
    @pytest.mark.parametrize("answered", ["200", "201", "204", "299"])
    @pytest.mark.parametrize("fields", ["", "Content-Length: 10\r\n", "Transfer-Encoding: chunked\r\n"])
    def test_any_success_opens_a_tunnel(
        self, answered: str, fields: str, new_subject: NewSubject, tls_origin: Origin, trusted: Any
    ) -> None:
        """And has no body, whatever its headers say (RFC 9110, 9.3.6)."""
        tls_origin.on("/a", response(body=b"ok"))
        opened = f"HTTP/1.1 {answered} Opened\r\n{fields}\r\n".encode()
        with Proxy(upstream=tls_origin.address, opened=opened) as tunnel:
            subject = new_subject(verify=trusted, proxy=tunnel.url())
            assert b"ok" == subject.send("GET", "https://example.test/a").content

    @rule("PRX-1")
    def test_a_variable_is_for_its_scheme(self, setenv: Setenv, new_subject: NewSubject, proxy: Proxy) -> None:
        """And the one for all schemes is for those that have none."""
        setenv(HTTPS_PROXY=proxy.url())
        attempt(new_subject(timeout=1.0).send, "GET", ADDRESS)
        with Proxy() as unused:
            setenv(ALL_PROXY=unused.url(), HTTP_PROXY=proxy.url())
            assert b"ok" == new_subject().send("GET", NAME).content
            assert 0 == unused.connections
        assert 1 == len(proxy.requests)

    @rule("PRX-1")
    def test_a_proxy_needs_no_scheme(self, setenv: Setenv, new_subject: NewSubject, proxy: Proxy) -> None:
        """Host and port will do, as they do elsewhere, and so they do between spaces and line breaks."""
        setenv(HTTP_PROXY=f" 127.0.0.1:{proxy.port}\r\n")
        assert b"ok" == new_subject().send("GET", NAME).content
        assert 1 == len(proxy.requests)

    @rule("PRX-1")
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LocalHost", "::ffff:127.0.0.1"])
    def test_loopback_needs_no_proxy(
        self, host: str, setenv: Setenv, new_subject: NewSubject, origin: Origin, proxy: Proxy
    ) -> None:
        """Another machine's would lead elsewhere."""
        setenv(HTTP_PROXY=proxy.url(), ALL_PROXY=proxy.url())
        assert b"ok" == new_subject().send("GET", origin.url("/a", host=host)).content
        assert 0 == proxy.connections

    @rule("PRX-1")
    @pytest.mark.parametrize("host", ["127.0.0.2", "127.255.255.254", "[::1]", "[::ffff:127.0.0.2]", "localhost."])
    def test_every_address_of_this_machine_is_loopback(
        self, host: str, setenv: Setenv, new_subject: NewSubject, origin: Origin, proxy: Proxy
    ) -> None:
        """Whether or not somebody can be reached there."""
        setenv(HTTP_PROXY=proxy.url(), ALL_PROXY=proxy.url())
        attempt(new_subject(timeout=1.0).send, "GET", f"http://{host}:{origin.port}/a")
        assert 0 == proxy.connections

    @rule("PRX-1")
    def test_each_request_of_a_call_finds_its_own_way(
        self, setenv: Setenv, new_subject: NewSubject, origin: Origin, proxy: Proxy
    ) -> None:
        """A redirect may lead out of the proxy's reach."""
        origin.on("/out", redirect(origin.url("/a")))
        setenv(HTTP_PROXY=proxy.url())
        answer = new_subject(follow_redirects=True).send("GET", "http://example.test/out")
        assert (b"ok", ["/out", "/a"]) == (answer.content, [request.target for request in origin.requests])
        assert ["http://example.test/out"] == [request.target for request in proxy.requests]

    @rule("PRX-1")
    @pytest.mark.parametrize(
        ("url", "entries"),
        [
            (NAME, "*"),
            (NAME, "example.test"),
            (NAME, "EXAMPLE.TEST"),
            (NAME, "example.test."),
            (NAME.replace("example.test", "example.test."), "example.test"),
            (NAME, "other.test, example.test ,127.0.0.1"),
            (NAME, "example.test:80"),
            (NAME.replace("//", "//api."), "example.test"),
            (NAME.replace("//", "//api."), ".example.test"),
            (ADDRESS, "233.252.0.10"),
            (ADDRESS, "233.252.0.0/24"),
            (ADDRESS, "10.0.0.0/8,233.252.0.8/29"),
        ],
    )
    def test_what_no_proxy_names_has_none(
        self, url: str, entries: str, setenv: Setenv, new_subject: NewSubject, proxy: Proxy
    ) -> None:
        """Hosts, their subdomains, addresses and networks. Without the proxy, no server can be reached there."""
        setenv(HTTP_PROXY=proxy.url(), NO_PROXY=entries)
        attempt(new_subject(timeout=1.0).send, "GET", url)
        assert 0 == proxy.connections

    @rule("PRX-1")
    @pytest.mark.parametrize(
        ("url", "entries"),
        [
            (NAME, ""),
            (NAME, "127.0.0.1, ,other.test"),
            (NAME, "api.example.test"),
            (NAME, "ample.test"),
            (NAME, "example"),
            (NAME, "example.test:8080"),
            (NAME, "0.0.0.0/0"),
            (ADDRESS, "233.252.1.0/24"),
            (ADDRESS, "252.0.10"),
            (ADDRESS, "::/0"),
        ],
    )
    def test_what_no_proxy_does_not_name_has_one(
        self, url: str, entries: str, setenv: Setenv, new_subject: NewSubject, proxy: Proxy
    ) -> None:
        """However alike it looks."""
        setenv(HTTP_PROXY=proxy.url(), NO_PROXY=entries)
        assert b"ok" == new_subject().send("GET", url).content
        assert 1 == len(proxy.requests)

    @rule("PRX-1")
    def test_no_proxy_may_be_written_small(self, setenv: Setenv, new_subject: NewSubject, proxy: Proxy) -> None:
        """As the other variables."""
        setenv(http_proxy=proxy.url(), no_proxy="233.252.0.10")
        attempt(new_subject(timeout=1.0).send, "GET", ADDRESS)
        assert 0 == proxy.connections

    @rule("PRX-1")
    @pytest.mark.parametrize("path", ["loopback", "elsewhere"])
    def test_an_explicit_proxy_wins(
        self, path: str, setenv: Setenv, new_subject: NewSubject, origin: Origin, proxy: Proxy
    ) -> None:
        """Over all that the environment says, and for every host."""
        with Proxy() as unused:
            setenv(HTTP_PROXY=unused.url(), ALL_PROXY=unused.url(), NO_PROXY="*")
            url = origin.url("/a") if path == "loopback" else NAME
            assert b"ok" == new_subject(proxy=proxy.url()).send("GET", url).content
            assert (1, 0) == (len(proxy.requests), unused.connections)

    @rule("PRX-1")
    def test_the_environment_can_be_left_out(self, setenv: Setenv, new_subject: NewSubject, proxy: Proxy) -> None:
        """An explicit proxy is used all the same."""
        setenv(HTTP_PROXY=proxy.url(), ALL_PROXY=proxy.url())
        attempt(new_subject(trust_env=False, timeout=1.0).send, "GET", ADDRESS)
        assert 0 == proxy.connections
        assert b"ok" == new_subject(trust_env=False, proxy=proxy.url()).send("GET", NAME).content

    @rule("PRX-1")
    def test_a_cgi_script_has_no_proxy_from_its_client(
        self, setenv: Setenv, new_subject: NewSubject, proxy: Proxy
    ) -> None:
        """There, HTTP_PROXY is what a request header called Proxy says."""
        setenv(HTTP_PROXY=proxy.url(), REQUEST_METHOD="GET")
        attempt(new_subject(timeout=1.0).send, "GET", ADDRESS)
        assert 0 == proxy.connections
