"""What the parts that read responses do, without a connection."""

from __future__ import annotations

import pytest
from aiohttp.http_exceptions import BadHttpMessage, TransferEncodingError

from clientele_aiohttp.framing import Announced, Chunked, Framing, UntilClosed
from clientele_aiohttp.heads import plain_head

CHUNKS = b"3\r\none\r\n4;a=b\r\ntwo \r\n005 \r\nthree\r\n0\r\nX-T: 1\r\n folded\r\n\r\n"


def content(framing: Framing, *pieces: bytes) -> bytes:
    return b"".join(part for piece in pieces for part in framing.content_of(piece))


class TestFraming:
    def test_a_length(self) -> None:
        """It is done when all of it has come; what comes with its end is surplus."""
        body = Announced(5)
        assert (b"one", False) == (content(body, b"on", b"e"), body.done)
        assert (b"!!", True, False) == (content(body, b"!!"), body.done, body.surplus)
        body = Announced(3)
        assert (b"one", True, True) == (content(body, b"onetwo"), body.done, body.surplus)

    def test_the_end_of_the_connection(self) -> None:
        """There is no other."""
        body = UntilClosed()
        assert (b"onetwo", False, True) == (content(body, b"one", b"two"), body.done, body.ends_with_connection)

    @pytest.mark.parametrize("size", range(1, len(CHUNKS) + 1))
    def test_chunks_in_pieces(self, size: int) -> None:
        """Wherever they are cut."""
        body = Chunked()
        pieces = [CHUNKS[start : start + size] for start in range(0, len(CHUNKS), size)]
        assert b"onetwo three" == content(body, *pieces)
        assert (True, False, False) == (body.done, body.surplus, body.ends_with_connection)

    @pytest.mark.parametrize("surplus", [b"H", b"\r\n", CHUNKS])
    def test_chunks_and_a_surplus(self, surplus: bytes) -> None:
        """It is noticed, and no content."""
        body = Chunked()
        assert b"onetwo three" == content(body, CHUNKS + surplus)
        assert (True, True) == (body.done, body.surplus)

    @pytest.mark.parametrize(
        "rest",
        [
            b"zz\r\n",
            b"-1\r\n",
            b"0x1\r\n",
            b"1_0\r\n",
            b"\r\n",
            b"1\nx\r\n",
            b"1\r\nxy\r\n",
            b"1\r\nxy",
            b"1" * 21 + b"\r\n",
            b"1;" + b"a" * 70_000,
            b"0\r\nno field\r\n",
            b"0\r\n: 1\r\n",
            b"0\r\n X-T: 1\r\n",
            b"0\r\nX-T: \0\r\n",
        ],
    )
    def test_no_chunks(self, rest: bytes) -> None:
        """The parser of aiohttp never sees them."""
        body = Chunked()
        assert b"ok" == content(body, b"2\r\nok\r\n")
        with pytest.raises(TransferEncodingError):
            content(body, rest)
        assert not body.done


class TestHeads:
    @pytest.mark.parametrize(
        ("head", "plain"),
        [
            (b"HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n"),
            (b"HTTP/1.1 200 OK\r\nX-A: b\r\n\t c\r\n d\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-A: b c d\r\n\r\n"),
            (b"H\r\nContent-Length: 5, 5\r\nX: 1\r\n\r\n", b"H\r\nContent-Length: 5\r\nX: 1\r\n\r\n"),
            (b"H\ncontent-length:5\nX: 1\nCONTENT-LENGTH: 5\n\n", b"H\nContent-Length: 5\r\nX: 1\n\n"),
        ],
    )
    def test_what_is_made_plain(self, head: bytes, plain: bytes) -> None:
        """Folded fields and repeated lengths; the rest stays as it is."""
        assert plain == plain_head(head)

    @pytest.mark.parametrize(
        "head",
        [
            b"\r\nHTTP/1.1 200 OK\r\n\r\n",
            b"\n",
            b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nX: a\x0bb\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n X: 1\r\n\r\n",
            b"HTTP/1.1 200 OK\n\tX: 1\n\n",
            b"H\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
            b"H\r\nContent-Length: 5, 6\r\n\r\n",
        ],
    )
    def test_what_is_no_head(self, head: bytes) -> None:
        """The parser doesn't get to see it."""
        with pytest.raises(BadHttpMessage):
            plain_head(head)
