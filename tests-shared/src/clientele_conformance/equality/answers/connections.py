"""Connections that are used again: closed in between, and with more on them than was asked for."""

from __future__ import annotations

from clientele_conformance.equality.rows import Ask, Done, Items, Row, Until, here
from clientele_conformance.servers import Answer, Close, Pause, Reset, Stall, chunked_response, head, response
from clientele_conformance.suite.security_surplus import FIRST, SURPLUS

_NEXT = response(body=b"next")
_LATER: list[Answer] = [Until("answer 1"), Pause(0.02)]


def _then(name: str, first: Answer, method: str = "GET", *, after: str | None = None, following: Answer = _NEXT) -> Row:
    """A call of `/first`, and two of `/next`."""
    asks = (
        Ask("GET", here("/first")),
        Ask(method, here("/next"), {"content": b"x"} if method in {"POST", "PUT"} else {}, after=after),
        Ask("GET", here("/next")),
    )
    return Row(name, asks, {"/first": (first,), "/next": (following, _NEXT)})


_ENDS: dict[str, Answer] = {"closed": Close(), "reset": Reset()}
_METHODS = ("GET", "POST", "PUT", "DELETE")

ROWS: tuple[Row, ...] = (
    *(
        _then(f"I: surplus, {kind} behind {name}", first + surplus)
        for name, first in FIRST.items()
        for kind, surplus in SURPLUS.items()
        if name in {"length", "chunked"} or kind == "response"
    ),
    *(
        _then(
            f"I: late surplus, {kind}, before a {method}",
            [FIRST["length"], *_LATER, surplus, Done("sent")],
            method,
            after="sent",
        )
        for kind, surplus in SURPLUS.items()
        if kind in {"response", "half a response", "garbage"}
        for method in ("GET", "POST")
    ),
    *(
        _then(
            f"I: closed while idle, before a {method}",
            [FIRST["length"], *_LATER, Close(), Done("closed")],
            method,
            after="closed",
        )
        for method in _METHODS
    ),
    *(
        _then(
            f"I: reset while idle, before a {method}",
            [FIRST["length"], *_LATER, Reset(), Done("reset")],
            method,
            after="reset",
        )
        for method in _METHODS
    ),
    *(
        _then(f"I: {what} when it is used again, by a {method}", FIRST["length"], method, following=end)
        for what, end in _ENDS.items()
        for method in _METHODS
    ),
    _then("I: closed as it was said", [response(200, [("Connection", "close")], b"first"), Close()]),
    _then("I: said to be closed, and held", [response(200, [("Connection", "close")], b"first"), Stall()]),
    _then("I: HTTP/1.0 that is held", [head(200, [("Content-Length", "5")], version="1.0") + b"first", Stall()]),
    _then("I: closed at once, unsaid", [FIRST["length"], Close(), Done("closed")], after="closed"),
    _then("I: an error, and a good answer", [head(200, [("Content-Length", "5")]) + b"fi", Close()]),
    _then("I: a bad head, and a good answer", [b"HTTP/1.1 200 OK\r\nX : 1\r\n\r\n", Stall()]),
    _then("I: a bad coding, and a good answer", response(200, [("Content-Encoding", "br")], b"first")),
    _then("I: a body past its limit, and a good answer", response(200, [("Content-Encoding", "gzip")], b"first")),
    _then("I: a 413 with what is left of its body", [response(413, [], b"x" * 100_000)]),
    _then("I: trailers, and a good answer", chunked_response(b"first")[:-2] + b"X-T: 1\r\n\r\n"),
    Row(
        "I: surplus behind a stream",
        (Ask("GET", here("/first"), {}, Items(bytes)), Ask("GET", here("/next"), {}, Items(bytes))),
        {"/first": (FIRST["length"] + SURPLUS["response"],), "/next": (_NEXT,)},
    ),
)
