"""Status lines, statuses, and what has no body."""

from __future__ import annotations

from clientele_conformance.equality.rows import Ask, Items, Row, answer, here
from clientele_conformance.servers import (
    Answer,
    Close,
    Drain,
    HalfClose,
    Pause,
    Stall,
    chunked_response,
    head,
    response,
)

_LENGTH = [("Content-Length", "2")]

LINES: dict[str, Answer] = {
    "no reason": b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
    "an empty reason": b"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok",
    "a reason of one's own": response(500, [], b"").replace(b"Internal Server Error", b"Oops"),
    "a reason not ASCII": b"HTTP/1.1 200 \xc3\xa9\xe9\r\nContent-Length: 2\r\n\r\nok",
    "a long reason": b"HTTP/1.1 200 " + b"a" * 5000 + b"\r\nContent-Length: 2\r\n\r\nok",
    "NUL in the reason": b"HTTP/1.1 200 a\0b\r\nContent-Length: 2\r\n\r\nok",
    "two blanks": b"HTTP/1.1  200 OK\r\nContent-Length: 2\r\n\r\nok",
    "a tab": b"HTTP/1.1\t200\tOK\r\nContent-Length: 2\r\n\r\nok",
    "a blank line first": b"\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "small letters": b"http/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.0": head(200, _LENGTH, version="1.0") + b"ok",
    "HTTP/1.0, closed": [head(200, version="1.0") + b"ok", Close()],
    "HTTP/1.0, kept alive": head(200, [*_LENGTH, ("Connection", "keep-alive")], version="1.0") + b"ok",
    "HTTP/1.0, chunked": [
        head(200, [("Transfer-Encoding", "chunked")], version="1.0") + b"2\r\nok\r\n0\r\n\r\n",
        Close(),
    ],
    "HTTP/1.2": head(200, _LENGTH, version="1.2") + b"ok",
    "HTTP/1.10": head(200, _LENGTH, version="1.10") + b"ok",
    "HTTP/1": head(200, _LENGTH, version="1") + b"ok",
    "HTTP/0.9 in its line": head(200, _LENGTH, version="0.9") + b"ok",
    "HTTP/2.0": head(200, _LENGTH, version="2.0") + b"ok",
    "HTTP/2": head(200, _LENGTH, version="2") + b"ok",
    "HTTP/3": head(200, _LENGTH, version="3") + b"ok",
    "HTTP/9.9": head(200, _LENGTH, version="9.9") + b"ok",
    "ICY": b"ICY 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "status 000": b"HTTP/1.1 000 No\r\nContent-Length: 0\r\n\r\n",
    "status 099": b"HTTP/1.1 099 No\r\nContent-Length: 0\r\n\r\n",
    "status -20": b"HTTP/1.1 -20 No\r\nContent-Length: 0\r\n\r\n",
    "status 2e2": b"HTTP/1.1 2e2 OK\r\nContent-Length: 0\r\n\r\n",
    "status 2\xb2": b"HTTP/1.1 20\xb2 OK\r\nContent-Length: 0\r\n\r\n",
    "status 200OK": b"HTTP/1.1 200OK\r\nContent-Length: 0\r\n\r\n",
    "status 0200": b"HTTP/1.1 0200 OK\r\nContent-Length: 0\r\n\r\n",
}

_STATUSES = (
    201, 202, 203, 206, 207, 226, 299, 300, 305, 306, 400, 401, 403, 404, 407, 408, 409, 418, 421, 429, 451, 500, 502,
    503, 599, 600, 999,
)  # fmt: skip

INTERIM: dict[str, Answer] = {
    "100": [head(100), response(body=b"ok")],
    "102 three times": [head(102) * 3, response(body=b"ok")],
    "103": [head(103, [("Link", "</a>"), ("X-Early", "1")]), response(200, [("X-Late", "1")], b"ok")],
    "100 and 103": [head(100), head(103), response(body=b"ok")],
    "103, and a while later": [head(103), Pause(0.05), response(body=b"ok")],
    "199": [head(199), response(body=b"ok")],
    "103 with a length": [head(103, [("Content-Length", "5")]), response(body=b"ok")],
    "fifty of them": [head(103) * 50, response(body=b"ok")],
    "103, then the end": [head(103), Pause(0.02), Close()],
    "103, then silence": [head(103), Stall()],
    "101, unasked": [head(101, [("Upgrade", "websocket"), ("Connection", "Upgrade")]), Stall()],
    "101, then an answer": head(101, [("Upgrade", "h2c"), ("Connection", "upgrade")]) + response(body=b"ok"),
}

BODILESS: dict[str, tuple[str, Answer]] = {
    "HEAD with a length": ("HEAD", head(200, [("Content-Length", "5")])),
    "HEAD, chunked": ("HEAD", head(200, [("Transfer-Encoding", "chunked")])),
    "HEAD without a length": ("HEAD", head(200)),
    "HEAD with a body": ("HEAD", response(body=b"planted")),
    "HEAD of 404": ("HEAD", head(404, [("Content-Length", "5")])),
    "HEAD with a bad length": ("HEAD", head(200, [("Content-Length", "abc")])),
    "HEAD with two lengths": ("HEAD", head(200, [("Content-Length", "1"), ("Content-Length", "2")])),
    "204": ("GET", head(204)),
    "204 with a body": ("GET", head(204, _LENGTH) + b"ok"),
    "204 with a length of 0": ("DELETE", head(204, [("Content-Length", "0")])),
    "204, chunked": ("GET", head(204, [("Transfer-Encoding", "chunked")]) + b"0\r\n\r\n"),
    "304": ("GET", head(304)),
    "304 with a length": ("GET", head(304, [("Content-Length", "5"), ("ETag", '"a"')])),
    "304 with a body": ("GET", head(304, _LENGTH) + b"ok"),
    "205 with a body": ("GET", response(205, [], b"body")),
    "205 of no length": ("POST", [head(205), Close()]),
    "200 of nothing": ("GET", response(200)),
    "200 of no chunk": ("GET", chunked_response()),
    "200 that is closed": ("GET", [head(200), Close()]),
}


def _and_the_next(name: str, method: str, script: Answer) -> Row:
    """The call, and a second one that may go on the same connection."""
    asks = (Ask(method, here("/")), Ask("GET", here("/next")), Ask("POST", here("/next"), {"content": b"x"}))
    return Row(name, asks, {"/": (script,), "/next": (response(body=b"next"),)})


_EARLY: Answer = [response(413, [("Connection", "close")], b"too large"), HalfClose(), Drain()]

ROWS: tuple[Row, ...] = (
    *(
        answer(f"I: status line, {name}", [script, Stall()] if isinstance(script, bytes) else script)
        for name, script in LINES.items()
    ),
    *(answer(f"C: status {status}", response(status, [("X-A", "1")], b"body")) for status in _STATUSES),
    *(answer(f"I: interim, {name}", script, options={"timeout": 0.7}) for name, script in INTERIM.items()),
    *(
        answer(f"I: interim in a stream, {name}", INTERIM[name], items=Items(str))
        for name in ("103", "100 and 103", "102 three times")
    ),
    *(_and_the_next(f"I: no body, {name}", method, script) for name, (method, script) in BODILESS.items()),
    *(
        answer(
            f"E: early 413 to {kind}",
            _EARLY,
            method="POST",
            unread=True,
            options={"content": content},
        )
        for kind, content in {"8 MiB": b"x" * (8 << 20), "pieces": [b"x" * 65536] * 128}.items()
    ),
)
