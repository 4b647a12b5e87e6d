"""What a redirect takes along to another origin: as little as can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from clientele.http.errors import UnsafeRedirect
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, RecordedRequest, redirect, response
from clientele_conformance.suite.attempts import attempt
from clientele_conformance.suite.base import NewSubject, Suite

OK = response(body=b"ok")

HARMLESS = {
    "Accept": "text/x-a",
    "Accept-Encoding": "gzip",
    "Accept-Language": "de",
    "User-Agent": "planted",
    "Range": "bytes=0-99",
    "If-Match": '"a"',
    "If-None-Match": '"b"',
    "If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT",
    "If-Unmodified-Since": "Thu, 01 Jan 2015 00:00:00 GMT",
    "If-Range": '"c"',
}
PRIVATE = {
    "Authorization": "Bearer planted",
    "Proxy-Authorization": "Basic planted",
    "Cookie": "session=planted",
    "X-Api-Key": "planted",
    "X-Anything": "planted",
    "Referer": "http://planted/",
    "Origin": "http://planted",
    "Forwarded": "for=planted",
    "Cache-Control": "no-cache",
}


def of_those(given: Mapping[str, str], request: RecordedRequest) -> dict[str, str]:
    """The headers of `request` that the call gave, their names in lower case."""
    return {name.lower(): value for name, value in request.headers if name.lower() in given}


def lower(headers: dict[str, str]) -> dict[str, str]:
    """`headers`, with names in lower case."""
    return {name.lower(): value for name, value in headers.items()}


@dataclass(frozen=True)
class Elsewhere:
    """A server, and a URL of it that is of another origin than the server of the test."""

    server: Origin
    url: str

    @property
    def requests(self) -> list[RecordedRequest]:
        """Those that came to this origin."""
        host = urlsplit(self.url).netloc
        return [request for request in self.server.requests if request.header("host") == host]

    @property
    def request(self) -> RecordedRequest:
        """The last one."""
        return self.requests[-1]


class RedirectCredentialRules(Suite):
    """RDR-5 and RDR-6."""

    @pytest.fixture(params=["port", "host", "scheme"])
    def elsewhere(self, request: pytest.FixtureRequest, origin: Origin, other_origin: Origin) -> Elsewhere:
        """Another origin than that of `origin`, by its port, its host or its scheme."""
        if request.param == "host":
            server, url = origin, origin.url("/next", host="localhost")
        else:
            server = request.getfixturevalue("tls_origin") if request.param == "scheme" else other_origin
            url = server.url("/next")
        server.on("/next", OK)
        return Elsewhere(server, url)

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """What a backend needs to go everywhere."""
        return {"follow_redirects": True, "verify": False}

    @rule("RDR-5")
    @pytest.mark.parametrize("status", [302, 307])
    def test_the_same_origin_gets_all_headers(self, status: int, new_subject: NewSubject, origin: Origin) -> None:
        """Also those that libraries like to take for their own, such as Cookie."""
        origin.on("/", redirect(origin.url("/next"), status))
        origin.on("/next", OK)
        new_subject(follow_redirects=True).send("GET", origin.url("/"), headers={**HARMLESS, **PRIVATE})
        given = lower({**HARMLESS, **PRIVATE})
        assert [given, given] == [of_those(given, request) for request in origin.requests]

    @rule("RDR-5")
    def test_another_origin_gets_what_is_harmless(
        self, elsewhere: Elsewhere, options: dict[str, Any], new_subject: NewSubject, origin: Origin
    ) -> None:
        """And nothing else of what the call gave."""
        origin.on("/", redirect(elsewhere.url))
        given = lower({**HARMLESS, **PRIVATE})
        answer = new_subject(**options).send("GET", origin.url("/"), headers=given)
        assert b"ok" == answer.content
        assert given == of_those(given, origin.requests[0])
        assert lower(HARMLESS) == of_those(given, elsewhere.request)

    @rule("RDR-5")
    def test_configured_headers_stay_home(
        self, elsewhere: Elsewhere, options: dict[str, Any], new_subject: NewSubject, origin: Origin
    ) -> None:
        """As those of a call do."""
        origin.on("/", redirect(elsewhere.url))
        given = {**HARMLESS, **PRIVATE}
        new_subject(**options, base_url=origin.url(), headers=given).send("GET", "/")
        assert lower(given) == of_those(lower(given), origin.requests[0])
        assert {} == of_those(lower(PRIVATE), elsewhere.request)

    @rule("RDR-5")
    def test_user_information_stays_home(
        self, elsewhere: Elsewhere, options: dict[str, Any], new_subject: NewSubject, origin: Origin
    ) -> None:
        """It was for the origin of its URL."""
        origin.on("/", redirect(elsewhere.url))
        attempt(new_subject(**options).send, "GET", origin.url("/").replace("//", "//user:planted@"))
        told = [request.get_list("authorization") for request in elsewhere.requests]
        assert [[]] * len(told) == told

    @rule("RDR-5")
    def test_a_body_goes_along_with_its_type_only(
        self, elsewhere: Elsewhere, options: dict[str, Any], new_subject: NewSubject, origin: Origin
    ) -> None:
        """If the redirect keeps the body, which it describes."""
        origin.on("/", redirect(elsewhere.url, 308))
        headers = {"Content-Type": "text/x-planted", "Content-Language": "en", "X-Signature": "planted"}
        new_subject(**options).send("PUT", origin.url("/"), content=b"body", headers=headers)
        assert ("PUT", b"body") == (elsewhere.request.method, elsewhere.request.body)
        assert {"content-type": "text/x-planted"} == of_those(lower(headers), elsewhere.request)

    @rule("RDR-5")
    def test_it_is_the_step_that_counts(
        self, elsewhere: Elsewhere, options: dict[str, Any], new_subject: NewSubject, origin: Origin
    ) -> None:
        """Headers are kept up to where the origin changes, and not a step longer."""
        origin.on("/", redirect("/still"))
        origin.on("/still", redirect(elsewhere.url))
        elsewhere.server.on("/next", redirect("/last"))
        elsewhere.server.on("/last", OK)
        new_subject(**options).send("GET", origin.url("/"), headers=PRIVATE)
        assert "planted" == origin.requests[1].header("x-api-key")
        assert [{}, {}] == [of_those(lower(PRIVATE), request) for request in elsewhere.requests]

    @rule("RDR-5")
    def test_the_case_of_a_host_makes_no_origin(self, new_subject: NewSubject, origin: Origin) -> None:
        """It is the same one."""
        origin.on("/", redirect(origin.url("/next", host="LOCALHOST")))
        origin.on("/next", OK)
        url = origin.url("/", host="localhost")
        new_subject(follow_redirects=True).send("GET", url, headers=PRIVATE)
        assert "planted" == origin.requests[1].header("x-api-key")

    @rule("RDR-6")
    @pytest.mark.parametrize("status", [302, 307])
    def test_no_redirect_leaves_tls(
        self, status: int, options: dict[str, Any], new_subject: NewSubject, origin: Origin, tls_origin: Origin
    ) -> None:
        """Nothing is sent in plain text that began with TLS."""
        tls_origin.on("/", redirect(origin.url("/"), status))
        with pytest.raises(UnsafeRedirect):
            new_subject(**options).send("POST", tls_origin.url("/"), content=b"planted")
        assert (1, 0) == (len(tls_origin.requests), origin.connections)

    @rule("RDR-6")
    def test_a_redirect_may_enter_tls(
        self, options: dict[str, Any], new_subject: NewSubject, origin: Origin, tls_origin: Origin
    ) -> None:
        """And go on there."""
        origin.on("/", redirect(tls_origin.url("/a")))
        tls_origin.on("/a", redirect("/b"))
        tls_origin.on("/b", OK)
        assert b"ok" == new_subject(**options).send("GET", origin.url("/")).content
