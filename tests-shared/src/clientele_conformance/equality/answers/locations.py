"""Where a redirect leads, followed and not followed."""

from __future__ import annotations

from clientele_conformance.equality.rows import Ask, Items, Row, here
from clientele_conformance.servers import Answer, redirect, response
from clientele_conformance.suite.redirect_locations import NOWHERE, TARGETS

_OK = response(body=b"ok")

MORE = (
    "http://{origin}/x", "HTTP://{origin}/x", "http://user:planted@{origin}/x", "//{other}/x", "//user@{other}/x",
    "http://{other}", "http://{other}?a=b", "https://{no-tls}/", "#f", "/x#", "?", "??", "\t/x", "/x\t", "/x y?a b",
    "/%zz", "/|^`", "/a\\b", "\\x", "/x\x7f", "///x", "////{other}/x", "/\xff", "http://{nobody}/",
    "https://{unknown-ca}/", "ws://{origin}/", "HTTP:/x", "x:y", "*", ";a", "http://127.0.0.1:{port}0000/",
    "http://{origin}\\@{other}/", "http://[::1]x/", "http://\xe9.test\\/", "/x, /y", '"/x"', "<//x>",
)  # fmt: skip


def _to(location: str, *, follow: bool, status: int = 302) -> Row:
    asks = (Ask("GET", here("/a/b?c=d#e"), {"follow_redirects": follow}),)
    how = "followed" if follow else "not followed"
    return Row(f"F: {status} to {location!r}, {how}", asks, {"/a/b": (redirect(location, status), _OK)})


_HEADS: dict[str, Answer] = {
    "two Locations": response(302, [("Location", "/b"), ("Location", "/c")]),
    "a fold in its Location": b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /b\r\n /c\r\n\r\n",
    "CR in its Location": b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /b\rX-Planted: 1\r\n\r\n",
    "NUL in its Location": b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /b\0c\r\n\r\n",
    "a long Location": redirect("/" + "a" * 20_000),
    "no Location": response(302, [], b"where?"),
    "an empty Location": redirect(""),
    "a blank Location": redirect(" "),
    "a Content-Location": response(302, [("Content-Location", "/b")]),
    "a location in small letters": response(302, [("location", "/b")]),
}

ROWS: tuple[Row, ...] = (
    *(_to(location, follow=True) for location in (*TARGETS, *NOWHERE, *MORE)),
    *(_to(location, follow=False) for location in (*NOWHERE, "/b", "//{other}/x", "/\xe9", "", *MORE[-6:])),
    *(
        Row(f"F: a redirect with {name}", (Ask("GET", here("/a"), {"follow_redirects": True}),), {"/a": (script,)})
        for name, script in _HEADS.items()
    ),
    *(
        Row(
            f"F: a stream and a redirect with {name}",
            (Ask("GET", here("/a"), {"follow_redirects": follow}, Items(str)),),
            {"/a": (script,)},
        )
        for name, script in _HEADS.items()
        for follow in ([True] if name != "two Locations" else [False])
    ),
)
