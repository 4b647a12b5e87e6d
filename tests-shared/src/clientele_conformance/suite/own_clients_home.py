"""What is configured belongs to one origin: no other gets it, whether a redirect or the call itself leads there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clientele.http import Capability
from clientele_conformance.rules import rule
from clientele_conformance.servers import Certificates, Origin, redirect, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import attempt, read_all
from clientele_conformance.suite.base import NewSubject, needs
from clientele_conformance.suite.own_clients import EVERYTHING, added, received
from clientele_conformance.suite.own_clients_suite import OnOwnClient, OwnClientSuite
from clientele_conformance.suite.security_secrets import OPTIONS, assert_silent, printed, without_answer

OK = response(body=b"ok")


def ask(way: str, subject: Subject, url: str) -> None:
    """Make a call, or read a stream, which may fail."""
    if way == "send":
        attempt(subject.send, "GET", url)
    else:
        attempt(read_all, subject, "GET", url)


class HomeRules(OwnClientSuite):
    """SEC-8, and SEC-3 for clients that were handed in."""

    @pytest.fixture
    def insisting(self, certificates: Certificates) -> Iterator[Origin]:
        """Another origin, which responds only to clients with a client certificate."""
        with Origin(tls=certificates.server_context(client_certificate=True)) as insisting:
            insisting.on("/", OK)
            yield insisting

    @pytest.fixture
    def with_cert(self, certificates: Certificates) -> dict[str, Any]:
        """Options of a backend with a client certificate."""
        verify = str(certificates.ca_path) if self.has(Capability.CA_PATH) else False
        return {"verify": verify, "cert": str(certificates.client_path), "follow_redirects": True}

    @rule("SEC-8")
    @pytest.mark.parametrize("way", ["send", "stream"])
    def test_a_call_elsewhere_goes_without_configured_headers(
        self, way: str, new_subject: NewSubject, origin: Origin, other_origin: Origin
    ) -> None:
        """A `next` in an answer may lead anywhere. What every server may know goes along."""
        other_origin.on("/next", OK)
        headers = {"Authorization": "planted", "X-Api-Key": "planted", "Cookie": "planted", "Accept-Language": "de"}
        subject = new_subject(base_url=origin.url(), headers=headers)
        ask(way, subject, other_origin.url("/next"))
        ask(way, subject, "/")
        told = [[request.header(name.lower()) for name in headers] for request in other_origin.requests]
        assert [[None, None, None, "de"]] == told
        assert list(headers.values()) == [origin.requests[0].header(name.lower()) for name in headers]

    @rule("SEC-8")
    @pytest.mark.parametrize("way", ["send", "stream"])
    def test_a_call_elsewhere_goes_without_what_a_client_has(
        self, way: str, on_own_client: OnOwnClient, origin: Origin, other_origin: Origin
    ) -> None:
        """Headers, parameters, cookies and auth of a client that was handed in are for the base URL, too."""
        other_origin.on("/next", OK)
        subject = on_own_client(EVERYTHING, base_url=origin.url())
        ask(way, subject, other_origin.url("/next"))
        ask(way, subject, "/")
        insists = getattr(self.backend_class, "client_insists", False)
        assert [("/next", [])] * (not insists) == [received(request) for request in other_origin.requests]
        assert "x-own" in dict(added(origin.requests[0]))

    @rule("SEC-3")
    @pytest.mark.parametrize("where", ["refused", "unknown", "reset", "noise"])
    def test_a_printed_traceback_of_a_client_keeps_secrets(
        self, where: str, on_own_client: OnOwnClient, origin: Origin
    ) -> None:
        """Though it is the library's own client that fails."""
        with without_answer(where, origin) as url:
            error = attempt(on_own_client(EVERYTHING).send, "POST", url, **OPTIONS)
        assert_silent(printed(error))

    @rule("SEC-8")
    @needs(Capability.CLIENT_CERT)
    @pytest.mark.parametrize("based", [True, False], ids=["with a base URL", "without a base URL"])
    def test_a_redirect_does_not_take_the_certificate_along(
        self,
        *,
        based: bool,
        with_cert: dict[str, Any],
        new_subject: NewSubject,
        certificates: Certificates,
        insisting: Origin,
    ) -> None:
        """The server that it is for gets it, and the one that the redirect leads to doesn't."""
        with Origin(tls=certificates.server_context(client_certificate=True)) as home:
            home.on("/", redirect(insisting.url("/")))
            subject = new_subject(**with_cert, **({"base_url": home.url()} if based else {}))
            error = attempt(subject.send, "GET", home.url("/"))
            assert (1, []) == (len(home.requests), insisting.requests)
            assert error is not None

    @rule("SEC-8")
    @needs(Capability.CLIENT_CERT)
    @pytest.mark.parametrize("way", ["send", "stream"])
    def test_a_call_elsewhere_goes_without_the_certificate(
        self, way: str, with_cert: dict[str, Any], new_subject: NewSubject, tls_origin: Origin, insisting: Origin
    ) -> None:
        """Also after one that has shown it, on whatever connection."""
        subject = new_subject(**with_cert, base_url=insisting.url())
        for url in (insisting.url("/"), tls_origin.url("/"), insisting.url("/")):
            ask(way, subject, url)
        assert (2, 1) == (len(insisting.requests), len(tls_origin.requests))
        subject = new_subject(**with_cert, base_url=tls_origin.url())
        for url in (tls_origin.url("/"), insisting.url("/")):
            ask(way, subject, url)
        assert (2, 2) == (len(insisting.requests), len(tls_origin.requests))
