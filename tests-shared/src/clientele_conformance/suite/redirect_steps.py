"""The steps of a call that follows redirects: what one leaves behind, and what it doesn't."""

from __future__ import annotations

import pytest

from clientele.http.errors import TransportError, UnsafeRedirect
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, redirect, refusing, response
from clientele_conformance.suite.base import NewSubject, Suite


class RedirectStepRules(Suite):
    """RSP-5, ERR-3, RDR-2 and RDR-6, over more than one step."""

    @rule("RSP-5")
    def test_each_step_has_its_own_body(self, new_subject: NewSubject, origin: Origin) -> None:
        """That of the redirect is in the history, and not in front of the last one."""
        origin.on("/", response(302, [("Location", "/next")], b"moved"))
        origin.on("/next", response(body=b"ok"))
        answer = new_subject(follow_redirects=True).send("GET", origin.url("/"))
        assert (b"ok", [b"moved"]) == (answer.content, [step.content for step in answer.history])

    @rule("ERR-3")
    def test_what_a_step_has_sent_was_sent(self, new_subject: NewSubject, origin: Origin) -> None:
        """Though the next one gets no connection; and it is the next one that the error is about."""
        with refusing() as (host, port):
            url = f"http://{host}:{port}/next"
            origin.on("/", response(307, [("Location", url)]))
            with pytest.raises(TransportError) as caught:
                new_subject(follow_redirects=True).send("POST", origin.url("/"))
        assert (True, False, url) == (caught.value.request_sent, caught.value.retryable, caught.value.request_url)

    @rule("RDR-2")
    def test_a_body_that_was_dropped_stays_dropped(self, new_subject: NewSubject, origin: Origin) -> None:
        """It goes along up to the step that drops it, with what says of which type it is."""
        for path, status, location in (("/", 307, "/a"), ("/a", 308, "/b"), ("/b", 303, "/c"), ("/c", 307, "/d")):
            origin.on(path, redirect(location, status))
        origin.on("/d", response(body=b"ok"))
        new_subject(follow_redirects=True).send("POST", origin.url("/"), json=1)
        sent = [(each.method, each.body, each.header("content-type")) for each in origin.requests]
        assert [("POST", b"1", "application/json")] * 3 + [("GET", b"", None)] * 2 == sent

    @rule("RDR-6")
    def test_no_later_step_leaves_tls(self, new_subject: NewSubject, origin: Origin, tls_origin: Origin) -> None:
        """However many stayed there, and wherever the call began."""
        origin.on("/in", redirect(tls_origin.url("/")))
        tls_origin.on("/", redirect("/still"))
        tls_origin.on("/still", redirect(origin.url("/out")))
        for url in (tls_origin.url("/"), origin.url("/in")):
            with pytest.raises(UnsafeRedirect):
                new_subject(follow_redirects=True, verify=False).send("GET", url)
        assert ["/in"] == [request.path for request in origin.requests]
