"""URLs: their normal form, how they are joined to a base URL, and the user information in them."""

from __future__ import annotations

from clientele_conformance.equality.rows import Ask, Row, call, here

TARGETS = (
    "", "/", "/a/b", "/a/", "//a//b", "/a/../b", "/a/./b", "/../../a", "/a/..", "/a/.", "/a/%2e%2e/b", "/%2E/a",
    "/a/b/../../../c/", "/...", "/a%2Fb", "/a%2fb", "/%41%7E", "/%41%7e%2d%2E%5f", "/a%zz%", "/%", "/%4", "/%00",
    "/%0d%0a", "/%25", "/%2525", "/\u00e9", "/\u65e5\u672c", "/\U0001f600", "/e\u0301", "/%C3%A9", "/%c3%a9", "/%e9",
    "/a|b", "/[x]", "/{x}", "/^`", "/<a>", '/"a"', "/a;b=c,d", "/a:b@c", "/!$&'()*+,;=", "/~user/-_.", "/a%20b",
    "/a+b", "/*", "/http://a/b",
)  # fmt: skip
"""Valid paths; a space is refused, see `refused`."""

QUERIES = (
    "?", "?a=1", "?a=%2F", "?a=%2f", "?a=/", "?a=+", "?a=%2B", "?a=%20", "?a=\u00e9", "?\u65e5=\u672c", "?[]{}|^`",
    "?a=b=c&&d", "?a&b", "?=", "?&", "??", "?a=?/:@", "?a='b'", '?a="b"', "?a=<b>", "?%41=%7e", "?a=%zz%", "?a=%26b",
    "?a=%00", "?a=../b", "#f", "?#f", "?a=1#f", "?a=1#f?g=2", "#", "?a=1#\u00e9", "?a;b", "?a=!$&'()*,;",
)  # fmt: skip
"""Queries and fragments behind a path."""

BASES = (
    ("", "/a"), ("/", "a"), ("/", "/a"), ("/v1", "x"), ("/v1", "/x"), ("/v1/", "x"), ("/v1/", "/x"), ("/v1/", ""),
    ("/v1", ""), ("/v1", "//other.test:9/evil"), ("/v1", "?a=1"), ("/v1", "#f"), ("/v1", "../x"), ("/v1/", "../../x"),
    ("/v1", "./x"), ("/v1//", "//x"), ("/v%31", "x"), ("/\u00e9", "x"), ("/v1", "x/"), ("/v1", "a:b"),
    ("/v1", "http://{other}/absolute"), ("/v1", "HTTP://{other}/absolute"), ("/v1", "http:x"), ("/v1/.", "x"),
    ("/v1", "/"),
)  # fmt: skip
"""Base paths and what is asked below them."""

USERS = (
    "user:pass", "user", "user:", ":pass", ":", "u%73er:p%40ss", "us%3Aer:pass", "\u00e9:\u65e5", "%C3%A9:%E6%97%A5",
    "user:a:b", "user%0d:pass", "",
)  # fmt: skip

_HOSTS = {
    "upper case": "http://LOCALHOST:{port}/",
    "a name": "http://localhost:{port}/",
    "a scheme in upper case": "HTTP://{origin}/",
    "a short address": "http://127.1:{port}/",
    "an address in hexadecimal": "http://0x7f.0.0.1:{port}/",
    "an address as one number": "http://2130706433:{port}/",
    "an address with zeros": "http://127.0.0.01:{port}/",
    "full-width digits": "http://\uff11\uff12\uff17.0.0.1:{port}/",
    "an escape": "http://%6cocalhost:{port}/",
    "a port with zeros": "http://127.0.0.1:0{port}/",
}

ROWS: tuple[Row, ...] = (
    *(call(f"D: path {path}", "GET", path) for path in TARGETS),
    *(call(f"D: query {query}", "GET", f"/p{query}") for query in QUERIES),
    *(
        Row(f"D: {path!r} below {base!r}", (Ask("GET", path),), backend={"base_url": here(base)})
        for base, path in BASES
    ),
    *(Row(f"D: host, {name}", (Ask("GET", url),)) for name, url in _HOSTS.items()),
    *(Row(f"M: {user}@", (Ask("GET", f"http://{user}@{{origin}}/"),)) for user in USERS),
    Row(
        "M: a user and an Authorization",
        (Ask("GET", "http://user:pass@{origin}/", {"headers": {"authorization": "Bearer token"}}),),
    ),
    Row(
        "M: a user and an Authorization of the backend",
        (Ask("GET", "http://user:pass@{origin}/"),),
        backend={"headers": {"Authorization": "Bearer token"}},
    ),
    Row(
        "M: a user in the base URL",
        (Ask("GET", "a"), Ask("POST", "b"), Ask("GET", "http://{other}/c")),
        backend={"base_url": "http://user:pass@{origin}/v1"},
    ),
    Row(
        "M: a user in the base URL, another in the call",
        (Ask("GET", "http://else@{origin}/a"),),
        backend={"base_url": "http://user:pass@{origin}/v1"},
    ),
)
