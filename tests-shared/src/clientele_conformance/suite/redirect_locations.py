"""Where a redirect leads."""

from __future__ import annotations

import pytest

from clientele.http.errors import ProtocolError
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, redirect, response
from clientele_conformance.suite.attempts import attempt
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.security import planted_in

OK = response(body=b"ok")

TARGETS = {
    "/y": "/y",
    "y": "/a/y",
    "./y": "/a/y",
    "../y": "/y",
    "../../../y": "/y",
    "/x/./../y": "/y",
    ".": "/a/",
    "?y=z": "/a/b?y=z",
    "y?z": "/a/y?z",
    "/y#planted": "/y",
    "y?u=http://x/": "/a/y?u=http://x/",
    "/y:z": "/y:z",
    " /y ": "/y",
    "/y z": "/y%20z",
    "/%c3%a9": "/%C3%A9",
    "/%2f": "/%2F",
    "/\xc3\xa9": "/%C3%A9",
    "/\xe9": "/%E9",
}

NOWHERE = [
    "ftp://127.0.0.1/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "mailto:a@example.test",
    "data:,a",
    "http://",
    "http:///x",
    "http:/x",
    "http:x",
    "//",
    "http://[bad/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:x/",
    "http://127.0.0.1\\@example.test/",
    "http://a b/",
]


class RedirectLocationRules(Suite):
    """RDR-7."""

    @rule("RDR-7")
    @pytest.mark.parametrize(("location", "target"), TARGETS.items())
    def test_a_location_is_relative_to_the_request(
        self, location: str, target: str, new_subject: NewSubject, origin: Origin
    ) -> None:
        """As RFC 3986 has it, in normal form, its bytes as they came."""
        origin.on("/a/b", redirect(location), OK)
        origin.on(target.partition("?")[0], redirect(location) if target.startswith("/a/b") else OK, OK)
        answer = new_subject(follow_redirects=True).send("GET", origin.url("/a/b?c=d"))
        assert ["/a/b?c=d", target] == [request.target for request in origin.requests]
        assert b"ok" == answer.content

    @rule("RDR-7")
    def test_a_location_may_lead_to_another_server(
        self, new_subject: NewSubject, origin: Origin, other_origin: Origin
    ) -> None:
        """With its scheme or without, and back."""
        origin.on("/", redirect(other_origin.url("/a")))
        origin.on("/b", OK)
        other_origin.on("/a", redirect(f"//127.0.0.1:{origin.port}/b"))
        answer = new_subject(follow_redirects=True).send("GET", origin.url("/"))
        assert b"ok" == answer.content
        assert (["/", "/b"], 1) == ([request.target for request in origin.requests], len(other_origin.requests))

    @rule("RDR-7")
    def test_each_step_is_relative_to_the_one_before(self, new_subject: NewSubject, origin: Origin) -> None:
        """Not to where it all began."""
        origin.on("/a/b", redirect("c/d"))
        origin.on("/a/c/d", redirect("e"))
        origin.on("/a/c/e", OK)
        assert b"ok" == new_subject(follow_redirects=True).send("GET", origin.url("/a/b")).content

    @rule("RDR-7")
    def test_user_information_is_ignored(self, new_subject: NewSubject, origin: Origin, other_origin: Origin) -> None:
        """A server doesn't choose who the caller is."""
        for server in (origin, other_origin):
            origin.on("/", redirect(server.url("/next").replace("//", "//user:planted@")))
            server.on("/next", OK)
            new_subject(follow_redirects=True).send("GET", origin.url("/"))
            assert ("/next", []) == (server.requests[-1].target, server.requests[-1].get_list("authorization"))

    @rule("RDR-7")
    @pytest.mark.parametrize("location", NOWHERE)
    def test_a_location_that_leads_nowhere_is_an_error(
        self, location: str, new_subject: NewSubject, origin: Origin
    ) -> None:
        """Of the server's, and only if it is to be followed."""
        origin.on("/", redirect(location))
        subject = new_subject(follow_redirects=True)
        with pytest.raises(ProtocolError):
            subject.send("GET", origin.url("/"))
        assert 302 == subject.send("GET", origin.url("/"), follow_redirects=False).status_code
        assert 2 == len(origin.requests)

    @rule("RDR-7")
    @pytest.mark.parametrize("headers", [[], [("Location", "")], [("Location", " ")]], ids=["none", "empty", "blank"])
    def test_without_a_location_it_is_no_redirect(
        self, headers: list[tuple[str, str]], new_subject: NewSubject, origin: Origin
    ) -> None:
        """It is the response."""
        subject = new_subject(follow_redirects=True)
        for status in (301, 302, 303, 307, 308):
            origin.on("/", response(status, headers, b"where?"))
            answer = subject.send("GET", origin.url("/"))
            assert (status, b"where?") == (answer.status_code, answer.content)
        assert 5 == len(origin.requests)

    @rule("RDR-7")
    def test_no_other_status_is_a_redirect(self, new_subject: NewSubject, origin: Origin) -> None:
        """Whatever its Location means."""
        subject = new_subject(follow_redirects=True)
        statuses = (200, 201, 204, 300, 304, 305, 306, 399, 404)
        for status in statuses:
            origin.on("/", response(status, [("Location", "/next")], b""))
            assert status == subject.send("GET", origin.url("/")).status_code
        assert len(statuses) == len(origin.requests)

    @rule("SEC-5")
    @pytest.mark.parametrize(
        "break_", [b"\r", b"\n", b"\r\n", b"\0", b"\r\n "], ids=["CR", "LF", "CRLF", "NUL", "fold"]
    )
    def test_a_location_adds_no_header(self, break_: bytes, new_subject: NewSubject, origin: Origin) -> None:
        """It is refused, or ends where its line ends."""
        location = b"/next" + break_ + b"X-Planted: 1"
        origin.on("/", b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n")
        attempt(new_subject(follow_redirects=True).send, "GET", origin.url("/"))
        assert [] == planted_in(origin)
