"""The steps of a call that follows redirects: what one leaves behind, and what it doesn't."""

from __future__ import annotations

import pytest

from clientele.http.errors import TransportError
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, refusing, response
from clientele_conformance.suite.base import NewSubject, Suite


class RedirectStepRules(Suite):
    """RSP-5 and ERR-3, over more than one request."""

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
