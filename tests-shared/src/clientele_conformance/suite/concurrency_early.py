"""Calls that end early: the connection that they held is there for the next one, without what it still had to say."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from clientele.http import Timeout
from clientele_conformance.rules import rule
from clientele_conformance.servers import (
    LAST_CHUNK,
    Answer,
    Close,
    Origin,
    Reset,
    WaitFor,
    chunk,
    chunked_head,
    response,
)
from clientele_conformance.subject import Mode, Subject
from clientele_conformance.suite.attempts import attempt, read_all
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.life_builds import fail_to_build
from clientele_conformance.suite.streams_wire import PLENTY

TIMES = 10
STALE = response(body=b"stale")


class EarlyEndRules(Suite):
    """CON-2 for calls that aren't cancelled: a backend may open one connection, and ten calls end early."""

    @pytest.fixture
    def only_one(self, new_subject: NewSubject) -> Subject:
        """A backend with a single connection."""
        return new_subject(max_connections=1)

    @rule("CON-2")
    @pytest.mark.parametrize(
        "so_far", [b"", STALE[:30], STALE[:-1]], ids=["before the head", "within the head", "within the body"]
    )
    def test_a_call_that_ran_into_its_time_limit(self, so_far: bytes, only_one: Subject, origin: Origin) -> None:
        """No call receives what the server sends too late."""
        go = threading.Event()
        origin.on("/", [so_far, WaitFor(go), STALE[len(so_far) :]])
        for _ in range(TIMES):
            attempt(only_one.send, "GET", origin.url("/"), timeout=Timeout(read=0.05))
        go.set()
        assert_unharmed(only_one, origin)

    @rule("CON-2")
    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param([STALE[:-1], Reset()], id="reset"),
            pytest.param([STALE[:-1], Close()], id="cut short"),
            pytest.param(b"no HTTP\r\n\r\n" + STALE, id="malformed"),
            pytest.param(response(headers=[("Content-Encoding", "gzip")], body=b"no gzip") + STALE, id="corrupt"),
        ],
    )
    def test_a_call_that_failed(self, answer: Answer, only_one: Subject, origin: Origin) -> None:
        """Its connection is closed, whether or not the server has done so."""
        origin.on("/", answer)
        for _ in range(TIMES):
            attempt(only_one.send, "GET", origin.url("/"))
        assert_unharmed(only_one, origin)

    @rule("CON-2")
    @pytest.mark.parametrize("way", ["send", "stream"])
    def test_a_call_that_got_no_client(
        self, way: str, mode: Mode, new_subject: NewSubject, monkeypatch: pytest.MonkeyPatch, origin: Origin
    ) -> None:
        """What it has taken before is given back, though it never came to use it."""
        fail_to_build(monkeypatch, "build_client" if mode == "sync" else "build_async_client", TIMES)
        only_one = new_subject(max_connections=1)
        call = only_one.send if way == "send" else partial(read_all, only_one)
        for _ in range(TIMES):
            attempt(call, "GET", origin.url("/"))
        assert_unharmed(only_one, origin)

    @rule("CON-2")
    def test_a_stream_that_was_left(self, only_one: Subject, origin: Origin) -> None:
        """No call receives the rest of its items."""
        go = threading.Event()
        origin.on("/", [chunked_head(), chunk(PLENTY), WaitFor(go), chunk(b"stale"), LAST_CHUNK])
        for _ in range(TIMES):
            with only_one.stream("GET", origin.url("/")) as items:
                next(items)
        go.set()
        assert_unharmed(only_one, origin)

    @rule("CON-2")
    def test_a_stream_with_an_invalid_item(self, only_one: Subject, origin: Origin) -> None:
        """No call receives the items after it."""
        go = threading.Event()
        origin.on("/", [chunked_head(), chunk(b"no number\n" + PLENTY), WaitFor(go), chunk(b"1\n"), LAST_CHUNK])
        for _ in range(TIMES):
            with only_one.stream("GET", origin.url("/"), int) as items:
                attempt(next, items)
        go.set()
        assert_unharmed(only_one, origin)


def assert_unharmed(subject: Subject, origin: Origin) -> None:
    """The next calls are answered, with what belongs to them, and closing leaves no connection open."""
    origin.on("/fresh", response(body=b"fresh"))
    assert [b"fresh", b"fresh"] == [subject.send("GET", origin.url("/fresh")).content for _ in range(2)]
    subject.close()
    origin.wait_until_open(0)
