"""The attributes of a response about its exchange."""

from __future__ import annotations

import time

import pytest

from clientele.http import Response
from clientele.http.errors import HTTPStatusError
from clientele_conformance.rules import rule
from clientele_conformance.servers import Close, Origin, Pause, head, redirect, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import NewSubject, Suite

OK = response(body=b"ok")


class ResponseRules(Suite):
    """RSP-5 and RSP-6."""

    @rule("RSP-5")
    @pytest.mark.parametrize("method", ["GET", "post", "Purge"])
    @pytest.mark.parametrize("path", ["", "/", "/a", "/a?b=c", "/a?b=c#part", "/%7ea/../b?x=%2f|", "/\u00e9"])
    def test_a_response_knows_its_request(self, path: str, method: str, subject: Subject, origin: Origin) -> None:
        """The method and the URL as they were sent."""
        answer = subject.send(method, origin.url(path), params={"d": "e"})
        [request] = origin.requests
        assert (request.method, origin.url(request.target)) == (answer.request_method, answer.request_url)

    @rule("RSP-5")
    @pytest.mark.parametrize("url", ["HTTP://{address}/a", "http://LOCALHOST:{port}/a", "http://localhost:{port}/a"])
    def test_a_response_knows_its_host(self, url: str, subject: Subject, origin: Origin) -> None:
        """As the Host header has it, with the scheme in lower case."""
        address = f"{origin.host}:{origin.port}"
        answer = subject.send("GET", url.replace("{address}", address).replace("{port}", str(origin.port)))
        [request] = origin.requests
        assert f"http://{request.header('host')}/a" == answer.request_url

    @rule("RSP-5")
    def test_without_redirects_there_is_no_history(self, subject: Subject, origin: Origin) -> None:
        """It is empty."""
        origin.on("/", OK)
        assert [] == list(subject.send("GET", origin.url("/")).history)

    @rule("RSP-5")
    def test_a_response_knows_the_redirects_before_it(self, new_subject: NewSubject, origin: Origin) -> None:
        """Each as the response that it was, the oldest first; the response itself is about the last request."""
        origin.on("/a", redirect("/b", 303, [("X-Step", "a")]))
        origin.on("/b", response(307, [("Location", "/c"), ("X-Step", "b")], b"moved"))
        origin.on("/c", OK)
        answer = new_subject(follow_redirects=True).send("POST", origin.url("/a"), content=b"body")
        assert (200, "GET", origin.url("/c")) == (answer.status_code, answer.request_method, answer.request_url)
        assert [(303, "POST", origin.url("/a"), "a", b""), (307, "GET", origin.url("/b"), "b", b"moved")] == [
            (step.status_code, step.request_method, step.request_url, step.headers["x-step"], step.content)
            for step in answer.history
        ]
        assert [Response] * 2 == [type(step) for step in answer.history]

    @rule("RSP-5")
    @pytest.mark.parametrize("version", ["1.0", "1.1"])
    def test_the_http_version_is_in_one_notation(self, version: str, subject: Subject, origin: Origin) -> None:
        """As it was in the status line."""
        origin.on("/", [head(200, [("Connection", "close")], version=version) + b"ok", Close()])
        answer = subject.send("GET", origin.url("/"))
        assert (version, b"ok") == (answer.http_version, answer.content)

    @rule("RSP-5")
    def test_the_time_it_took_is_in_seconds(self, new_subject: NewSubject, origin: Origin) -> None:
        """From the first request of the call to the end of the body, redirects included."""
        origin.on("/", [Pause(0.1), redirect("/next")])
        origin.on("/next", [head(200, [("Content-Length", "2")]), Pause(0.1), b"ok"])
        subject = new_subject(follow_redirects=True)
        started = time.perf_counter()
        elapsed = subject.send("GET", origin.url("/")).elapsed
        assert 0.19 < elapsed <= time.perf_counter() - started

    @rule("RSP-5")
    def test_the_librarys_own_response_is_there(self, subject: Subject, origin: Origin) -> None:
        """For what only that library knows."""
        origin.on("/", OK)
        assert None is not subject.send("GET", origin.url("/")).native

    @rule("RSP-6")
    def test_an_error_status_can_be_raised(self, subject: Subject, origin: Origin) -> None:
        """The error has the response, and says what happened to which request."""
        for status in (400, 401, 404, 418, 422, 499, 500, 503, 599):
            origin.on("/a", response(status, body=b"why"))
            answer = subject.send("PATCH", origin.url("/a"))
            with pytest.raises(HTTPStatusError) as caught:
                answer.raise_for_status()
            assert answer is caught.value.response
            assert (status, b"why") == (caught.value.response.status_code, caught.value.response.content)
            said = str(caught.value)
            assert [] == [part for part in (str(status), "PATCH", origin.url("/a")) if part not in said]

    @rule("RSP-6")
    def test_no_other_status_is_an_error(self, subject: Subject, origin: Origin) -> None:
        """Neither when it comes nor when it is asked for."""
        for status in (200, 201, 204, 226, 299, 300, 302, 304, 399, 600, 999):
            origin.on("/", response(status, body=b""))
            answer = subject.send("GET", origin.url("/"))
            answer.raise_for_status()
            assert status == answer.status_code
