"""The total limit: the one that bounds a whole exchange."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from typing import Any

import pytest

from clientele.http import Timeout
from clientele.http.errors import DeadlineExceeded, ReadTimeout
from clientele_conformance.rules import rule
from clientele_conformance.servers import (
    STALLED_HANDSHAKE,
    Answer,
    Certificates,
    Drain,
    Drip,
    Origin,
    Pause,
    ReadBody,
    Stall,
    blackhole,
    chunk,
    chunked_head,
    redirect,
    response,
)
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.error_scenes import BIG_BODY
from clientele_conformance.suite.streams_wire import PLENTY
from clientele_conformance.suite.timeouts import ENOUGH, LONG, SHORT, SOON, raises_soon

TOTAL = Timeout(connect=LONG, read=LONG, total=SHORT)
TOTAL_WITH_AN_ANSWER = Timeout(connect=LONG, read=LONG, total=ENOUGH)

_OK = response(body=b"ok")
_DRIP = 0.05

SLOW: Mapping[str, tuple[Answer, Mapping[str, Any]]] = {
    "silence": (Stall(), {}),
    "body that drips": ([chunked_head(), Drip(chunk(b"slow") * 1000, 4, _DRIP)], {}),
    "body that stops": ([chunked_head(), chunk(b"slow"), Stall()], {}),
    "slow redirects": ([Pause(SHORT / 3), redirect("/")], {"follow_redirects": True}),
}
"""Answers that take too long, with the options of the call."""


class DeadlineRules(Suite):
    """TMO-2 and TMO-5."""

    @rule("TMO-2")
    @pytest.mark.parametrize("slow", SLOW)
    def test_an_exchange_ends_in_time(self, slow: str, new_subject: NewSubject, origin: Origin) -> None:
        """Though none of its silences is too long. The connection is closed, and the next call works."""
        answer, options = SLOW[slow]
        origin.on("/", answer)
        origin.on("/ok", _OK)
        subject = new_subject(timeout=LONG)
        with raises_soon(DeadlineExceeded):
            subject.send("GET", origin.url("/"), timeout=TOTAL_WITH_AN_ANSWER, **options)
        if slow != "slow redirects":  # Between two of them, nothing is under way on the connection.
            origin.wait_until_open(0)
        assert b"ok" == subject.send("GET", origin.url("/ok")).content

    @rule("TMO-2", mode="async")
    @rule("TMO-5", mode="sync")
    def test_a_head_that_drips_ends_in_time(self, new_subject: NewSubject, origin: Origin) -> None:
        """A library that reads a head by itself may never hand over what came."""
        origin.on("/", [b"HTTP/1.1 200 OK\r\n", Drip(b"X-Slow: 1\r\n" * 60, 4, _DRIP)])
        with raises_soon(DeadlineExceeded):
            new_subject(timeout=TOTAL).send("GET", origin.url("/"))
        origin.wait_until_open(0)

    @rule("TMO-2")
    def test_a_stream_ends_in_time(self, new_subject: NewSubject, origin: Origin) -> None:
        """However regularly its items come; those that came in time were handed over."""
        origin.on("/", [chunked_head(), Drip(chunk(b"tick\n") * 1000, 10, _DRIP)])
        taken: list[str] = []
        with raises_soon(DeadlineExceeded), new_subject(timeout=TOTAL).stream("GET", origin.url("/"), str) as items:
            taken.extend(items)
        origin.wait_until_open(0)
        assert len(taken) < 1000

    @rule("TMO-2")
    def test_a_stream_hands_over_what_came_in_time(self, new_subject: NewSubject, origin: Origin) -> None:
        """The deadline takes nothing back."""
        origin.on("/", [chunked_head(), chunk(b"1\n2\n3\n"), Stall()])
        taken: list[int] = []
        subject = new_subject(timeout=TOTAL_WITH_AN_ANSWER)
        with raises_soon(DeadlineExceeded), subject.stream("GET", origin.url("/"), int) as items:
            taken.extend(next(items) for _ in range(3))
            next(items)
        assert [1, 2, 3] == taken

    @rule("TMO-2")
    def test_an_upload_ends_in_time(self, new_subject: NewSubject, origin: Origin) -> None:
        """Also on a backend that has no write limit. The server sees its end once it reads on."""
        origin.on("/", [Pause(2 * SHORT), Drain()], read_body=False)
        with raises_soon(DeadlineExceeded):
            new_subject(timeout=TOTAL).send("POST", origin.url("/"), content=BIG_BODY)
        origin.wait_until_open(0)

    @rule("TMO-2")
    def test_an_endless_upload_ends_in_time(self, new_subject: NewSubject, origin: Origin) -> None:
        """A body that goes on and on, and is always taken, is silent at no time."""
        origin.on("/", [ReadBody(keep=False), _OK], read_body=False)
        end = time.monotonic() + SOON
        pieces = itertools.takewhile(lambda _: time.monotonic() < end, itertools.repeat(b"x" * 1024))
        with raises_soon(DeadlineExceeded):
            new_subject(timeout=TOTAL).send("POST", origin.url("/"), content=pieces)

    @rule("TMO-2")
    def test_connecting_ends_in_time(self, new_subject: NewSubject) -> None:
        """The total limit is the shorter one."""
        with blackhole() as (host, port), raises_soon(DeadlineExceeded):
            new_subject(timeout=TOTAL).send("GET", f"http://{host}:{port}/")

    @rule("TMO-2")
    def test_a_handshake_ends_in_time(self, new_subject: NewSubject, certificates: Certificates) -> None:
        """As connecting does. Its connection is closed, too."""
        subject = new_subject(timeout=TOTAL, verify=False)
        with Origin(tls=certificates.server_context(), greeting=STALLED_HANDSHAKE) as origin:
            with raises_soon(DeadlineExceeded):
                subject.send("GET", origin.url("/"))
            origin.wait_until_open(0)

    @rule("TMO-2")
    def test_waiting_for_a_connection_ends_in_time(self, new_subject: NewSubject, origin: Origin) -> None:
        """The exchange begins with the call, not with its connection."""
        origin.on("/", [chunked_head(), chunk(PLENTY), Stall()])
        subject = new_subject(max_connections=1, timeout=LONG)
        with subject.stream("GET", origin.url("/"), str) as items:
            next(items)
            with raises_soon(DeadlineExceeded):
                subject.send("GET", origin.url("/"), timeout=TOTAL)
        assert 1 == len(origin.requests)

    @rule("TMO-2")
    def test_an_exchange_over_tls_ends_in_time(self, new_subject: NewSubject, tls_origin: Origin) -> None:
        """What cuts a connection cuts one with TLS, too."""
        tls_origin.on("/", [chunked_head(), Drip(chunk(b"slow") * 1000, 4, _DRIP)])
        with raises_soon(DeadlineExceeded):
            new_subject(timeout=TOTAL, verify=False).send("GET", tls_origin.url("/"))
        tls_origin.wait_until_open(0)

    @rule("TMO-2")
    def test_a_deadline_ends_with_its_exchange(self, new_subject: NewSubject, origin: Origin) -> None:
        """It doesn't cut what comes later on the same connection."""
        origin.on("/", _OK)
        origin.on("/slow", [Pause(3.5), _OK])
        subject = new_subject(timeout=LONG)
        subject.send("GET", origin.url("/"), timeout=Timeout(total=3.0))
        assert b"ok" == subject.send("GET", origin.url("/slow")).content

    @rule("TMO-2")
    def test_a_shorter_limit_comes_first(self, new_subject: NewSubject, origin: Origin) -> None:
        """With its own error."""
        origin.on("/", Stall())
        with raises_soon(ReadTimeout):
            new_subject(timeout=Timeout(read=SHORT, total=LONG)).send("GET", origin.url("/"))
