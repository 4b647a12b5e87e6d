"""Delivery: a request is sent once, and an answer is taken when it comes. What counts is what the server received."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import pytest

from clientele.http import Timeout
from clientele.http.errors import ReadError, WriteError
from clientele_conformance.rules import rule
from clientele_conformance.servers import (
    Answer,
    Close,
    Drain,
    HalfClose,
    Origin,
    Pause,
    Reset,
    Stall,
    chunk,
    chunked_head,
    head,
    json_response,
    response,
)
from clientele_conformance.subject import Subject
from clientele_conformance.suite.attempts import attempt, read_all
from clientele_conformance.suite.base import NewSubject, Suite

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_PART_OF_BODY = head(200, [("Content-Length", "10")]) + b"half "

FAULTS: Mapping[str, Answer] = {
    "closed": Close(),
    "reset": Reset(),
    "closed within the head": [b"HTTP/1.1 200 OK\r\nContent-Le", Close()],
    "reset within the head": [b"HTTP/1.1 200 OK\r\nContent-Le", Reset()],
    "closed within the body": [_PART_OF_BODY, Close()],
    "closed within the chunks": [chunked_head(), chunk(b"half"), Close()],
    "no HTTP": [b"abc\r\n\r\n", Close()],
}

_INVITATIONS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": 'Basic realm="api"'},
    407: {"Proxy-Authenticate": 'Basic realm="proxy"'},
    408: {"Connection": "close"},
    413: {"Retry-After": "0"},
    421: {},
    425: {},
    429: {"Retry-After": "0"},
    500: {},
    503: {"Retry-After": "0"},
}
"""Statuses after which some clients ask again, with the headers that invite them to."""

_BIG = b"x" * (8 << 20)
_PIECE = 64 * 1024
_A_MOMENT = 0.05
_TOO_LARGE = json_response({"limit": 1}, 413, [("Connection", "close")])


Peers: TypeAlias = tuple[Subject, Origin]


class DeliveryRules(Suite):
    """DLV-1 to DLV-3."""

    @pytest.fixture(params=["http", "https"])
    def peers(
        self,
        request: pytest.FixtureRequest,
        new_subject: NewSubject,
        origin: Origin,
        tls_origin: Origin,
    ) -> Peers:
        """A subject and a server that it trusts, once without TLS and once with it."""
        return new_subject(verify=False), tls_origin if request.param == "https" else origin

    @rule("DLV-1")
    @pytest.mark.parametrize("broken", FAULTS)
    def test_a_fault_is_no_reason_to_send_again(self, broken: str, new_subject: NewSubject, origin: Origin) -> None:
        """On a new connection."""
        origin.on("/", FAULTS[broken])
        for method in METHODS:
            origin.forget()
            attempt(new_subject().send, method, origin.url("/"))
            assert [(method, "/")] == _received(origin)

    @rule("DLV-1")
    @pytest.mark.parametrize("broken", FAULTS)
    def test_a_fault_of_a_reused_connection_is_none_either(
        self, broken: str, new_subject: NewSubject, origin: Origin
    ) -> None:
        """The server may have acted on the request before it closed a connection that had been idle."""
        origin.on("/first", response())
        origin.on("/", FAULTS[broken])
        for method in METHODS:
            origin.forget()
            subject = new_subject()
            subject.send("GET", origin.url("/first"))
            attempt(subject.send, method, origin.url("/"))
            assert [("GET", "/first"), (method, "/")] == _received(origin)

    @rule("DLV-1")
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_silence_is_no_reason_to_send_again(self, method: str, new_subject: NewSubject, origin: Origin) -> None:
        """Least of all: the server may be at work."""
        origin.on("/", Stall())
        attempt(new_subject(timeout=Timeout(connect=20.0, read=0.25)).send, method, origin.url("/"))
        origin.wait_for_requests(1)
        assert [(method, "/")] == _received(origin)

    @rule("DLV-1")
    @pytest.mark.parametrize("status", _INVITATIONS)
    def test_a_status_is_no_reason_to_send_again(self, status: int, subject: Subject, origin: Origin) -> None:
        """Also not one that asks for it: when to try again is the caller's decision."""
        origin.on("/", response(status, _INVITATIONS[status].items()))
        assert [status, status] == [subject.send(method, origin.url("/")).status_code for method in ("GET", "POST")]
        assert [("GET", "/"), ("POST", "/")] == _received(origin)

    @rule("DLV-1")
    @pytest.mark.parametrize("broken", FAULTS)
    def test_a_body_that_can_be_read_once_is_not_sent_again(
        self, broken: str, subject: Subject, origin: Origin
    ) -> None:
        """A second request would carry an empty body."""
        origin.on("/", FAULTS[broken])

        def body() -> Iterator[bytes]:
            yield from (b"one", b"two")

        attempt(subject.send, "PUT", origin.url("/"), content=body())
        assert [b"onetwo"] == [request.body for request in origin.requests]

    @rule("DLV-1")
    @pytest.mark.parametrize("broken", FAULTS)
    def test_a_stream_is_asked_for_once(self, broken: str, subject: Subject, origin: Origin) -> None:
        """It doesn't go on from the beginning behind the caller's back."""
        origin.on("/", FAULTS[broken])
        attempt(read_all, subject, "GET", origin.url("/"), str)
        assert [("GET", "/")] == _received(origin)

    @rule("DLV-1")
    def test_an_idle_connection_that_was_closed_is_replaced(
        self, subject: Subject, origin: Origin, other_origin: Origin
    ) -> None:
        """Nothing was sent on it: the request goes out once, on a new connection."""
        origin.on("/", [response(), Close()])
        other_origin.on("/", response())
        for method in METHODS:
            assert 200 == subject.send(method, origin.url("/")).status_code
            origin.wait_until_open(0)
            subject.send("GET", other_origin.url("/"))  # Meanwhile an event loop takes note of the end.
        assert [(method, "/") for method in METHODS] == _received(origin)

    @rule("DLV-2", mode="sync")
    @rule("DLV-3", mode="async")
    @pytest.mark.parametrize("content", ["bytes", "pieces"])
    @pytest.mark.parametrize("end", ["drained", "closed"])
    @pytest.mark.parametrize("interim", [b"", head(100), head(103, [("Link", "</style.css>")])], ids=["", "100", "103"])
    def test_an_early_answer_is_returned(
        self, interim: bytes, end: str, content: str, subject: Subject, origin: Origin
    ) -> None:
        """The server refuses the upload from its head, and throws the rest away or soon cuts it off."""
        ending: Answer = [HalfClose(), Drain()] if end == "drained" else [Pause(0.2), Close()]
        origin.on("/", [interim, _TOO_LARGE, ending], read_body=False)
        answer = subject.send("POST", origin.url("/"), content=_BIG if content == "bytes" else _pieces(_BIG))
        assert (413, {"limit": 1}) == (answer.status_code, answer.json())
        assert [("POST", "/")] == _received(origin)

    @rule("DLV-2", mode="sync")
    @rule("DLV-3", mode="async")
    def test_an_early_answer_is_the_last_word(self, peers: Peers) -> None:
        """It has come, and its connection is closed, before the next piece of the upload is sent."""
        subject, server = peers
        server.on("/", [_TOO_LARGE, Close()], read_body=False)

        def pieces() -> Iterator[bytes]:
            yield b"first"
            server.wait_for_requests(1)
            server.wait_until_open(0)
            time.sleep(_A_MOMENT)
            yield from _pieces(_BIG)

        answer = subject.send("POST", server.url("/"), content=pieces())
        assert (413, {"limit": 1}) == (answer.status_code, answer.json())

    @rule("ERR-1")
    @pytest.mark.parametrize("content", ["bytes", "pieces"])
    @pytest.mark.parametrize("size", [4, 100_000, len(_BIG)])
    def test_an_answer_that_is_cut_off_at_once(
        self, size: int, content: str, peers: Peers, caplog: pytest.LogCaptureFixture
    ) -> None:
        """It may be lost on the way (RFC 9112, section 9.6), which is an error like others, and no more than that."""
        subject, server = peers
        server.on("/", [_TOO_LARGE, Close()], read_body=False)
        body = _BIG[:size]
        for _ in range(10):
            try:
                answer = subject.send("POST", server.url("/"), content=body if content == "bytes" else _pieces(body))
            except (ReadError, WriteError):
                continue
            assert 413 == answer.status_code
        gc.collect()
        assert [] == [record.getMessage() for record in caplog.records if record.name == "asyncio"]

    @rule("CON-2")
    def test_an_early_answer_leaves_no_stale_connection(self, subject: Subject, origin: Origin) -> None:
        """What wasn't sent of the upload is never taken for the next request, whether or not the answer was read."""
        origin.on("/", [_TOO_LARGE, HalfClose(), Drain()], read_body=False)
        origin.on("/next", response(body=b"next"))
        attempt(subject.send, "POST", origin.url("/"), content=_BIG)
        assert b"next" == subject.send("GET", origin.url("/next")).content
        assert [] == origin.malformed


def _pieces(body: bytes) -> Iterator[bytes]:
    return (body[start : start + _PIECE] for start in range(0, len(body), _PIECE))


def _received(origin: Origin) -> list[tuple[str, str]]:
    return [(request.method, request.path) for request in origin.requests]
