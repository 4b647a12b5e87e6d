"""Connections that can't be made, that break, and that say nothing."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

from clientele.http import Timeout
from clientele_conformance.equality.rows import Ask, Items, Row, Until, answer, here
from clientele_conformance.servers import (
    Answer,
    Close,
    Drip,
    Pause,
    ReadBody,
    Reset,
    Stall,
    chunk,
    chunked_head,
    head,
    response,
)

_SHORT: Mapping[str, object] = {"timeout": 0.4}
_TRUSTING: Mapping[str, object] = {"verify": "{ca}"}

_PART_OF_HEAD = b"HTTP/1.1 200 OK\r\nContent-Le"
_PART_OF_BODY = head(200, [("Content-Length", "10")]) + b"half "
_PART_OF_CHUNKS = chunked_head() + chunk(b"half") + b"5\r\nha"
_OPEN_END = head(200, [("Connection", "close")]) + b"until the end"
_SETTLED = Pause(0.05)
"""So that what was sent has arrived before a reset takes back what has not."""

PARTS: dict[str, bytes] = {
    "before the response": b"",
    "within the status line": b"HTTP/1.1 20",
    "behind the status line": b"HTTP/1.1 200 OK\r\n",
    "within the head": _PART_OF_HEAD,
    "before the blank line": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
    "within the blank line": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r",
    "behind the head": head(200, [("Content-Length", "10")]),
    "within a body of known length": _PART_OF_BODY,
    "one byte before the end": head(200, [("Content-Length", "10")]) + b"123456789",
    "before the first chunk": chunked_head(),
    "within the size of a chunk": chunked_head() + b"1",
    "behind the size of a chunk": chunked_head() + b"5\r\n",
    "within a chunk": _PART_OF_CHUNKS,
    "behind a chunk, before its CRLF": chunked_head() + b"4\r\nhalf",
    "before the last chunk": chunked_head() + chunk(b"all of it"),
    "within the last chunk": chunked_head() + chunk(b"all of it") + b"0\r\n",
    "within the trailers": chunked_head() + chunk(b"all of it") + b"0\r\nX-T: 1\r\n",
    "behind a 100": head(100),
}

_STALLED = (
    "before the response",
    "within the head",
    "within a body of known length",
    "within a chunk",
    "before the last chunk",
)

_ASKED: dict[str, tuple[str, Mapping[str, object]]] = {
    "refused": ("http://{nobody}/", {}),
    "refused, over TLS": ("https://{nobody}/", {}),
    "unknown host": ("http://no-such-host.invalid/", {}),
    "unknown host, over TLS": ("https://no-such-host.invalid/", {}),
    "connecting stalls": ("http://{silence}/", _SHORT),
    "connecting stalls, over TLS": ("https://{silence}/", _SHORT),
    "connecting stalls, limited in all": ("http://{silence}/", {"timeout": Timeout(total=0.4)}),
    "untrusted authority": ("https://{unknown-ca}/", _TRUSTING),
    "untrusted by default": ("https://{tls}/", {}),
    "certificate of another host": ("https://{wrong-host}/", _TRUSTING),
    "expired certificate": ("https://{expired}/", _TRUSTING),
    "no TLS there": ("https://{no-tls}/", _TRUSTING),
    "https to a plain port": ("https://{origin}/", {**_TRUSTING, "timeout": 1.0}),
    "http to a TLS port": ("http://{tls}/", {}),
    "handshake cut": ("https://{cut-tls}/", _TRUSTING),
    "handshake reset": ("https://{reset-tls}/", _TRUSTING),
    "handshake stalls": ("https://{stalled-tls}/", {**_TRUSTING, **_SHORT}),
    "handshake stalls, limited in all": ("https://{stalled-tls}/", {**_TRUSTING, "timeout": Timeout(total=0.4)}),
    "trusted": ("https://{tls}/", _TRUSTING),
    "unverified": ("https://{unknown-ca}/", {"verify": False}),
    "unverified, of another host": ("https://{wrong-host}/", {"verify": False}),
    "unverified, expired": ("https://{expired}/", {"verify": False}),
    "an own context": ("https://{unknown-ca}/", {"verify": ssl.create_default_context()}),
}

_LIMITED: dict[str, tuple[Answer, object]] = {
    "drips of a head": (Drip(response(body=b"ok"), 4, 0.15), 1.0),
    "drips of a body": ([head(200, [("Content-Length", "8")]), Drip(b"12345678", 1, 0.15)], 1.0),
    "drips past the limit in all": (
        [head(200, [("Content-Length", "80")]), Drip(b"12345678" * 10, 1, 0.05)],
        Timeout(total=0.4),
    ),
    "silence past the limit in all": (Stall(), Timeout(total=0.4)),
    "a late answer": ([Pause(0.2), response(body=b"ok")], 1.0),
    "a late answer without a limit": ([Pause(0.2), response(body=b"ok")], None),
    "a read limit of its own": (Stall(), Timeout(read=0.4)),
}

_UPLOADS: dict[str, tuple[Answer, bytes]] = {
    "reset behind an upload": ([ReadBody(), Reset()], b"x" * 100_000),
    "closed behind an upload": ([ReadBody(), Close()], b"x" * 100_000),
    "an answer behind an upload": ([ReadBody(keep=False), response(body=b"ok")], b"x" * (8 << 20)),
}

ROWS: tuple[Row, ...] = (
    *(
        Row(f"I: {name}", (Ask("GET", url),), backend={"trust_env": False, **backend})
        for name, (url, backend) in _ASKED.items()
    ),
    *(
        Row(f"I: {name} by {variable}", (Ask("GET", "https://{tls}/"),), environ={variable: "{ca}"})
        for name, variable in (
            ("an authority", "SSL_CERT_FILE"),
            ("bundle", "REQUESTS_CA_BUNDLE"),
            ("a bundle", "CURL_CA_BUNDLE"),
        )
    ),
    *(answer(f"I: closed {name}", [part, _SETTLED, Close()] if part else Close()) for name, part in PARTS.items()),
    *(answer(f"I: reset {name}", [part, _SETTLED, Reset()] if part else Reset()) for name, part in PARTS.items()),
    *(answer(f"I: stalled {name}", [PARTS[name], Stall()], options=_SHORT) for name in _STALLED),
    *(
        answer(
            f"I: {method} {end} before the response",
            Close() if end == "closed" else Reset(),
            method=method,
            options={"content": b"x"},
        )
        for method in ("POST", "PUT", "DELETE", "HEAD")
        for end in ("closed", "reset")
    ),
    *(
        answer(
            f"I: a stream {end} {name}",
            [PARTS[name], _SETTLED, Close() if end == "closed" else Reset()],
            items=Items(str),
        )
        for name in ("before the response", "within the head", "behind the head", "before the first chunk")
        for end in ("closed", "reset")
    ),
    *(answer(f"I: {name}", script, options={"timeout": timeout}) for name, (script, timeout) in _LIMITED.items()),
    *(
        answer(f"I: {name}", script, method="PUT", unread=True, options={"content": body})
        for name, (script, body) in _UPLOADS.items()
    ),
    answer("I: reset where closing is the end", [_OPEN_END, _SETTLED, Reset()]),
    answer("I: closed where closing is the end", [_OPEN_END, Close()]),
    answer(
        "I: a stalled stream, limited in all",
        [_PART_OF_CHUNKS, Stall()],
        items=Items(bytes),
        options={"timeout": Timeout(total=1.0)},
    ),
    Row(
        "I: TLS cut without a goodbye, within its length",
        (Ask("GET", "https://{tls}/"),),
        {"tls/": ([_PART_OF_BODY, _SETTLED, Close(notify=False)],)},
        _TRUSTING,
    ),
    Row(
        "I: TLS cut without a goodbye, where closing is the end",
        (Ask("GET", "https://{tls}/"),),
        {"tls/": ([_OPEN_END, _SETTLED, Close(notify=False)],)},
        _TRUSTING,
    ),
    Row(
        "I: TLS closed where closing is the end",
        (Ask("GET", "https://{tls}/"),),
        {"tls/": ([_OPEN_END, Close()],)},
        _TRUSTING,
    ),
    Row(
        "I: TLS reset within its length",
        (Ask("GET", "https://{tls}/"),),
        {"tls/": ([_PART_OF_BODY, _SETTLED, Reset()],)},
        _TRUSTING,
    ),
    Row(
        "I: an upload that nobody reads",
        (Ask("POST", here("/"), {"content": b"x" * (32 << 20), "timeout": 0.3}),),
        {"/": ([Until("answer 1"), Reset()],)},
        unread=True,
        needs="write_timeout",
    ),
)
