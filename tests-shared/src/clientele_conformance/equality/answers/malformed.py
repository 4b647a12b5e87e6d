"""Answers that are not HTTP, and chunks that are none."""

from __future__ import annotations

from clientele_conformance.equality.rows import Items, Row, answer
from clientele_conformance.servers import LAST_CHUNK, Close, Stall, chunk, chunked_head

NO_HEADS: dict[str, bytes] = {
    "no status line": b"abc\r\n\r\n",
    "only a line end": b"\r\n",
    "only line ends": b"\r\n\r\n\r\n\r\n",
    "only NUL": b"\0" * 100,
    "bytes": bytes(range(256)),
    "HTML": b"<html>hello</html>\r\n",
    "a status that is no number": b"HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
    "a status of two digits": b"HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n",
    "a status of four digits": b"HTTP/1.1 1000 High\r\nContent-Length: 0\r\n\r\n",
    "no status": b"HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
    "no version": b"HTTP 200 OK\r\nContent-Length: 0\r\n\r\n",
    "a version in words": b"HTTP/one 200 OK\r\nContent-Length: 0\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "SMTP": b"220 mail.example.test ESMTP\r\n",
    "a request": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a preface of HTTP/2": b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0d\0\x04\0\x10\0\0",
    "TLS": b"\x15\x03\x01\0\x02\x02\x46",
    "blank first": b" HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "a mark first": b"\xef\xbb\xbfHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "a status line that never ends": b"HTTP/1.1 200 " + b"a" * 300_000,
}

CHUNKS: dict[str, bytes] = {
    "size that is no number": b"zz\r\nok\r\n" + LAST_CHUNK,
    "negative size": b"-2\r\nok\r\n" + LAST_CHUNK,
    "size with a plus": b"+2\r\nok\r\n" + LAST_CHUNK,
    "size with 0x": b"0x2\r\nok\r\n" + LAST_CHUNK,
    "size with an underscore": b"0_2\r\nok\r\n" + LAST_CHUNK,
    "size with blanks": b"2 \r\nok\r\n" + LAST_CHUNK,
    "size with a blank first": b" 2\r\nok\r\n" + LAST_CHUNK,
    "size with zeros": b"0000000002\r\nok\r\n000\r\n\r\n",
    "size in capitals": b"A\r\n0123456789\r\n" + LAST_CHUNK,
    "empty size": b"\r\nok\r\n" + LAST_CHUNK,
    "size of 20 digits": b"f" * 20 + b"\r\nok\r\n" + LAST_CHUNK,
    "size past 64 bits": b"10000000000000002\r\nok\r\n" + LAST_CHUNK,
    "size without a line end": b"2ok" + LAST_CHUNK,
    "size that ends with LF": b"2\nok\r\n" + LAST_CHUNK,
    "extension": b'2;a=b;c="d"\r\nok\r\n0;e\r\n\r\n',
    "long extension": b"2;" + b"a" * 9_000 + b"\r\nok\r\n" + LAST_CHUNK,
    "extension with NUL": b"2;\0\r\nok\r\n" + LAST_CHUNK,
    "extension with CR": b"2;a\rb\r\nok\r\n" + LAST_CHUNK,
    "longer than it says": b"2\r\nokay\r\n" + LAST_CHUNK,
    "shorter than it says": b"5\r\nok\r\n" + LAST_CHUNK + LAST_CHUNK,
    "without its line end": b"2\r\nok" + LAST_CHUNK,
    "that ends with LF": b"2\r\nok\n" + LAST_CHUNK,
    "that ends with CR": b"2\r\nok\r" + LAST_CHUNK,
    "trailers": chunk(b"ok") + b"0\r\nX-T: 1\r\nContent-Length: 9\r\nX-T: 2\r\n\r\n",
    "a trailer without a colon": chunk(b"ok") + b"0\r\nX-T\r\n\r\n",
    "a trailer with a blank name": chunk(b"ok") + b"0\r\n: 1\r\n\r\n",
    "a trailer with a fold": chunk(b"ok") + b"0\r\nX-T: 1\r\n 2\r\n\r\n",
    "a trailer with NUL": chunk(b"ok") + b"0\r\nX-T: \0\r\n\r\n",
    "a last chunk that ends with LF": chunk(b"ok") + b"0\n\n",
    "a last chunk and garbage": chunk(b"ok") + b"0\r\ngarbage",
    "a thousand chunks": chunk(b"ok") * 1000 + LAST_CHUNK,
    "no chunks but a body": b"hello, world\r\n",
    "only LF": b"2\nok\n0\n\n",
}


_UNFINISHED = (
    "HTML", "SMTP", "size of 20 digits", "size past 64 bits", "a last chunk that ends with LF",
    "a last chunk and garbage", "only LF",
)  # fmt: skip
"""Those after which a client may wait for more, and does so in vain."""


def _held(row_id: str, name: str, data: bytes, items: Items | None = None) -> Row:
    """The connection stays open."""
    return answer(row_id, [data, Stall()], items=items, options={"timeout": 0.4 if name in _UNFINISHED else 1.0})


ROWS: tuple[Row, ...] = (
    *(_held(f"I: {name}", name, data) for name, data in NO_HEADS.items()),
    *(answer(f"I: {name}, then closed", [data, Close()]) for name, data in NO_HEADS.items()),
    *(_held(f"I: chunks, {name}", name, chunked_head() + data) for name, data in CHUNKS.items()),
    *(
        _held(f"I: streamed chunks, {name}", name, chunked_head() + CHUNKS[name], Items(bytes))
        for name in (
            "size that is no number",
            "longer than it says",
            "trailers",
            "that ends with LF",
            "a last chunk and garbage",
        )
    ),
)
