"""Chains of redirects, and what becomes of the bodies on the way."""

from __future__ import annotations

import gzip

from clientele_conformance.equality.rows import Ask, Items, Row, here
from clientele_conformance.servers import (
    Answer,
    Close,
    Reset,
    Stall,
    chunk,
    chunked_head,
    chunked_response,
    head,
    redirect,
    response,
)

_OK = response(body=b"ok")
_TO_B = [("Location", "/b")]


def _chain(length: int) -> dict[str, tuple[Answer, ...]]:
    return {f"/{number}": (redirect(f"/{number + 1}", headers=[("X-Step", str(number))]),) for number in range(length)}


CHAINS: dict[str, tuple[str, dict[str, tuple[Answer, ...]]]] = {
    "one": ("/0", _chain(1)),
    "twenty": ("/0", _chain(20)),
    "twenty-one": ("/0", _chain(21)),
    "a loop": ("/a", {"/a": (redirect("/b"),), "/b": (redirect("/a"),)}),
    "to itself": ("/a", {"/a": (redirect(""),), "/b": (redirect("?"),)}),
    "to itself, once": ("/a", {"/a": (redirect("a"), _OK)}),
    "there and back": ("/a", {"/a": (redirect("http://{other}/b"), _OK), "other/b": (redirect("http://{origin}/a"),)}),
    "all statuses": ("/0", {f"/{n}": (redirect(f"/{n + 1}", s),) for n, s in enumerate((301, 302, 303, 307, 308))}),
    "an error at its end": ("/a", {"/a": (redirect("/b"),), "/b": (response(404, [], b"none"),)}),
    "a cut at its end": (
        "/a",
        {"/a": (redirect("/b"),), "/b": ([head(200, [("Content-Length", "9")]) + b"ok", Close()],)},
    ),
    "a reset at its end": ("/a", {"/a": (redirect("/b"),), "/b": (Reset(),)}),
    "nobody at its end": ("/a", {"/a": (redirect("http://{nobody}/"),)}),
    "a name at its end": ("/a", {"/a": (redirect("http://no-such-host.invalid/"),)}),
    "a wrong certificate at its end": ("/a", {"/a": (redirect("https://{unknown-ca}/"),)}),
    "a 304 at its end": ("/a", {"/a": (redirect("/b"),), "/b": (head(304),)}),
    "an interim response on the way": ("/a", {"/a": ([head(103, _TO_B), redirect("/b")],), "/b": (_OK,)}),
    "another port": ("/a", {"/a": (redirect("http://{other}/b", 308),), "other/b": (_OK,)}),
}

STEPS: dict[str, Answer] = {
    "a body": response(302, _TO_B, b"moved"),
    "a body in chunks": chunked_response(b"mov", b"ed", status=302, headers=_TO_B),
    "a body up to the close": [head(302, [*_TO_B, ("Connection", "close")]) + b"moved", Close()],
    "a body in gzip": response(302, [*_TO_B, ("Content-Encoding", "gzip")], gzip.compress(b"moved")),
    "a body in broken gzip": response(302, [*_TO_B, ("Content-Encoding", "gzip")], b"moved"),
    "a body of an unknown coding": response(302, [*_TO_B, ("Content-Encoding", "br")], b"moved"),
    "a body that is cut": [head(302, [*_TO_B, ("Content-Length", "9")]) + b"moved", Close()],
    "chunks that are cut": [chunked_head(302, _TO_B) + chunk(b"moved"), Close()],
    "two lengths": head(302, [*_TO_B, ("Content-Length", "1"), ("Content-Length", "2")]) + b"ab",
    "surplus": response(302, _TO_B, b"moved") + response(200, [("X-Planted", "1")], b"planted"),
    "a closed connection": [response(302, [*_TO_B, ("Connection", "close")], b"moved"), Close()],
    "a long body": response(302, _TO_B, b"m" * 300_000),
    "HTTP/1.0": [head(302, _TO_B, version="1.0"), Close()],
}

_FOLLOWED = {"follow_redirects": True}

ROWS: tuple[Row, ...] = (
    *(
        Row(f"F: {name}", (Ask("GET", here(start), {"follow_redirects": True}),), answers)
        for name, (start, answers) in CHAINS.items()
    ),
    *(Row(f"F: {name}, not followed", (Ask("GET", here("/0")),), CHAINS[name][1]) for name in ("one", "all statuses")),
    *(
        Row(f"F: a step with {name}", (Ask("GET", here("/a"), _FOLLOWED),), {"/a": (script,), "/b": (_OK,)})
        for name, script in STEPS.items()
    ),
    Row(
        "F: a step with a body that is stalled",
        (Ask("GET", here("/a"), {**_FOLLOWED, "timeout": 0.4}),),
        {"/a": ([head(302, [*_TO_B, ("Content-Length", "9")]) + b"moved", Stall()],), "/b": (_OK,)},
    ),
    Row(
        "F: a step past the limit of a body",
        (Ask("GET", here("/a"), {**_FOLLOWED, "max_response_bytes": 100}),),
        {"/a": (STEPS["a long body"],), "/b": (_OK,)},
    ),
    Row(
        "F: a stream at its end",
        (Ask("GET", here("/0"), _FOLLOWED, Items(str)),),
        {**_chain(3), "/3": (response(body=b"a\nb"),)},
    ),
    Row(
        "F: from https to http",
        (Ask("GET", "https://{tls}/a", _FOLLOWED),),
        {"tls/a": (redirect("http://{origin}/b"),)},
        {"verify": "{ca}"},
    ),
    Row(
        "F: from http to https",
        (Ask("GET", here("/a"), _FOLLOWED),),
        {"/a": (redirect("https://{tls}/b"),), "tls/b": (_OK,)},
        {"verify": "{ca}"},
    ),
    Row(
        "F: over TLS",
        (Ask("GET", "https://{tls}/a", _FOLLOWED),),
        {"tls/a": (redirect("b"),), "tls/b": (_OK,)},
        {"verify": "{ca}"},
    ),
    Row(
        "F: HEAD",
        (Ask("HEAD", here("/a"), _FOLLOWED),),
        {"/a": (redirect("/b"),), "/b": (head(200, [("Content-Length", "5")]),)},
    ),
)
