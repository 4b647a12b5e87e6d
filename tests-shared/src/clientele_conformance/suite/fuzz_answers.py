"""Random answers for `FuzzRules`: the same for the same seed, in every run."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from random import Random

from clientele_conformance.servers import chunked_response, head, json_response, redirect, response

_GZIP = [("Content-Encoding", "gzip"), ("Content-Type", "text/plain; charset=utf-16")]
_EVENTS = [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")]
_COOKIES = [("Set-Cookie", "a=1; Path=/; Max-Age=10"), ("Set-Cookie", "b=2; Domain=example.test; Expires=Thu")]

GOOD: Sequence[bytes] = (
    json_response({"items": [1, 2, 3], "name": "é"}, headers=_COOKIES),
    chunked_response(b'{"a": 1}\n', b'{"a": 2}\n', headers=[("Content-Type", "application/json")]),
    chunked_response(b"id: 1\ndata: {}\n", b"\nretry: 5\ndata: [\ndata: ]\n\n", headers=_EVENTS),
    response(200, _GZIP, gzip.compress(b"hello, world " * 20)),
    chunked_response(gzip.compress(b'{"a": 1}\n'), headers=_GZIP[:1])[:-2] + b"X-Trailer: 1\r\n\r\n",
    response(200, [("Content-Encoding", "deflate, gzip")], gzip.compress(b"\x78\x9c\x03\x00\x00\x00\x00\x01")),
    head(100) + head(103, [("Link", "</style.css>")]) + response(200, body=b"after the interim ones"),
    head(204, [("X-A", "1"), ("X-A", "2")]),
    head(200, version="1.0") + b"until the end",
    redirect("/elsewhere?a=1#b", 307),
    response(404, [("Content-Type", "text/html; charset=latin-1")], b"<p>not found\xe9"),
)

_INTERESTING = (
    b"\r\n", b"\n", b"\r", b"\0", b":", b" ", b"\x85", b"\xff", b"0", b"-1", b"99999999999999999999",
    b"ffffffffffffffff", b"HTTP/1.1 ", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n",
    b"Content-Length: -1\r\n", b"Content-Encoding: br\r\n", b"Upgrade: h2c\r\nConnection: upgrade\r\n",
    b"Location: http://[\r\n",
    b"Content-Type: text/html; charset=hex\r\n", b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
)  # fmt: skip


def answer(seed: int) -> list[bytes]:
    """The pieces, each sent on its own, of answer number `seed`."""
    random = Random(seed)
    make = random.choice((_noise, _after_a_good_start, _damaged, _damaged, _cut, _rearranged, _intact))
    return _pieces(make(random), random)


def noise(seed: int) -> bytes:
    """Some random bytes."""
    return _noise(Random(seed))


def _noise(random: Random) -> bytes:
    return random.randbytes(random.choice((1, 10, 100, 1000, 20_000)))


def _after_a_good_start(random: Random) -> bytes:
    good = random.choice(GOOD)
    return good[: good.index(b"\n") + 1] + _noise(random)


def _damaged(random: Random) -> bytes:
    data = bytearray(random.choice(GOOD))
    for _ in range(random.randint(1, 4)):
        random.choice(_DAMAGES)(data, random.randrange(len(data) or 1), random)
    return bytes(data)


def _cut(random: Random) -> bytes:
    good = random.choice(GOOD)
    return good[: random.randrange(len(good))]


def _rearranged(random: Random) -> bytes:
    first, second = random.choice(GOOD), random.choice(GOOD)
    return first[: random.randrange(len(first))] + second[random.randrange(len(second)) :]


def _intact(random: Random) -> bytes:
    return random.choice(GOOD)


def _flip(data: bytearray, at: int, random: Random) -> None:
    data[at : at + 1] = bytes([random.randrange(256)])


def _renumber(data: bytearray, at: int, random: Random) -> None:
    digits = [at for at, byte in enumerate(data) if 0x30 <= byte <= 0x39]
    if digits:
        data[random.choice(digits[:20])] = random.choice(b"0123456789")


def _drop(data: bytearray, at: int, random: Random) -> None:
    del data[at : at + random.randint(1, 20)]


def _insert(data: bytearray, at: int, random: Random) -> None:
    data[at:at] = random.choice(_INTERESTING)


def _insert_a_line(data: bytearray, at: int, random: Random) -> None:
    at = data.find(b"\n", at) + 1
    data[at:at] = random.choice(_INTERESTING)


def _repeat(data: bytearray, at: int, random: Random) -> None:
    data[at:at] = data[at : at + random.randint(1, 50)] * random.choice((1, 2, 300))


_DAMAGES: Sequence[Callable[[bytearray, int, Random], None]] = (
    _flip,
    _renumber,
    _drop,
    _insert,
    _insert_a_line,
    _repeat,
)


def _pieces(data: bytes, random: Random) -> list[bytes]:
    cuts = sorted(random.randrange(len(data) + 1) for _ in range(random.choice((0, 0, 1, 3))))
    return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
