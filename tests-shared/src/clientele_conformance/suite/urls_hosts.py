"""Hosts in URLs: names in one form, addresses, and what is neither."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clientele.http.errors import InvalidURL
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import attempt
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.request_wire import refused


class HostRules(Suite):
    """URL-7."""

    @pytest.fixture
    def ipv6_origin(self) -> Iterator[Origin]:
        """A server at the IPv6 loopback address."""
        with Origin(host="::1") as origin:
            yield origin

    @rule("URL-7")
    @pytest.mark.parametrize(
        ("given", "host"),
        [
            ("localhost", "localhost"),
            ("LOCALHOST", "localhost"),
            ("LocalHost", "localhost"),
            ("\uff2c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54", "localhost"),
            ("lo\u00adcalhost", "localhost"),
            ("127\u30020\u30020\u30021", "127.0.0.1"),
        ],
    )
    def test_a_name_is_mapped_to_one_form(self, given: str, host: str, subject: Subject, origin: Origin) -> None:
        """Lower case, full-width letters and stops made plain, soft hyphens left out: so says the Host header."""
        subject.send("GET", origin.url("/a", host=given))
        assert [f"{host}:{origin.port}"] == origin.requests[0].get_list("host")

    @rule("URL-7")
    @pytest.mark.parametrize(
        ("given", "host"),
        [
            ("b\u00fccher.invalid", "xn--bcher-kva.invalid"),
            ("B\u00dcCHER.INVALID", "xn--bcher-kva.invalid"),
            ("bu\u0308cher.invalid", "xn--bcher-kva.invalid"),
            ("XN--BCHER-KVA.invalid", "xn--bcher-kva.invalid"),
            ("fa\u00df.invalid", "xn--fa-hia.invalid"),
            ("\u65e5\u672c\u3002invalid", "xn--wgv71a.invalid"),
            ("i\u2764.invalid", "xn--i-7iq.invalid"),
            ("xn--i-7iq.invalid", "xn--i-7iq.invalid"),
            (f"{'a' * 63}.invalid", f"{'a' * 63}.invalid"),
        ],
    )
    def test_a_name_is_looked_up_as_a_labels(
        self, given: str, host: str, new_subject: NewSubject, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A sharp s is a letter of its own (non-transitional): no name in `.invalid` can be found, and the error says
        which one was looked for.
        """
        monkeypatch.setenv("NO_PROXY", "*")
        error = attempt(new_subject(timeout=2.0).send, "GET", f"http://{given}/")
        assert f"http://{host}/" == getattr(error, "request_url", repr(error))

    @rule("URL-7")
    @pytest.mark.parametrize(
        "host",
        [
            "xn--a.invalid",
            "xn--\u00fc.invalid",
            "\u0308a.invalid",
            "a\u200db.invalid",
            "a\ufffdb.invalid",
            "a..invalid",
            ".invalid",
            f"{'a' * 64}.invalid",
            "\u00fc" * 60 + ".invalid",
            "a^b.invalid",
            "a<b.invalid",
            "a|b.invalid",
            "127.0.0.1%0a",
            "127.0.0.256",
            "1.2.3.4.5",
            "[::1",
            "::1",
            "[::g]",
            "[::1]1",
            "[1:2]",
            "[127.0.0.1]",
            "[::1%25lo]",
            "[::1%lo]",
            "[fe80::1%25eth0]",
        ],
    )
    def test_a_bad_host_is_refused(self, host: str, subject: Subject, origin: Origin) -> None:
        """No name that could be looked up, no address, or an address that means nothing to the server."""
        with refused(origin, InvalidURL):
            subject.send("GET", f"http://{host}:{origin.port}/")

    @rule("URL-7")
    @pytest.mark.parametrize("given", ["[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]"])
    def test_an_ipv6_address_works(self, given: str, subject: Subject, ipv6_origin: Origin) -> None:
        """In brackets, compressed."""
        subject.send("GET", f"http://{given}:{ipv6_origin.port}/a")
        assert [f"[::1]:{ipv6_origin.port}"] == ipv6_origin.requests[0].get_list("host")

    @rule("URL-7")
    def test_an_ipv6_address_is_a_base_url(self, new_subject: NewSubject, ipv6_origin: Origin) -> None:
        """As any other."""
        new_subject(base_url=ipv6_origin.url("/v2")).send("GET", "/a")
        assert [f"[::1]:{ipv6_origin.port}"] == [request.header("host") for request in ipv6_origin.requests]
