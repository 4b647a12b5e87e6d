"""Redirects: whether they are followed, with which method and body, and how many of them."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator

import pytest

from clientele.http.errors import UnsafeRedirect
from clientele_conformance.rules import rule
from clientele_conformance.servers import Origin, RecordedRequest, redirect, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import attempt
from clientele_conformance.suite.base import NewSubject, Suite, only

OK = response(body=b"ok")
STATUSES = [301, 302, 303, 307, 308]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PURGE"]
TO_GET = {(301, "POST"), (302, "POST"), *((303, method) for method in METHODS if method != "HEAD")}
ABOUT_CONTENT = {"Content-Type": "text/x-planted", "Content-Language": "en", "Content-Location": "/planted"}

CONTENT = ["content-language", "content-length", "content-location", "content-type"]


def content_fields(request: RecordedRequest) -> list[str]:
    """The names of the fields about a body that `request` has, framing included."""
    names = {name.lower() for name, _ in request.headers}
    return sorted(name for name in names if name.startswith("content-") or name == "transfer-encoding")


def pieces() -> Iterator[bytes]:
    """A body that can be read only once."""
    yield b"planted "
    yield b"body"


async def async_pieces() -> AsyncIterator[bytes]:
    """A body that can be read only once, and only asynchronously."""
    yield b"planted "
    yield b"body"


class Unseekable(io.BytesIO):
    """A file that, like a pipe, can only be read on."""

    def seekable(self) -> bool:
        """It isn't."""
        return False

    def seek(self, *_: object) -> int:
        """It can't."""
        raise io.UnsupportedOperation("seek")

    tell = seek


