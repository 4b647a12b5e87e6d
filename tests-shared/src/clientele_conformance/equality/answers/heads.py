"""The fields of a response, and how large a head may be."""

from __future__ import annotations

from clientele_conformance.equality.rows import Row, answer
from clientele_conformance.servers import Answer, Close, Drip, Pause, Stall, chunked, head, response
from clientele_conformance.suite.response_heads import FIELDS, UNSOUND, sized, spread

OK = b"Content-Length: 2\r\n\r\nok"


def _fields(raw: bytes) -> bytes:
    """A response whose head has these lines."""
    return b"HTTP/1.1 200 OK\r\n" + raw + OK


_LARGE = sized(1 << 16)

HEADS: dict[str, Answer] = {
    "none but a length": _fields(b""),
    "many of one name": head(200, FIELDS) + b"ok",
    "names in all cases": _fields(b"X-FIRST: 1\r\nx-second: 2\r\nX-tHiRd: 3\r\n"),
    "set-Cookie twice": _fields(b"Set-Cookie: a=1, 2\r\nset-cookie: b=2\r\n"),
    "byte E9": _fields(b"X-A: caf\xe9\r\n"),
    "utf-8": _fields("X-A: é日\r\n".encode()),
    "all bytes of Latin-1": _fields(b"X-A: " + bytes(range(0xA0, 0x100)) + b"\r\n"),
    "bytes 80 to 9F": _fields(b"X-A: a" + bytes(range(0x80, 0xA0)) + b"b\r\n"),
    "fold": _fields(b"X-A: a\r\n b\r\n\tc\r\nX-B: d\r\n"),
    "fold of blanks": _fields(b"X-A: a\r\n  \t \r\nX-B: d\r\n"),
    "fold in the first line": b"HTTP/1.1 200 OK\r\n X-A: 1\r\n" + OK,
    "empty value": _fields(b"X-A:\r\nX-B: \r\nX-C:\t\r\n"),
    "blanks around a value": _fields(b"X-A:   a \t\r\nX-B:b\r\n"),
    "colon in a value": _fields(b"X-A: a:b: c\r\n"),
    "tab in a value": _fields(b"X-A: a\tb\r\n"),
    "odd names": _fields(b"!#$%&'*+.^_`|~1: a\r\n"),
    "NUL in a value": _fields(b"X-A: a\0b\r\n"),
    "lone CR in a value": _fields(b"X-A: a\rX-Planted: 1\r\n"),
    "lone CR at the end of a value": _fields(b"X-A: a\r\r\n"),
    "VT in a value": _fields(b"X-A: a\x0bb\r\n"),
    "DEL in a value": _fields(b"X-A: a\x7fb\r\n"),
    "escape in a value": _fields(b"X-A: \x1b[0m\r\n"),
    "NUL in a name": _fields(b"X\0A: a\r\n"),
    "blank before the colon": _fields(b"X-L : v\r\nX-B: 1\r\n"),
    "tab before the colon": _fields(b"X-L\t: v\r\n"),
    "no colon": _fields(b"X-L\r\nX-B: 1\r\n"),
    "no name": _fields(b": v\r\n"),
    "blank in a name": _fields(b"X L: v\r\n"),
    "name not ASCII": _fields(b"X-\xe9: v\r\n"),
    "brackets in a name": _fields(b"X(A): v\r\n"),
    "name in quotes": _fields(b'"X-A": v\r\n'),
    "only LF": b"HTTP/1.1 200 OK\nX-A: 1\nContent-Length: 2\n\nok",
    "LF and CRLF": b"HTTP/1.1 200 OK\r\nX-A: 1\nX-B: 2\r\nContent-Length: 2\n\r\nok",
    "the same length twice": _fields(b"Content-Length: 2\r\n"),
    "the same length in one field": b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
    "length with a plus": b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
    "length with zeros": b"HTTP/1.1 200 OK\r\nContent-Length: 0002\r\n\r\nok",
    "length with blanks": b"HTTP/1.1 200 OK\r\nContent-Length:  2 \r\n\r\nok",
    "length in two words": b"HTTP/1.1 200 OK\r\nContent-Length: 2 2\r\n\r\nok",
    "length in hexadecimal": b"HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nok",
    "length of other digits": b"HTTP/1.1 200 OK\r\nContent-Length: \xb2\r\n\r\nok",
    "empty length": b"HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\nok",
    "length -2": b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
    "length abc": b"HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nok",
    "length of 30 digits": [b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\nok", Pause(0.05), Close()],
    "length 2.0": b"HTTP/1.1 200 OK\r\nContent-Length: 2.0\r\n\r\nok",
    "CHUNKED": head(200, [("TRANSFER-ENCODING", "CHUNKED")]) + chunked(b"ok"),
    "chunked twice": head(200, [("Transfer-Encoding", "chunked, chunked")]) + chunked(b"ok"),
    "chunked in two fields": head(200, [("Transfer-Encoding", "chunked")] * 2) + chunked(b"ok"),
    "chunked, then a coding": [head(200, [("Transfer-Encoding", "chunked, gzip")]) + chunked(b"ok"), Close()],
    "identity": [head(200, [("Transfer-Encoding", "identity")]) + b"ok", Close()],
    "Transfer-Encoding foo": [head(200, [("Transfer-Encoding", "foo")]) + b"ok", Close()],
    "empty Transfer-Encoding": [head(200, [("Transfer-Encoding", "")]) + b"ok", Close()],
    "chunked with a parameter": head(200, [("Transfer-Encoding", "chunked;a=b")]) + chunked(b"ok"),
    "chunked in quotes": head(200, [("Transfer-Encoding", '"chunked"')]) + chunked(b"ok"),
    "Transfer-Encoding with VT": head(200, [("Transfer-Encoding", "\x0bchunked")]) + chunked(b"ok"),
    "a field of 9 KB": _fields(b"X-A: " + b"a" * 9_000 + b"\r\n"),
    "a field of 20 KB": _fields(b"X-A: " + b"a" * 20_000 + b"\r\n"),
    "a name of 9 KB": _fields(b"X" * 9_000 + b": 1\r\n"),
    "64 KiB": [_LARGE[:30_000], Pause(0.03), _LARGE[30_000:]],
    "64 KiB in a hundred fields": spread(1 << 16, 100),
    "1.2 MB": sized(1_200_000),
    "1.2 MB in 200 fields": spread(1_200_000, 200),
    "1.2 MB that never end": [b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 1_200_000, Stall()],
    "byte by byte": Drip(_fields(b"X-A: 1\r\n"), 1, 0.001),
    "cut between CR and LF": [b"HTTP/1.1 200 OK\r", Pause(0.03), b"\nContent-Length: 2\r\n\r", Pause(0.03), b"\nok"],
    "Connection and Keep-Alive": response(
        200, [("Connection", "keep-alive"), ("Keep-Alive", "timeout=5, max=1")], b"ok"
    ),
    "Trailer": response(200, [("Trailer", "X-T")], b"ok"),
    "Date, Server, Link": response(200, [("Date", "x"), ("Server", "s"), ("Link", "<a>; rel=b, <c>; rel=d")], b"ok"),
    "Alt-Svc": response(200, [("Alt-Svc", 'h3=":443"; ma=1'), ("Strict-Transport-Security", "max-age=1")], b"ok"),
    "Refresh": response(200, [("Refresh", "0; url=/b"), ("Location", "/c")], b"ok"),
}

ROWS: tuple[Row, ...] = (
    *(answer(f"C: fields, {name}", script) for name, script in HEADS.items()),
    *(answer(f"C: unsound, {name}", [script, Close()]) for name, script in UNSOUND.items()),
)
