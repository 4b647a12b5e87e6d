"""Responses of http.client: the lines around chunks, and the version, that it takes although HTTP doesn't have them."""

from __future__ import annotations

import socket
from contextlib import closing
from http.client import HTTPException, HTTPResponse

import pytest

from clientele.http.transport.connections.checked_responses import CheckedResponse
from clientele.http.transport.connections.interims import TooManyInterims

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def read(answer: bytes) -> tuple[HTTPResponse, bytes]:
    """What comes of the bytes of an answer, behind which the connection ends."""
    ours, theirs = socket.socketpair()
    with ours, theirs, closing(CheckedResponse(ours)) as response:
        theirs.sendall(answer)
        theirs.close()
        response.begin()
        return response, response.read()


@pytest.mark.parametrize(
    "chunks",
    [
        b"2\r\nok\r\n0\r\n\r\n",
        b"0002\r\nok\r\n0000\r\n\r\n",
        b"2;a=b\r\nok\r\n0;c\r\n\r\n",
        b'2 ; a="b;c"\r\nok\r\n0\r\nX-Trailer: 1\r\n\r\n',
        b"1 \r\no\r\n1\t\r\nk\r\n0\r\n+5: a trailer\r\n\r\n",
        b"2;" + b"a" * 3000 + b"\r\nok\r\n0\r\n\r\n",
    ],
)
def test_what_http_allows_is_read(chunks: bytes) -> None:
    """Zeros in front, extensions, blanks behind the size, trailers."""
    assert read(CHUNKED + chunks)[1] == b"ok"


@pytest.mark.parametrize(
    "size", [b"+2", b"-2", b"0x2", b"0X2", b"0_2", b"2_", b" 2", b"", b"2 2", b"\xb2", b"zz", b";2", b"2\x0b", b"2,"]
)
@pytest.mark.parametrize("before", [b"", b"4\r\ngood\r\n"])
def test_an_invalid_chunk_size_raises(size: bytes, before: bytes) -> None:
    """Also behind a good chunk, and what `int` makes a number of."""
    with pytest.raises(HTTPException, match="the size of a chunk is malformed"):
        read(CHUNKED + before + size + b"\r\nok\r\n0\r\n\r\n")


def test_a_size_without_an_end_raises() -> None:
    """Before the memory is full: urllib3 asks for a line of any length."""
    ours, theirs = socket.socketpair()
    with ours, theirs, closing(CheckedResponse(ours)) as response:
        theirs.sendall(CHUNKED + b"2;" + b"a" * 70000)
        response.begin()
        assert response.fp is not None
        with pytest.raises(HTTPException, match="the size of a chunk is malformed"):
            response.fp.readline()


def test_lines_of_other_bodies_are_not_looked_at() -> None:
    """They are whatever they are."""
    assert read(b"HTTP/1.0 200 OK\r\n\r\n+5\r\n")[1] == b"+5\r\n"
    response, _ = read(b"HTTP/1.1 200 OK\r\nX: HTTP/9\r\nContent-Length: 0\r\n\r\n")
    assert response.getheader("x") == "HTTP/9"


@pytest.mark.parametrize("version", [b"1.2", b"1.10", b"1.", b"2.0", b"9.9", b"1.1x"])
def test_an_unknown_version_raises(version: bytes) -> None:
    """Any that begins with 1 was 1.1."""
    with pytest.raises(HTTPException):
        read(b"HTTP/" + version + b" 200 OK\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.parametrize("status", [b"100 Continue", b"102 Processing", b"103", b"199 Any"])
def test_interim_responses_are_skipped_and_counted(status: bytes) -> None:
    """A hundred may come, whichever they are, and no more."""
    interim = b"HTTP/1.1 " + status + b"\r\nLink: </a>\r\n\r\n"
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    assert read(interim * 100 + answer)[1] == b"ok"
    with pytest.raises(TooManyInterims):
        read(interim * 101 + answer)


@pytest.mark.parametrize("status", [101, 99, 1000])
def test_a_response_that_is_not_interim_is_kept(status: int) -> None:
    """A switch of protocols is an answer to http.client, and what has no three digits is malformed."""
    answer = b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status
    if status == 101:
        assert read(answer)[0].status == status
    else:
        with pytest.raises(HTTPException):
            read(answer)
