"""Content codings: undone alike, and refused alike when they are broken."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence

from clientele_conformance.equality.answers.framing import FRAMINGS, framed
from clientele_conformance.equality.rows import Items, Options, Row, answer
from clientele_conformance.servers import Answer, chunked_response, head, response
from clientele_conformance.suite.response_bodies import BROKEN, CODED, GZIP, TEXT, ZLIB, zeros

_MIB = 1 << 20

_PIECES: Sequence[bytes] = [GZIP[:1], GZIP[1:9], GZIP[9:40], GZIP[40:-5], GZIP[-5:]]


def _coded(coding: str, body: bytes) -> bytes:
    return response(200, [("Content-Type", "text/plain"), ("Content-Encoding", coding)], body)


_HEADS: dict[str, Answer] = {
    "in two fields": response(
        200, [("Content-Encoding", "deflate"), ("Content-Encoding", "gzip")], gzip.compress(ZLIB)
    ),
    "in a list with blanks": _coded(" gzip ,, gzip ", gzip.compress(GZIP)),
    "of no name": _coded("", TEXT),
    "of commas": _coded(",,", TEXT),
    "identity and gzip": _coded("identity, gzip", GZIP),
    "a hundred times": _coded(", ".join(["gzip"] * 100), GZIP),
    "aws-chunked": _coded("aws-chunked", TEXT),
    "compress": _coded("compress", TEXT),
    "quoted": _coded('"gzip"', GZIP),
    "with a parameter": _coded("gzip;q=1", GZIP),
    "of an empty body": _coded("gzip", b""),
    "of an empty body, unknown": _coded("br", b""),
    "of an empty chunked body": chunked_response(headers=[("Content-Encoding", "deflate")]),
    "of a 204": head(204, [("Content-Encoding", "gzip")]),
    "of a 304": head(304, [("Content-Encoding", "gzip"), ("Content-Length", "20")]),
    "of a 404": response(404, [("Content-Encoding", "gzip")], GZIP),
    "of a wrong 500": response(500, [("Content-Encoding", "gzip")], TEXT),
    "of JSON": response(
        200, [("Content-Encoding", "gzip"), ("Content-Type", "application/json")], gzip.compress(b"[1]")
    ),
    "as Transfer-Encoding": head(200, [("Transfer-Encoding", "gzip, chunked")]) + b"0\r\n\r\n",
}

_STREAMED: dict[str, tuple[str, bytes]] = {
    "gzip": ("gzip", GZIP),
    "members": CODED["members"],
    "cut": BROKEN["cut gzip"],
    "cut in its check": BROKEN["gzip cut in its check"],
    "wrong check": BROKEN["wrong check"],
    "garbage behind": BROKEN["garbage behind"],
    "unknown": BROKEN["unknown"],
    "bare deflate": CODED["bare deflate"],
}

_LIMITS: dict[str, tuple[bytes, Options]] = {
    "as it came": (GZIP, {"decode_content": False}),
    "broken, as it came": (GZIP[:-9], {"decode_content": False}),
    "to the limit": (GZIP, {"max_response_bytes": len(TEXT)}),
    "past the limit": (GZIP, {"max_response_bytes": len(TEXT) - 1}),
    "a bomb": (zeros(66 * _MIB), {}),
    "a bomb in a bomb": (gzip.compress(zeros(66 * _MIB)), {"max_response_bytes": 1000}),
    "of a ratio that is high, but small": (zlib.compress(bytes(3 * _MIB), wbits=31), {}),
}

ROWS: tuple[Row, ...] = (
    *(answer(f"B: coding, {name}", _coded(*coded)) for name, coded in CODED.items()),
    *(answer(f"B: broken coding, {name}", _coded(*coded)) for name, coded in BROKEN.items()),
    *(answer(f"B: coding {name}", script) for name, script in _HEADS.items()),
    *(
        answer(f"B: coding in pieces, {framing}", framed(framing, _PIECES, [("Content-Encoding", "gzip")]))
        for framing in FRAMINGS
    ),
    *(
        answer(f"B: broken coding in pieces, {framing}", framed(framing, _PIECES[:-1], [("Content-Encoding", "gzip")]))
        for framing in FRAMINGS
    ),
    *(answer(f"B: streamed coding, {name}", _coded(*coded), items=Items(str)) for name, coded in _STREAMED.items()),
    *(
        answer(f"B: coding {name}", response(200, [("Content-Encoding", "gzip")], coded), options=options)
        for name, (coded, options) in _LIMITS.items()
    ),
    answer(
        "B: coding of an answer to HEAD",
        head(200, [("Content-Encoding", "br"), ("Content-Length", "9")]),
        method="HEAD",
    ),
)