class RedirectRules(Suite):
    """RDR-1 to RDR-4."""

    @rule("RDR-1")
    def test_redirects_are_not_followed_by_default(self, subject: Subject, origin: Origin) -> None:
        """The redirect is the response."""
        for status in STATUSES:
            origin.on("/", redirect("/next", status))
            answer = subject.send("GET", origin.url("/"))
            assert (status, "/next", ()) == (answer.status_code, answer.headers["location"], tuple(answer.history))
        assert ["/"] * len(STATUSES) == [request.target for request in origin.requests]

    @rule("RDR-1")
    @pytest.mark.parametrize("configured", [True, False])
    def test_a_call_has_the_last_word(self, *, configured: bool, new_subject: NewSubject, origin: Origin) -> None:
        """Over what is configured, in both directions."""
        origin.on("/", redirect("/next"))
        origin.on("/next", OK)
        subject = new_subject(follow_redirects=configured)
        answers = [
            subject.send("GET", origin.url("/")),
            subject.send("GET", origin.url("/"), follow_redirects=not configured),
        ]
        assert ([200, 302] if configured else [302, 200]) == [answer.status_code for answer in answers]

    @rule("RDR-2")
    @pytest.mark.parametrize("method", METHODS)
    def test_a_redirect_keeps_or_changes_the_method(self, method: str, new_subject: NewSubject, origin: Origin) -> None:
        """And with the method goes the body, and what was said about it; other headers stay."""
        origin.on("/next", response(204))
        options = {} if method in {"GET", "HEAD"} else {"content": b"planted body"}
        headers = {"X-Own": "1", **(ABOUT_CONTENT if options else {})}
        subject = new_subject(follow_redirects=True)
        for status in STATUSES:
            origin.on("/", redirect("/next", status))
            assert 204 == subject.send(method, origin.url("/"), headers=headers, **options).status_code
            changes = (status, method) in TO_GET
            kept = options and not changes
            followed = origin.requests[-1]
            assert (status, "GET" if changes else method) == (status, followed.method)
            assert (status, b"planted body" if kept else b"") == (status, followed.body)
            assert (status, CONTENT if kept else []) == (status, content_fields(followed))
            assert ("/next", "1") == (followed.target, followed.header("x-own"))
        assert 2 * len(STATUSES) == len(origin.requests)

    @rule("RDR-2")
    @pytest.mark.parametrize("options", [{"json": {"a": 1}}, {"data": {"a": "1"}}, {"content": [b"a", b"b"]}])
    def test_every_body_that_can_be_read_again_is_sent_again(
        self, options: dict[str, object], new_subject: NewSubject, origin: Origin
    ) -> None:
        """The same bytes, with the same type and framing."""
        origin.on("/", redirect("/next", 307))
        origin.on("/next", OK)
        assert 200 == new_subject(follow_redirects=True).send("POST", origin.url("/"), **options).status_code
        first, second = origin.requests
        assert first.body
        assert (first.body, first.framing) == (second.body, second.framing)
        assert first.header("content-type") == second.header("content-type")

    @rule("RDR-2")
    def test_a_form_with_files_of_bytes_is_sent_again(self, new_subject: NewSubject, origin: Origin) -> None:
        """With its files, and with the boundary that its type announces."""
        origin.on("/", redirect("/next", 307))
        origin.on("/next", OK)
        files = {"f": b"planted", "g": ("g.txt", "planted too")}
        new_subject(follow_redirects=True).send("POST", origin.url("/"), data={"a": "1"}, files=files)
        first, second = origin.requests
        assert b"planted too" in first.body
        assert (first.body, first.header("content-type")) == (second.body, second.header("content-type"))

    @rule("RDR-2")
    @pytest.mark.parametrize(("status", "method"), [(303, "POST"), (302, "POST")])
    def test_a_chunked_body_is_dropped_with_its_framing(
        self, status: int, method: str, new_subject: NewSubject, origin: Origin
    ) -> None:
        """No empty chunked body takes its place."""
        origin.on("/", redirect("/next", status))
        origin.on("/next", OK)
        answer = new_subject(follow_redirects=True).send(method, origin.url("/"), content=pieces())
        assert b"ok" == answer.content
        first, second = origin.requests
        assert ("chunked", "none", "GET") == (first.framing, second.framing, second.method)

    @rule("RDR-2")
    def test_parameters_are_not_added_again(self, new_subject: NewSubject, origin: Origin) -> None:
        """They belong to the first URL."""
        origin.on("/", redirect("/next?c=d"))
        origin.on("/next", OK)
        new_subject(follow_redirects=True).send("GET", origin.url("/"), params={"a": "b"})
        assert ["/?a=b", "/next?c=d"] == [request.target for request in origin.requests]

    @rule("RDR-2")
    def test_a_stream_follows_as_well(self, new_subject: NewSubject, origin: Origin) -> None:
        """Its items are those of the last response."""
        origin.on("/", response(302, [("Location", "/next")], b"moved\n"))
        origin.on("/next", response(body=b"one\ntwo\n"))
        with new_subject(follow_redirects=True).stream("GET", origin.url("/"), str) as items:
            assert ["one", "two"] == list(items)

    @rule("RDR-3")
    def test_twenty_redirects_are_followed(self, new_subject: NewSubject, origin: Origin) -> None:
        """They may lead to one place again and again."""
        origin.on("/", *[redirect("/")] * 20, OK)
        answer = new_subject(follow_redirects=True).send("GET", origin.url("/"))
        assert (b"ok", 21) == (answer.content, len(origin.requests))

    @rule("RDR-3")
    def test_one_more_is_too_many(self, new_subject: NewSubject, origin: Origin) -> None:
        """It isn't followed."""
        origin.on("/", redirect("/"))
        error = attempt(new_subject(follow_redirects=True).send, "GET", origin.url("/"))
        assert (21, "TooManyRedirects") == (len(origin.requests), type(error).__name__)

    @rule("RDR-3")
    def test_too_many_redirects_are_in_the_history(self, new_subject: NewSubject, origin: Origin) -> None:
        """The error has the twenty responses that were followed."""
        origin.on("/", redirect("/"))
        error = attempt(new_subject(follow_redirects=True).send, "GET", origin.url("/"))
        assert [302] * 20 == [step.status_code for step in getattr(error, "history", ())]

    @rule("RDR-3")
    def test_the_count_starts_anew_with_each_call(self, new_subject: NewSubject, origin: Origin) -> None:
        """It belongs to the call, not to the backend."""
        origin.on("/", *[redirect("/")] * 15, OK, *[redirect("/")] * 15, OK)
        subject = new_subject(follow_redirects=True)
        assert [b"ok"] * 2 == [subject.send("GET", origin.url("/")).content for _ in range(2)]
        assert 32 == len(origin.requests)

    @rule("RDR-4")
    @pytest.mark.parametrize("status", [307, 308])
    @pytest.mark.parametrize("kind", ["iterator", "with a length", "pipe"])
    def test_a_body_that_was_read_is_not_sent_empty(
        self, kind: str, status: int, new_subject: NewSubject, origin: Origin
    ) -> None:
        """The second request isn't made."""
        origin.on("/", redirect("/next", status))
        origin.on("/next", OK)
        content = Unseekable(b"planted body") if kind == "pipe" else pieces()
        headers = {"Content-Length": "12"} if kind == "with a length" else {}
        with pytest.raises(UnsafeRedirect):
            new_subject(follow_redirects=True).send("POST", origin.url("/"), content=content, headers=headers)
        assert [b"planted body"] == [request.body for request in origin.requests]

    @rule("RDR-4")
    @pytest.mark.parametrize("status", [301, 302])
    def test_a_method_that_stays_needs_its_body_as_well(
        self, status: int, new_subject: NewSubject, origin: Origin
    ) -> None:
        """A PUT remains a PUT, and isn't sent without what it puts."""
        origin.on("/", redirect("/next", status))
        with pytest.raises(UnsafeRedirect):
            new_subject(follow_redirects=True).send("PUT", origin.url("/"), content=pieces())
        assert 1 == len(origin.requests)

    @rule("RDR-4")
    def test_a_file_is_sent_again_whole_or_not_at_all(self, new_subject: NewSubject, origin: Origin) -> None:
        """Never from where the first request has left it."""
        origin.on("/", redirect("/next", 307))
        origin.on("/next", OK)
        file = io.BytesIO(b"planted body")
        attempt(new_subject(follow_redirects=True).send, "POST", origin.url("/"), content=file)
        assert {b"planted body"} == {request.body for request in origin.requests}

    @rule("RDR-4")
    @pytest.mark.parametrize("beside", [{}, {"g": b"bytes"}], ids=["alone", "beside bytes"])
    def test_a_file_of_a_form_is_sent_again_whole_or_not_at_all(
        self, beside: dict[str, bytes], new_subject: NewSubject, origin: Origin
    ) -> None:
        """From its position, and never empty."""
        origin.on("/", redirect("/next", 307))
        origin.on("/next", OK)
        file = io.BytesIO(b"before, planted")
        file.seek(8)
        attempt(new_subject(follow_redirects=True).send, "POST", origin.url("/"), files={"f": file, **beside})
        first = origin.requests[0]
        assert {first.body} == {request.body for request in origin.requests}

    @only("async")
    @rule("RDR-4")
    def test_an_asynchronous_body_is_not_sent_empty(self, new_subject: NewSubject, origin: Origin) -> None:
        """It has been read, too."""
        origin.on("/", redirect("/next", 307))
        with pytest.raises(UnsafeRedirect):
            new_subject(follow_redirects=True).send("POST", origin.url("/"), content=async_pieces())
        assert [b"planted body"] == [request.body for request in origin.requests]
