"""Headers that say where a body ends: only the body itself may decide them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from clientele.http.errors import InvalidBody, InvalidHeader
from clientele_conformance.rules import rule
from clientele_conformance.servers import Close, Origin, ReadBody, response
from clientele_conformance.subject import Subject
from clientele_conformance.suite.base import NewSubject, Suite
from clientele_conformance.suite.request_wire import refused


class RequestFramingRules(Suite):
    """HDR-2."""

    @rule("HDR-2")
    @pytest.mark.parametrize("name", ["Transfer-Encoding", "transfer-encoding", "TRANSFER-ENCODING"])
    @pytest.mark.parametrize("value", ["chunked", "identity", "gzip, chunked"])
    def test_transfer_encoding_is_refused(self, name: str, value: str, new_subject: NewSubject, origin: Origin) -> None:
        """In a call as in the configuration."""
        with refused(origin, InvalidHeader):
            new_subject().send("POST", origin.url(), headers={name: value}, content=[b"a"])
        with pytest.raises(InvalidHeader):
            new_subject(headers={name: value}).send("POST", origin.url(), content=b"a")

    @rule("HDR-2")
    @pytest.mark.parametrize("length", ["0", "1", "3", "300"])
    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"content": b"abc"},
            {"content": "abc"},
            {"json": 100},
            {"data": {"a": 1}},
            {"content": io.BytesIO(b"abc")},
        ],
        ids=["none", "bytes", "str", "json", "form", "file"],
    )
    def test_a_length_by_hand_is_refused(
        self, length: str, body: dict[str, Any], subject: Subject, origin: Origin
    ) -> None:
        """For every body whose length is known anyhow, be it right or wrong."""
        with refused(origin, InvalidHeader):
            subject.send("POST", origin.url(), headers={"content-LENGTH": length}, **body)

    @rule("HDR-2")
    @pytest.mark.parametrize("length", ["", "abc", "-1", "+3", "3.0", "0x3", "1_0", "3, 3", "3 3"])
    def test_a_length_that_is_no_number_is_refused(self, length: str, subject: Subject, origin: Origin) -> None:
        """Each server would read it in its own way."""
        with refused(origin, InvalidHeader):
            subject.send("POST", origin.url(), headers={"Content-Length": length}, content=[b"abc"])

    @rule("HDR-2")
    @pytest.mark.parametrize("pieces", [[b"abcdef"], [b"ab", b"", b"cdef"]])
    def test_an_iterable_of_the_announced_length_is_sent(
        self, pieces: list[bytes], subject: Subject, origin: Origin
    ) -> None:
        """Framed by that length, and not in chunks."""
        subject.send("POST", origin.url(), headers={"Content-Length": "6"}, content=iter(pieces))
        request = origin.requests[0]
        assert (["6"], []) == (request.get_list("content-length"), request.get_list("transfer-encoding"))
        assert b"abcdef" == request.raw_body

    @rule("HDR-2")
    @pytest.mark.parametrize("length", ["0", "1", "5", "7", "100"])
    def test_an_iterable_of_another_length_is_never_completed(
        self, length: str, new_subject: NewSubject, origin: Origin
    ) -> None:
        """The caller gets an error, and the server neither a whole request nor a byte that could be the next one."""
        origin.on("/", [ReadBody(), response(headers=[("Connection", "close")]), Close()], read_body=False)
        with pytest.raises(InvalidBody):
            new_subject().send("POST", origin.url(), headers={"Content-Length": length}, content=_pieces())
        origin.wait_until_open(0)
        assert [] == [request for request in origin.requests if length != "0" and request.complete]
        assert all(len(request.raw_body) <= int(length) for request in origin.requests)
        assert [] == origin.malformed


def _pieces() -> Iterator[bytes]:
    yield b"abc"
    yield b"def"
