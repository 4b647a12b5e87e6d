"""gzip and deflate, undone in any cut, checked to the end, and held to their limits."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientele.http.message.body.codings import BodyDecoder, CorruptContent, TooMuchContent

quick = settings(max_examples=120)

MIB = 1024 * 1024


def raw_deflate(content: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(content) + compressor.flush()


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def decoded(chunks: Iterable[bytes], coding: str | None, max_bytes: int | None = None) -> bytes:
    decoder = BodyDecoder(coding, max_bytes)
    content = b"".join(block for chunk in chunks for block in decoder.feed(chunk))
    decoder.finish()
    return content


def taken(blocks: Iterable[bytes]) -> tuple[int, str]:
    """How many bytes there were until TooMuchContent, and what it said."""
    got = 0
    try:
        for block in blocks:
            got += len(block)
    except TooMuchContent as error:
        return got, str(error)
    return got, ""


def pieces(content: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(content) + 1) for cut in cuts), len(content)]
    return [content[start:end] for start, end in pairwise(places)]


def coded(content: bytes, how: str) -> tuple[str, bytes]:
    """The Content-Encoding and the body."""
    return {
        "plain": ("", content),
        "identity": ("identity", content),
        "gzip": ("gzip", gzipped(content)),
        "x-gzip": (" X-GZip ,", gzipped(content)),
        "zlib": ("deflate", zlib.compress(content)),
        "raw deflate": ("Deflate", raw_deflate(content)),
        "stacked": ("deflate, gzip", gzipped(zlib.compress(content))),
        "stacked raw": ("gzip, identity, deflate", raw_deflate(gzipped(content))),
        "two members": ("gzip", gzipped(content[:3]) + gzipped(content[3:])),
        "empty members": ("gzip", gzipped(b"") + gzipped(content) + gzipped(b"")),
        "padded gzip": ("gzip", gzipped(content) + bytes(600)),
        "padding between": ("gzip", gzipped(content) + bytes(3) + gzipped(b"")),
        "padded zlib": ("deflate", zlib.compress(content) + bytes(600)),
        "padded raw": ("deflate", raw_deflate(content) + bytes(600)),
    }[how]


HOWS = [
    "plain", "identity", "gzip", "x-gzip", "zlib", "raw deflate", "stacked", "stacked raw", "two members",
    "empty members", "padded gzip", "padding between", "padded zlib", "padded raw",
]  # fmt: skip
CODED = [how for how in HOWS if how not in {"plain", "identity"}]
CONTENTS = [b"", b"a", b"hello " * 50, bytes(range(256)) * 2, b"x" * 64 * 1024, b"y" * (128 * 1024 + 1)]


@pytest.mark.parametrize("content", CONTENTS, ids=len)
@pytest.mark.parametrize("how", HOWS)
def test_every_coding_is_undone(how: str, content: bytes) -> None:
    """RSP-2 gzip, both dialects of deflate, stacked codings, members and padding decode to the original."""
    coding, body = coded(content, how)
    assert content == decoded([body], coding)
    assert content == decoded([body[at : at + 7] for at in range(0, len(body), 7)], coding)


@quick
@given(st.binary(max_size=300), st.sampled_from(HOWS), st.lists(st.integers(0, 1000), max_size=6))
def test_cuts_change_nothing(content: bytes, how: str, cuts: list[int]) -> None:
    """RSP-2 any cut of a body, empty chunks included, decodes to the original."""
    coding, body = coded(content, how)
    assert content == decoded(pieces(body, cuts), coding)


@pytest.mark.parametrize("how", ["gzip", "zlib", "raw deflate", "stacked", "stacked raw"])
def test_a_truncated_body_is_corrupt(how: str) -> None:
    """RSP-2 a body that is cut short anywhere is never taken for a complete one."""
    coding, body = coded(b"some content, some more content", how)
    for end in range(1, len(body)):
        with pytest.raises(CorruptContent):
            decoded([body[:end]], coding)


def test_a_truncated_second_member_is_corrupt() -> None:
    """RSP-2 so is one that is cut short in a later member, its first byte included."""
    first, second = gzipped(b"one"), gzipped(b"two")
    for end in range(1, len(second)):
        with pytest.raises(CorruptContent):
            decoded([first + second[:end]], "gzip")
        with pytest.raises(CorruptContent):
            decoded([first, second[:end]], "gzip")


@pytest.mark.parametrize("how", CODED)
@pytest.mark.parametrize("junk", [b"x", b"\x00x", b"\x00\x00garbage", b"\x1f", b"\x1f\x8b"])
def test_garbage_behind_the_end_is_corrupt(how: str, junk: bytes) -> None:
    """RSP-2 only NULs may follow the end, in the same chunk or in the next."""
    coding, body = coded(b"content", how)
    for chunks in ([body + junk], [body, junk]):
        with pytest.raises(CorruptContent):
            decoded(chunks, coding)


@pytest.mark.parametrize("how", ["gzip", "zlib"])
def test_a_wrong_checksum_is_corrupt(how: str) -> None:
    """RSP-2 a body with one bit turned over is not handed out as if it were whole."""
    coding, body = coded(b"content " * 20, how)
    broken = body[:-6] + bytes([body[-6] ^ 1]) + body[-5:] if how == "gzip" else body[:-1] + bytes([body[-1] ^ 1])
    with pytest.raises(CorruptContent):
        decoded([broken], coding)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, deflate", "identity", "", None])
def test_an_empty_body_is_empty_in_every_coding(coding: str | None) -> None:
    """RSP-2 no bytes at all are no corrupt body."""
    assert decoded([], coding) == b""
    assert decoded([b""], coding) == b""


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, br", "gzip;q=1", "utf-8", "aws-chunked", "none"])
def test_an_unknown_coding_is_corrupt(coding: str) -> None:
    """RSP-2 a coding that wasn't asked for is an error that names it, never raw bytes."""
    with pytest.raises(CorruptContent, match=rf"'{coding.rpartition(' ')[2]}' is unknown.*decode_content=False"):
        BodyDecoder(coding)


