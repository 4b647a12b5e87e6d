"""Calls that are wrong: one class of error for each, and nothing is sent."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from clientele_conformance.equality.rows import Ask, Row, here, wrong

_URLS: Mapping[str, Any] = {
    "CR": here("/a\rb"),
    "LF": here("/a\nb"),
    "CRLF and a header": here("/a HTTP/1.1\r\nX-Planted: 1\r\n"),
    "tab": here("/a\tb"),
    "NUL": here("/a\0b"),
    "DEL": here("/a\x7fb"),
    "blank in the path": here("/a b"),
    "blank in the query": here("/?a=b c"),
    "blank before": " " + here("/"),
    "blank behind": here("/ "),
    "backslash in the path": here("/a\\b"),
    "backslash before another host": "http://{origin}\\@{other}/",
    "lone surrogate": here("/\ud800"),
    "line separator": here("/\u2028"),
    "port 99999": "http://127.0.0.1:99999/",
    "a port past 65535": "http://127.0.0.1:1{port}/",
    "port 0": "http://127.0.0.1:0/",
    "port x": "http://127.0.0.1:x/",
    "port -1": "http://127.0.0.1:-1/",
    "port +80": "http://127.0.0.1:+80/",
    "two ports": "http://{origin}:{port}/",
    "no scheme": "{origin}/",
    "only a path": "/x",
    "nothing": "",
    "a word": "x",
    "no scheme but slashes": "//{origin}/",
    "ftp": "ftp://{origin}/",
    "file": "file:///etc/passwd",
    "ws": "ws://{origin}/",
    "mailto": "mailto:a@example.test",
    "one slash": "http:/{origin}/",
    "no slash": "http:{origin}",
    "no host": "http:///x",
    "nothing but a scheme": "http://",
    "only a port": "http://:{port}/",
    "blank in the host": "http://a b/",
    "a label of 70": f"http://{'a' * 70}.test/",
    "a name of 300": f"http://{'a.' * 150}test/",
    "an empty label": "http://a..test/",
    "a bad A-label": "http://xn--a.invalid/",
    "a name of no letters": "http://\u00ad/",
    "a percent in the host": "http://127.0.0.1%2f.test:{port}/",
    "an open bracket": "http://[bad/",
    "no IPv6 address": "http://[::x]/",
    "a zone": "http://[fe80::1%25lo]/",
    "an at-sign in the host": "http://a@b@{origin}/",
    "an address past its range": "http://256.1.1.1/",
    "bytes": b"http://127.0.0.1/",
    "None": None,
}

_HEADERS: Mapping[str, Any] = {
    "CR": {"X-A": "a\rb"},
    "LF": {"X-A": "a\nb"},
    "CRLF": {"X-A": "a\r\nX-Planted: 1"},
    "a fold": {"X-A": "a\r\n b"},
    "LF at the end": {"X-A": "a\n"},
    "NUL": {"X-A": "a\0b"},
    "DEL": {"X-A": "a\x7f"},
    "escape": {"X-A": "\x1b[0m"},
    "Latin-1": {"X-A": "\xe9"},
    "UTF-8": {"X-A": "\u65e5"},
    "no-break space": {"X-A": "\xa0"},
    "int": {"X-A": 5},
    "bool": {"X-A": True},
    "bytes": {"X-A": b"a"},
    "list": {"X-A": ["1", "2"]},
    "bytes as a name": {b"X-A": "1"},
    "int as a name": {5: "1"},
    "CRLF in a name": {"X-A\r\nX-Planted": "1"},
    "blank in a name": {"X A": "1"},
    "blank behind a name": {"X-A ": "1"},
    "colon in a name": {"X:A": "1"},
    "empty name": {"": "1"},
    "NUL in a name": {"X\0": "1"},
    "name not ASCII": {"X-\xe9": "1"},
    "Transfer-Encoding": {"Transfer-Encoding": "chunked"},
    "Transfer-Encoding in capitals": {"TRANSFER-ENCODING": "gzip"},
    "Content-Length without a body": {"Content-Length": "0"},
    "text": "X-A: 1",
    "triples": [("X-A", "1", "2")],
    "number": 5,
}

_METHODS = ("", " ", "GET /", "G T", "GET\r\nX-Planted: 1", "GET\n", "G\xc9T", "GET\0", "GET:", b"GET", None, 5)

_QUERIES: Mapping[str, Any] = {
    "dict in a dict": {"a": {"b": 1}},
    "list in a list": {"a": [[1]]},
    "bytes": {"a": b"x y"},
    "object": {"a": object()},
    "set": {"a": {1}},
    "timedelta": {"a": timedelta(1)},
    "complex": {"a": 1j},
    "name that is no text": {1: "a"},
    "text": "a=1",
    "bytes of a query": b"a=1",
    "lone surrogate": {"a": "\ud800"},
    "triples": [("a", 1, 2)],
    "a number": 1,
}

_BODIES: Mapping[str, Any] = {
    "NaN": {"json": float("nan")},
    "infinity": {"json": [float("inf")]},
    "JSON of bytes": {"json": b"a"},
    "JSON of a set": {"json": {1}},
    "JSON with a lone surrogate": {"json": "\ud800"},
    "JSON with a tuple as a key": {"json": {(1,): 2}},
    "json and data": {"json": {}, "data": {}},
    "json and content": {"json": {}, "content": b""},
    "data and content": {"data": {}, "content": b""},
    "json and files": {"json": {}, "files": {"f": b""}},
    "content and files": {"content": b"", "files": {"f": b""}},
    "form of text": {"data": "a=1"},
    "form of bytes": {"data": b"a=1"},
    "form with bytes": {"data": {"a": b"1"}},
    "form with a dict": {"data": {"a": {}}},
    "form with a lone surrogate": {"data": {"a": "\ud800"}},
    "content of a number": {"content": 5},
    "content of a dict": {"content": {"a": 1}},
    "content with a lone surrogate": {"content": "\ud800"},
    "content of a text file": {"content": io.StringIO("a")},
    "files of a number": {"files": {"f": 5}},
    "files of four": {"files": {"f": ("a", b"", "text/plain", {})}},
    "files of a text": {"files": "f"},
    "file of a text file": {"files": {"f": io.StringIO("a")}},
    "file of a bad type": {"files": {"f": ("a", b"", "text/plain\r\nX-Planted: 1")}},
    "file of no type": {"files": {"f": ("a", b"", "text")}},
    "a wrong Content-Length": {"content": b"abc", "headers": {"Content-Length": "1"}},
    "a right Content-Length": {"content": b"abc", "headers": {"Content-Length": "3"}},
    "a Content-Length that is no number": {"content": [b"abc"], "headers": {"Content-Length": "three"}},
    "a negative Content-Length": {"content": [b""], "headers": {"Content-Length": "-1"}},
    "two Content-Lengths": {"content": [b"abc"], "headers": [("Content-Length", "3"), ("content-length", "3")]},
}

_OPTIONS: Mapping[str, Any] = {
    "unknown": {"allow_redirects": True},
    "timeout 0": {"timeout": 0},
    "timeout -1": {"timeout": -1},
    "timeout in words": {"timeout": "5"},
    "timeout NaN": {"timeout": float("nan")},
    "limit 0": {"max_response_bytes": 0},
    "cookies of a call": {"cookies": {"a": "1"}},
    "auth of a call": {"auth": ("user", "pass")},
}

_BACKENDS: Mapping[str, Any] = {
    "unknown": {"retries": 3},
    "base_url without a scheme": {"base_url": "127.0.0.1/v1"},
    "base_url with a query": {"base_url": here("/v1?a=1")},
    "base_url of ftp": {"base_url": "ftp://{origin}/"},
    "header with a line break": {"headers": {"X-A": "a\r\nb"}},
    "timeout 0": {"timeout": 0},
    "follow_redirects in words": {"follow_redirects": "yes"},
    "verify of a missing file": {"verify": "/does/not/exist.pem"},
    "max_connections 0": {"max_connections": 0},
    "unknown option of the client": {"client_options": {"no_such_option": 1}},
    "an option given twice": {"timeout": 1, "client_options": {"timeout": 2}},
}

ROWS: tuple[Row, ...] = (
    *(wrong(f"D: refused, {name}", url=url) for name, url in _URLS.items()),
    *(wrong(f"C: refused, {name}", {"headers": headers}) for name, headers in _HEADERS.items()),
    *(wrong(f"C: refused, method {method!r}", method=method) for method in _METHODS),
    *(wrong(f"D: refused params, {name}", {"params": params}) for name, params in _QUERIES.items()),
    *(wrong(f"E: refused, {name}", options, method="POST") for name, options in _BODIES.items()),
    *(wrong(f"C: refused option, {name}", options) for name, options in _OPTIONS.items()),
    *(wrong(f"C: refused backend, {name}", backend=options) for name, options in _BACKENDS.items()),
    Row("D: refused, a user with a line break", (Ask("GET", "http://a\r\nb:c@{origin}/"),), refused=True),
    wrong(
        "E: refused, an async iterable in a synchronous call",
        lambda: {"content": _letters()},
        method="POST",
        modes=("sync",),
    ),
)


async def _letters() -> Any:
    yield b"a"
