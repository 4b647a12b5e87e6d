"""Calls that are more than one request: redirects, cookies, connections that are used again. And streams."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from clientele.http import Timeout
from clientele_conformance.equality.rows import Ask, Items, Options, Row, here
from clientele_conformance.servers import Answer, redirect, response

_FOLLOWING = {"follow_redirects": True}
_BODY = {"content": b"body", "headers": {"Content-Type": "text/plain", "Content-Language": "de", "X-Own": "1"}}
_SECRETS = {
    "Authorization": "Bearer token",
    "Cookie": "a=1",
    "Proxy-Authorization": "Basic dTpw",
    "X-Api-Key": "key",
    "X-Own": "1",
    "Accept": "text/html",
    "Accept-Language": "de",
    "Range": "bytes=0-1",
    "If-None-Match": '"a"',
    "User-Agent": "mine/1",
    "Referer": "http://a.test/",
    "Origin": "http://a.test",
}


def _followed(row_id: str, method: str, location: str, status: int, options: Options, **backend: Any) -> Row:
    """A redirect from `/a` that is followed."""
    asks = (Ask(method, here("/a?b=c"), options),)
    return Row(row_id, asks, {"/a": (redirect(location, status),)}, {**_FOLLOWING, **backend})


_STATUSES = (301, 302, 303, 307, 308)

_BODIES: Mapping[str, Options] = {
    "JSON": {"json": {"a": 1}},
    "a form": {"data": {"a": 1}},
    "files": {"files": {"f": b"1"}},
    "a list of pieces": {"content": [b"one", b"two"]},
    "a generator": lambda: {"content": (piece for piece in (b"one", b"two"))},
    "a file": lambda: {"content": io.BytesIO(b"file")},
    "pieces of a length": {"content": [b"one", b"two"], "headers": {"Content-Length": "6"}},
}

_REDIRECTED = (
    *(
        _followed(f"F: {method} and {status}", method, "/b", status, _BODY)
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
        for status in _STATUSES
    ),
    *(_followed(f"F: POST without a body and {status}", "POST", "/b", status, {}) for status in _STATUSES),
    *(
        _followed(f"F: {name} and {status}", "POST", "/b", status, body)
        for name, body in _BODIES.items()
        for status in (302, 307)
    ),
    *(
        _followed(f"F: {name} to {place}", "GET", location, 302, options)
        for name, options in {"credentials": {"headers": _SECRETS}, "a Host": {"headers": {"Host": "a.test"}}}.items()
        for place, location in {"another origin": "http://{other}/b", "the same": "http://{origin}/b"}.items()
    ),
    _followed(
        "F: credentials and a body to another origin", "POST", "http://{other}/b", 307, {**_BODY, "headers": _SECRETS}
    ),
    _followed("F: headers of the backend to another origin", "GET", "//{other}/b", 301, {}, headers=_SECRETS),
    _followed("F: to another name of the host", "GET", "http://localhost:{port}/b", 302, {"headers": _SECRETS}),
    Row(
        "F: a user in the URL, to the same and to another origin",
        (Ask("GET", "http://user:pass@{origin}/a"),),
        {"/a": (redirect("/b"),), "/b": (redirect("http://{other}/c"),), "other/c": (redirect("http://{origin}/d"),)},
        _FOLLOWING,
    ),
    Row(
        "F: params and a fragment",
        (Ask("GET", here("/a#f"), {"params": {"b": 1}}),),
        {"/a": (redirect("c"),), "/c": (redirect("?d=e"), response(204))},
        _FOLLOWING,
    ),
)

_COOKIES: Mapping[str, Answer] = {
    "one": response(200, [("Set-Cookie", "a=1")]),
    "two": response(200, [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; HttpOnly; SameSite=Lax")]),
    "with blanks and quotes": response(200, [("Set-Cookie", 'a="x y"; Path=/'), ("Set-Cookie", "b=x y")]),
    "Secure": response(200, [("Set-Cookie", "a=1; Secure")]),
    "of another path": response(200, [("Set-Cookie", "a=1; Path=/elsewhere")]),
    "of another domain": response(200, [("Set-Cookie", "a=1; Domain=example.test")]),
    "that has expired": response(200, [("Set-Cookie", "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT")]),
    "of no age": response(200, [("Set-Cookie", "a=1; Max-Age=0")]),
    "that is no cookie": response(200, [("Set-Cookie", "=;;="), ("Set-Cookie", "b=2")]),
    "not ASCII": response(200, [("Set-Cookie", "a=\xe9; Path=/")]),
    "on a redirect": redirect("/b", headers=[("Set-Cookie", "a=1; Path=/")]),
    "on an error": response(404, [("Set-Cookie", "a=1; Path=/")]),
}

_THRICE = (Ask("GET", here("/a")), Ask("POST", here("/a/b")), Ask("GET", here("/c"), {"headers": {"Cookie": "own=1"}}))

_JARS = (
    *(
        Row(f"G: a cookie, {name}", _THRICE, {"/a": (answer,)}, {"cookies": True, **_FOLLOWING})
        for name, answer in _COOKIES.items()
    ),
    Row("G: no jar", _THRICE, {"/a": (_COOKIES["two"],)}),
    Row(
        "G: a jar and another origin",
        (*_THRICE, Ask("GET", "http://{other}/a")),
        {"/a": (_COOKIES["two"],)},
        {"cookies": True},
    ),
    Row(
        "G: a jar and the name of the host",
        (Ask("GET", "http://localhost:{port}/a"), Ask("GET", "http://localhost:{port}/b"), Ask("GET", here("/c"))),
        {"/a": (_COOKIES["two"],)},
        {"cookies": True},
    ),
    Row(
        "G: a cookie that is taken back",
        (*_THRICE, Ask("GET", here("/d")), Ask("GET", here("/e"))),
        {"/a": (_COOKIES["two"],), "/d": (response(200, [("Set-Cookie", "a=; Path=/; Max-Age=0")]),)},
        {"cookies": True},
    ),
)

_STREAMED: Mapping[str, tuple[str, Options]] = {
    "GET": ("GET", {}),
    "JSON": ("POST", {"json": {"a": 1}, "params": {"b": 2}}),
    "form": ("POST", {"data": {"a": 1}}),
    "pieces": ("PUT", {"content": [b"one", b"two"]}),
    "HEAD": ("HEAD", {}),
    "a coding that the caller wants": ("GET", {"headers": {"Accept-Encoding": "gzip"}}),
    "a limit": ("GET", {"timeout": Timeout(total=3.0)}),
}

ROWS: tuple[Row, ...] = (
    *_REDIRECTED,
    *_JARS,
    *(
        Row(f"A: request, {name}", (Ask(method, here("/a"), options, Items(str)),))
        for name, (method, options) in _STREAMED.items()
    ),
    Row(
        "F: a stream that is redirected",
        (Ask("POST", here("/a"), {"json": [1], "follow_redirects": True}, Items(str)),),
        {"/a": (redirect("/b", 307),)},
    ),
    Row(
        "C: nine requests, one after the other",
        tuple(Ask(method, here(f"/{method}"), {"content": b"x"}) for method in ("POST", "GET", "HEAD")) * 3,
    ),
    Row(
        "C: a limit of time",
        (Ask("GET", here("/a"), {"timeout": Timeout(total=3.0)}), Ask("GET", here("/a"), {"timeout": None})),
    ),
    Row("C: undecoded", (Ask("GET", here("/a"), {"decode_content": False}),)),
    Row("C: undecoded by the backend", (Ask("GET", here("/a")),), backend={"decode_content": False}),
)
