"""Methods and headers: what is added, joined, replaced and left out."""

from __future__ import annotations

from typing import Any

from clientele_conformance.equality.rows import Ask, Options, Row, call, here

METHODS = (
    "GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE", "get", "Post", "pUrGe", "PROPFIND",
    "M-SEARCH", "LINK", "QUERY", "X!#$%&'*+.^_`|~1",
)  # fmt: skip

HEADERS: dict[str, Any] = {
    "none": {},
    "one": {"X-MyHeader": "Value"},
    "odd names": {"x!#$%&'*+.^_`|~": "1", "A": "2", "_": "3", "9": "4"},
    "pairs": [("X-A", "1"), ("X-B", "2")],
    "twice": [("X-A", "1"), ("x-a", "2"), ("X-B", "3"), ("X-A", "4")],
    "Cookie twice": [("Cookie", "a=1"), ("cookie", "b=2")],
    "Accept twice": [("accept", "text/html"), ("Accept", "text/plain")],
    "None": {"X-A": None, "X-B": "1"},
    "None of a default": {"accept": None, "User-Agent": None, "ACCEPT-ENCODING": None},
    "None and a value": [("X-A", None), ("x-a", "1")],
    "a value and None": [("X-A", "1"), ("x-a", None)],
    "blank": {"X-A": "", "X-B": " ", "X-C": "\t"},
    "blanks around": {"X-A": "  a b\t", "X-B": "\tc"},
    "tab inside": {"X-A": "a\tb"},
    "all visible characters": {"X-A": "".join(map(chr, range(0x21, 0x7F)))},
    "long": {"X-A": "a" * 8000},
    "many": {f"X-{number}": str(number) for number in range(60)},
    "own defaults": {"ACCEPT": "application/json", "User-Agent": "mine/1", "accept-encoding": "identity"},
    "more codings": {"Accept-Encoding": "br, zstd, gzip"},
    "empty User-Agent": {"User-Agent": ""},
    "Authorization": {"Authorization": "Bearer token"},
    "Proxy-Authorization": {"Proxy-Authorization": "Basic dTpw"},
    "Host": {"Host": "example.test"},
    "Host with a port": {"hOsT": "example.test:8080"},
    "Content-Type without a body": {"Content-Type": "text/plain"},
    "Content-Encoding": {"Content-Encoding": "gzip"},
    "conditions": {
        "If-None-Match": 'W/"a"',
        "If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT",
        "Range": "bytes=0-1",
    },
    "Cookie": {"Cookie": 'a=1; b="x y"; c='},
    "Connection": {"Connection": "close"},
    "Keep-Alive": {"Keep-Alive": "timeout=5"},
    "TE and Trailer": {"TE": "trailers", "Trailer": "X-A"},
    "Expect": {"Expect": "100-continue"},
    "Upgrade": {"Upgrade": "h2c"},
    "Date and Referer": {"Date": "Thu, 01 Jan 2099 00:00:00 GMT", "Referer": "http://a.test/\u007e"},
    "Accept-Charset": {"Accept-Charset": "utf-8", "Accept-Language": "de, en;q=0.5"},
    "Forwarded": {"X-Forwarded-For": "1.2.3.4", "Via": "1.1 a"},
}

_OWN = {"X-Own": "backend", "X-Both": "backend", "User-Agent": "backend/1", "X-Gone": "backend"}

CONFIGURED: dict[str, tuple[Options, Options]] = {
    "alone": ({"headers": _OWN}, {}),
    "and those of the call": ({"headers": _OWN}, {"headers": {"x-both": "call", "X-Call": "call"}}),
    "taken away": ({"headers": _OWN}, {"headers": {"x-gone": None, "user-agent": None}}),
    "twice and once": ({"headers": [("X-Both", "1"), ("x-both", "2")]}, {"headers": {"X-Both": "3"}}),
    "once and twice": ({"headers": {"X-Both": "1"}}, {"headers": [("X-Both", "2"), ("x-both", "3")]}),
    "with a cookie each": ({"headers": {"Cookie": "a=1"}}, {"headers": {"Cookie": "b=2"}}),
    "that take a default away": ({"headers": {"Accept": None}}, {}),
    "given back": ({"headers": {"Accept": None}}, {"headers": {"Accept": "text/html"}}),
    "for the origin of the base URL": ({"base_url": "http://{origin}/v1", "headers": _OWN}, {}),
}

ROWS: tuple[Row, ...] = (
    *(call(f"C: method {method}", method, "/a") for method in METHODS),
    *(call(f"C: headers, {name}", "GET", "/a", {"headers": headers}) for name, headers in HEADERS.items()),
    *(
        call(f"C: headers, {name}, of a POST", "POST", "/a", {"headers": headers, "content": b"body"})
        for name, headers in HEADERS.items()
        if name
        in {"Host", "Expect", "Content-Encoding", "TE and Trailer", "Upgrade", "None of a default", "Connection"}
    ),
    *(
        call(f"C: headers of the backend, {name}", "GET", "/a", options, backend=backend)
        for name, (backend, options) in CONFIGURED.items()
    ),
    Row(
        "C: headers of the backend, for another origin than that of the base URL",
        (Ask("GET", "http://{other}/a", {"headers": {"x-call": "1"}}), Ask("GET", here("/a"))),
        backend={
            "base_url": "http://{origin}/v1",
            "headers": {**_OWN, "Accept": "text/html", "Authorization": "token"},
        },
    ),
)
