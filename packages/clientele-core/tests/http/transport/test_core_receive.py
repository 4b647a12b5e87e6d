"""The head of a response: is it sound, and how is its body decoded."""

from __future__ import annotations

import zlib

import pytest

from clientele.http.message.body.codings import BodyDecoder, CorruptContent, TooMuchContent
from clientele.http.message.headers import Pairs
from clientele.http.transport.receive import BadHead, body_decoder, checked_head


@pytest.mark.parametrize("status", [200, 204, 304, 404, 599, 600, 999])
def test_a_final_status_is_an_answer(status: int) -> None:
    """RSP-8 any status from 200 is final, registered or not."""
    assert {"location": "/b"} == checked_head(status, (("Location", "/b"),))


@pytest.mark.parametrize("status", [-1, 0, 99, 100, 101, 102, 103, 199, 1000])
def test_any_other_status_breaks_http(status: int) -> None:
    """RSP-8 a 1xx, an unasked 101 included, is never a final answer."""
    with pytest.raises(BadHead, match=f"status {status}$"):
        checked_head(status, ())


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("Content-Length", "5"),),
        (("Content-Length", "5"), ("content-length", "5")),
        (("Content-Length", "5, 5"),),
        (("Transfer-Encoding", "chunked"),),
        (("transfer-encoding", " Chunked "),),
    ],
)
def test_a_body_of_one_length_is_sound(headers: Pairs) -> None:
    """RSP-9 one length, sent once or repeatedly, or chunked."""
    assert checked_head(200, (*headers, ("Content-Type", "text/plain")))["content-type"] == "text/plain"


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ((("Content-Length", "5"), ("content-length", "6")), "two different"),
        ((("Content-Length", "5, 6"),), "two different"),
        ((("Content-Length", "5"), ("Transfer-Encoding", "chunked")), "both"),
        ((("transfer-encoding", "chunked"), ("CONTENT-LENGTH", "5")), "both"),
        ((("Transfer-Encoding", "gzip"),), "'gzip'"),
        ((("Transfer-Encoding", "gzip, chunked"),), "'gzip, chunked'"),
        ((("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")), "'chunked, chunked'"),
        ((("Transfer-Encoding", "identity"),), "'identity'"),
        ((("Transfer-Encoding", "xchunked"),), "'xchunked'"),
        ((("Transfer-Encoding", ""),), "Transfer-Encoding"),
    ],
)
def test_a_body_that_can_be_read_in_two_ways_raises(headers: Pairs, problem: str) -> None:
    """RSP-9 differing lengths, a length with a transfer coding, and unknown transfer codings break HTTP."""
    with pytest.raises(BadHead, match=problem):
        checked_head(200, headers)


def test_a_field_with_nul_raises() -> None:
    """ERR-1 some parsers let it pass."""
    with pytest.raises(BadHead, match="NUL in the header 'X-A'"):
        checked_head(200, (("X-A", "a\0b"),))


def decoder_of(
    status: int, headers: Pairs, method: str = "GET", *, decode: bool = True, max_bytes: int | None = None
) -> BodyDecoder | None:
    return body_decoder(checked_head(status, headers), method, status, decode=decode, max_bytes=max_bytes)


ZIPPED = zlib.compress(b"content")


def test_the_body_is_decoded_as_its_head_says() -> None:
    """RSP-2 codings of several fields stack in order."""
    headers = (("Content-Encoding", "deflate"), ("content-encoding", "DEFLATE"))
    decoder = decoder_of(200, headers)
    assert decoder is not None
    assert b"".join(decoder.feed(zlib.compress(ZIPPED))) == b"content"
    decoder.finish()


def test_decoding_can_be_turned_off() -> None:
    """RSP-2 without decoding the bytes are as received, whatever coding they are in."""
    assert decoder_of(200, (("Content-Encoding", "br"),), decode=False) is None


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_response_without_a_body_is_not_decoded(method: str, status: int, coding: str) -> None:
    """RSP-7 HEAD, 204 and 304 may name any coding."""
    assert decoder_of(status, (("Content-Encoding", coding),), method) is None


def test_an_unknown_coding_is_corrupt() -> None:
    """RSP-2 it is found before the body is read."""
    with pytest.raises(CorruptContent, match="'br'"):
        decoder_of(200, (("Content-Encoding", "br"),))


@pytest.mark.parametrize("decode", [True, False])
def test_the_limit_holds_for_every_body(decode: bool) -> None:  # noqa: FBT001
    """RSP-10 the largest body is what the call allows, decoded or not."""
    decoder = decoder_of(200, (), decode=decode, max_bytes=3)
    assert decoder is not None
    assert b"".join(decoder.feed(b"abc")) == b"abc"
    with pytest.raises(TooMuchContent):
        list(decoder.feed(b"d"))


def test_the_first_of_several_counts() -> None:
    """RDR-7 names are blind to case, and the first Location and Content-Type are the ones."""
    headers = (("X", "0"), ("LOCATION", "/1"), ("location", "/2"), ("content-TYPE", "a/b"), ("Content-Type", "c/d"))
    assert {"location": "/1", "content-type": "a/b"} == checked_head(200, headers)
    assert {} == checked_head(200, headers[:1])
