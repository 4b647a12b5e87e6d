"""Streams: items arrive as they are sent, and a stream that is over holds nothing back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.http.errors import HTTPStatusError, ResponseValidationError
from clientele_conformance.rules import rule
from clientele_conformance.servers import (
    Certificates,
    HTTP2Origin,
    Origin,
    Stall,
    chunk,
    chunked_head,
    json_response,
    response,
)
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.streams_wire import CODINGS, FRAMINGS, Waiting, coded, in_chunks


class Number(BaseModel):
    """An item."""

    number: int


class StreamRules(Suite):
    """STM-1, STM-6 and STM-9, and H2-16; for the others see the modules beside this one."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run a test over each protocol that the backend has."""
        super().pytest_generate_tests(metafunc)
        if "protocol" in metafunc.fixturenames:
            metafunc.parametrize("protocol", ["tls", "http2"] if self.has_http2() else ["tls"])

    @rule("STM-1")
    @pytest.mark.parametrize("framing", FRAMINGS)
    @pytest.mark.parametrize("coding", CODINGS)
    def test_an_item_is_not_held_back(self, coding: str, framing: str, new_subject: NewSubject, origin: Origin) -> None:
        """The server sends the next one when the reader has the one before."""
        subject = new_subject(timeout=5.0)
        headers, pieces = coded([b"1\n", b"2\n", b"3\n"], coding)
        for kind in (str, int):
            waiting = Waiting(3)
            origin.on("/", FRAMINGS[framing](pieces, waiting.steps, headers))
            with subject.stream("GET", origin.url("/"), kind) as items:
                assert [kind(1), kind(2), kind(3)] == waiting.read(items)
        waiting = Waiting(3)
        origin.on("/", FRAMINGS[framing](pieces, waiting.steps, headers))
        with subject.stream("GET", origin.url("/"), bytes) as items:
            assert b"1\n2\n3\n" == b"".join(waiting.read(items, lambda read: len(b"".join(read)) // 2))

    @rule("STM-1", protocol="tls")
    @rule("H2-16", protocol="http2")
    def test_an_item_is_not_held_back_by_a_protocol(
        self, protocol: str, new_subject: NewSubject, certificates: Certificates
    ) -> None:
        """The same over TLS and over HTTP/2, where a record or a frame holds a part of a stream."""
        waiting = Waiting(3)
        with _serving(protocol, waiting, certificates) as url:
            subject = new_subject(timeout=5.0, verify=False, **({"http2": True} if protocol == "http2" else {}))
            with subject.stream("GET", url, int) as items:
                assert [1, 2, 3] == waiting.read(items)

    @rule("STM-1")
    def test_the_response_to_an_upload_is_a_stream_too(self, new_subject: NewSubject, origin: Origin) -> None:
        """Whatever the method."""
        waiting = Waiting(2)
        origin.on("/", in_chunks([b"1\n", b"2\n"], waiting.steps))
        with new_subject(timeout=5.0).stream("POST", origin.url("/"), int, json={"of": 2}) as items:
            assert [1, 2] == waiting.read(items)
        assert ["POST"] == [request.method for request in origin.requests]

    @rule("STM-6")
    @pytest.mark.parametrize("kind", [bytes, str, int])
    def test_an_error_status_raises_first(self, kind: type, subject: Subject, origin: Origin) -> None:
        """Its body is not an item, but it can be read."""
        for status in (400, 401, 404, 422, 500, 503):
            origin.on("/", json_response({"detail": "no"}, status))
            with pytest.raises(HTTPStatusError) as raised, subject.stream("GET", origin.url("/"), kind) as items:
                next(items)
            answer = raised.value.response
            assert (status, {"detail": "no"}) == (answer.status_code, answer.json())

    @rule("RSP-2")
    def test_the_body_of_an_error_is_decoded(self, subject: Subject, origin: Origin) -> None:
        """As any body is."""
        headers, pieces = coded([b"no"], "gzip")
        origin.on("/", response(500, headers, b"".join(pieces)))
        with pytest.raises(HTTPStatusError) as raised, subject.stream("GET", origin.url("/"), str) as items:
            next(items)
        assert "no" == raised.value.response.text

    @rule("STM-9")
    @pytest.mark.parametrize("bad", [b'{"number": "many"}', b'{"number": 3', b"null"])
    def test_an_item_that_is_not_as_declared(self, bad: bytes, subject: Subject, origin: Origin) -> None:
        """The error has its index, counted from zero without empty lines; the items before it were yielded."""
        origin.on("/", [chunked_head(), chunk(b'{"number": 1}\n\n{"number": 2}\n' + bad + b"\n"), Stall()])
        read: list[Any] = []
        with (
            pytest.raises(ResponseValidationError) as raised,
            subject.stream("GET", origin.url("/"), Number) as items,
        ):
            read.extend(items)
        assert [Number(number=1), Number(number=2)] == read
        assert "2" in raised.value.reason
        assert 200 == raised.value.response.status_code


@contextlib.contextmanager
def _serving(protocol: str, waiting: Waiting, certificates: Certificates) -> Iterator[str]:
    pieces = [b"1\n", b"2\n", b"3\n"]
    if protocol == "http2":
        with HTTP2Origin(certificates) as server:
            steps = zip(pieces, waiting.steps, strict=True)
            server.on("/", *(part for step in steps for part in step))
            yield server.url("/")
    else:
        with Origin(tls=certificates.server_context()) as origin:
            origin.on("/", in_chunks(pieces, waiting.steps))
            yield origin.url("/")