@pytest.mark.parametrize("coding", ["x" * 60_000, "\x1b[2K", "a\x85b"])
def test_the_name_of_a_coding_is_shown_short_and_printable(coding: str) -> None:
    """RSP-2 it is the server's to choose."""
    with pytest.raises(CorruptContent) as caught:
        BodyDecoder(coding)
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("count", [3, 1500])
def test_more_than_two_codings_raise(count: int) -> None:
    """RSP-2 each more multiplies by a thousand what a few bytes grow to, and no server needs it."""
    with pytest.raises(CorruptContent, match=f"{count} content codings.*decode_content=False"):
        BodyDecoder(", ".join(["gzip"] * count))


@quick
@given(
    st.binary(max_size=80), st.sampled_from(["gzip", "deflate", "gzip, deflate", "deflate, gzip"]), st.integers(1, 80)
)
def test_random_bytes_are_corrupt_or_content(body: bytes, coding: str, size: int) -> None:
    """RSP-2 nothing but our own errors comes of random bytes."""
    with suppress(CorruptContent, TooMuchContent):
        assert isinstance(decoded([body[at : at + size] for at in range(0, len(body), size)], coding), bytes)


@quick
@given(st.sampled_from(CODED), st.integers(0), st.integers(1, 255))
def test_a_damaged_body_gives_only_our_errors(how: str, place: int, damage: int) -> None:
    """RSP-2 one damaged byte anywhere is an error of ours, or content."""
    coding, body = coded(b"some content, some content", how)
    damaged = bytearray(body)
    damaged[place % len(body)] ^= damage
    with suppress(CorruptContent, TooMuchContent):
        assert isinstance(decoded([bytes(damaged)], coding), bytes)


@pytest.mark.parametrize("how", HOWS)
def test_the_limit_counts_decoded_bytes(how: str) -> None:
    """RSP-10 a body of exactly the limit is fine, and one byte more is TooMuchContent."""
    coding, body = coded(b"0123456789" * 10, how)
    assert len(decoded([body], coding, 100)) == 100
    with pytest.raises(TooMuchContent, match="max_response_bytes=99"):
        decoded([body], coding, 99)


def test_the_limit_stops_the_work_in_time() -> None:
    """RSP-10 no more than a block past the limit is ever decoded."""
    got, problem = taken(BodyDecoder("gzip", MIB).feed(gzipped(bytes(20 * MIB))))
    assert "max_response_bytes" in problem
    assert MIB - 64 * 1024 <= got <= MIB


def test_a_bomb_is_stopped_at_64_mib_with_flat_memory() -> None:
    """RSP-2 output past 64 MiB at more than 200:1 is TooMuchContent, and what was decoded is not kept."""
    bomb = gzipped(bytes(80 * MIB))
    tracemalloc.start()
    try:
        got, problem = taken(BodyDecoder("gzip").feed(bomb))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "200 times" in problem
    assert 64 * MIB - 64 * 1024 < got <= 64 * MIB
    assert peak < 2 * MIB


def test_a_bomb_up_to_64_mib_is_content() -> None:
    """RSP-2 small bodies may grow as much as they like."""
    decoder = BodyDecoder("gzip")
    assert sum(map(len, decoder.feed(gzipped(bytes(64 * MIB))))) == 64 * MIB
    decoder.finish()


def test_a_large_body_that_grows_little_is_content() -> None:
    """RSP-2 past 64 MiB it is the ratio that counts: 65 MiB at 1:1 pass, coded or not."""
    block = bytes(MIB)
    stored = zlib.compressobj(0, wbits=31)
    chunks = [*(stored.compress(block) for _ in range(65)), stored.flush()]
    for coding, body in (("gzip", chunks), (None, [block] * 65)):
        decoder = BodyDecoder(coding)
        assert sum(len(out) for chunk in body for out in decoder.feed(chunk)) == 65 * MIB
        decoder.finish()
