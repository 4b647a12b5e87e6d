"""Bytes that a server sends beyond its response."""

from __future__ import annotations

import threading
import time

import pytest

from clientele.http import Response
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, Signal, Stall, WaitFor, chunked_response, head, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import attempt, read_all
from clientele_conformance.suite.base import AMPLE, NewSubject, Suite

FIRST = {
    "length": response(body=b"first"),
    "chunked": chunked_response(b"fir", b"st"),
    "empty": response(200),
    "no body": response(204),
    "not modified": head(304, [("Content-Length", "5")]),
    "interim": head(103) + response(body=b"first"),
}
SURPLUS = {
    "response": response(200, [("X-Planted", "1")], b"planted"),
    "half a response": b"HTTP/1.1 200 OK\r\nX-Planted: 1\r\nX-More: ",
    "byte": b"H",
    "line": b"\r\n",
    "garbage": b"planted",
}


class SecuritySurplusRules(Suite):
    """SEC-4 and SEC-7, and CON-4."""

    @rule("SEC-4")
    @pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
    def test_what_follows_a_response_is_no_answer(self, first: bytes, subject: Subject, origin: Origin) -> None:
        """The next request gets its own, whatever connection it takes; the response before it may be an error."""
        origin.on("/next", response(body=b"next"))
        for name, surplus in SURPLUS.items():
            origin.on("/first", first + surplus)
            attempt(subject.send, "GET", origin.url("/first"))
            for _ in range(2):
                answer = subject.send("POST", origin.url("/next"))
                assert (name, b"next", None) == (name, answer.content, answer.headers.get("x-planted"))

    @rule("SEC-4")
    @pytest.mark.parametrize("count", [1, 200, 1000])
    def test_what_follows_a_response_over_tls_is_no_answer(
        self, count: int, new_subject: NewSubject, tls_origin: Origin
    ) -> None:
        """Whether it is in one record of TLS with that or not, and whether a read takes in all of it or not."""
        tls_origin.on("/first", response(body=b"first") + SURPLUS["response"] * count)
        tls_origin.on("/next", response(body=b"next"))
        subject = new_subject(verify=False)
        attempt(subject.send, "GET", tls_origin.url("/first"))
        for _ in range(2):
            answer = subject.send("POST", tls_origin.url("/next"))
            assert (b"next", None) == (answer.content, answer.headers.get("x-planted"))

    @rule("SEC-4")
    def test_what_follows_the_head_of_an_answer_to_head_is_none(self, subject: Subject, origin: Origin) -> None:
        """A body that wasn't asked for, with a response in it."""
        planted = response(200, [("X-Planted", "1")], b"planted")
        origin.on("/first", response(body=planted))
        origin.on("/next", response(body=b"next"))
        attempt(subject.send, "HEAD", origin.url("/first"))
        answer = subject.send("GET", origin.url("/next"))
        assert (b"next", None) == (answer.content, answer.headers.get("x-planted"))

    @rule("SEC-4")
    @pytest.mark.parametrize("framing", ["length", "chunked"])
    def test_what_follows_a_stream_is_no_answer(self, framing: str, subject: Subject, origin: Origin) -> None:
        """To whatever is asked next."""
        origin.on("/first", FIRST[framing] + SURPLUS["response"])
        origin.on("/next", response(body=b"next"))
        attempt(read_all, subject, "GET", origin.url("/first"))
        assert b"next" == b"".join(read_all(subject, "GET", origin.url("/next")))

    @rule("CON-4")
    @pytest.mark.parametrize("framing", ["length", "chunked"])
    def test_connections_are_kept_alive(self, framing: str, subject: Subject, origin: Origin) -> None:
        """For streams as for other calls."""
        origin.on("/", FIRST[framing])
        for method in ("GET", "POST", "GET"):
            subject.send(method, origin.url("/"))
        with subject.stream("GET", origin.url("/")) as items:
            list(items)
        subject.send("GET", origin.url("/"))
        assert (5, 1) == (len(origin.requests), origin.connections)

    @rule("CON-4")
    def test_a_connection_is_not_kept_that_a_call_has_ended(self, subject: Subject, origin: Origin) -> None:
        """By `Connection: close`, also where the server leaves the end to the client."""
        origin.on("/last", [response(body=b"ok"), Stall()])
        origin.on("/", response(body=b"ok"))
        assert b"ok" == subject.send("GET", origin.url("/last"), headers={"Connection": "close"}).content
        assert b"ok" == subject.send("GET", origin.url("/")).content
        assert 2 == origin.connections

    @rule("SEC-7")
    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize("surplus", ["response", "half a response", "garbage"])
    def test_what_comes_while_a_connection_is_idle_is_no_answer(
        self, surplus: str, method: str, subject: Subject, origin: Origin
    ) -> None:
        """The next request gets its own, or an error."""
        read, sent = threading.Event(), threading.Event()
        origin.on("/first", [response(body=b"first"), WaitFor(read), SURPLUS[surplus], Signal(sent)])
        origin.on("/next", response(body=b"next"))
        assert b"first" == subject.send("GET", origin.url("/first")).content
        read.set()
        assert sent.wait(AMPLE)
        time.sleep(0.05)
        answers: list[Response] = []
        for _ in range(2):
            attempt(lambda: answers.append(subject.send(method, origin.url("/next"))))
        told = {(answer.status_code, answer.content, answer.headers.get("x-planted")) for answer in answers}
        assert {(200, b"next", None)} == told
