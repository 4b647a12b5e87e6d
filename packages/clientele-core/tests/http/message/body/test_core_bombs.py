"""Bodies that are made to keep a client busy: small ones that grow, at any stage of their decoding."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from time import process_time

import pytest

from clientele.http.message.body.codings import BodyDecoder, CorruptContent, TooMuchContent
from clientele.http.runtime.deadline import Deadline, DeadlinePassed

MIB = 1024 * 1024
EMPTY_MEMBER = gzip.compress(b"", mtime=0)
NO_BLOCK = b"\0\0\0\xff\xff"
"""A block of deflate that holds nothing."""


def repeated(head: bytes, unit: bytes, size: int, tail: bytes = b"") -> bytes:
    """gzip of `head`, about `size` bytes of `unit`, and `tail`, made without holding them."""
    packer = zlib.compressobj(9, wbits=31)
    block = unit * (MIB // len(unit))
    packed = [packer.compress(head), *(packer.compress(block) for _ in range(size // MIB))]
    return b"".join([*packed, packer.compress(tail), packer.flush()])


SWALLOWED: dict[str, Callable[[int], bytes]] = {
    "padding": lambda size: repeated(gzip.compress(b"hello"), b"\0", size),
    "empty members": lambda size: repeated(b"", EMPTY_MEMBER, size),
    "a file name without an end": lambda size: repeated(b"\x1f\x8b\x08\x08\0\0\0\0\0\xff", b"a", size),
    "blocks without content": lambda size: repeated(b"\x1f\x8b\x08\0\0\0\0\0\0\xff", NO_BLOCK, size),
    "members of one byte": lambda size: repeated(b"", gzip.compress(b"x"), size),
}
"""Gzip bodies that an inner stage takes without putting out anything, or nearly so."""


@cache
def bomb(kind: str) -> bytes:
    """A megabyte at most, of which the outer stage makes 128 MiB."""
    return SWALLOWED[kind](128 * MIB)


def work(decoder: BodyDecoder, body: bytes) -> float:
    """The seconds of CPU until the decoder has had enough."""
    begin = process_time()
    with pytest.raises((CorruptContent, TooMuchContent, DeadlinePassed)):
        for _ in decoder.feed(body):
            pass
    return process_time() - begin


@pytest.mark.parametrize("kind", SWALLOWED)
def test_what_an_inner_coding_swallows_counts(kind: str) -> None:
    """RSP-2 no stage works on more than 64 MiB or 200 times what came, whatever comes out in the end."""
    body = bomb(kind)
    assert len(body) < MIB
    assert work(BodyDecoder("gzip, gzip", max_bytes=1000), body) < 8


@pytest.mark.parametrize("kind", SWALLOWED)
def test_the_deadline_is_looked_at_between_the_blocks_of_every_stage(kind: str) -> None:
    """TMO-2 decoding what has come is part of an exchange, also where nothing comes out."""
    deadline = Deadline(0.05)
    with pytest.raises((CorruptContent, DeadlinePassed)):
        for _ in BodyDecoder("gzip, gzip", deadline=deadline).feed(bomb(kind)):
            pass
    assert work(BodyDecoder("gzip, gzip", deadline=deadline), bomb(kind)) < 1


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_padding_is_a_block_at_most(coding: str) -> None:
    """RSP-2 64 KiB of NULs behind the end, in one piece or in many; one more is corrupt."""
    body = gzip.compress(b"content") if coding == "gzip" else zlib.compress(b"content")

    def decoded(padding: int, size: int) -> Iterator[bytes]:
        decoder, data = BodyDecoder(coding), body + bytes(padding)
        for start in range(0, len(data), size):
            yield from decoder.feed(data[start : start + size])
        decoder.finish()

    for size in (1 << 20, 1000):
        assert b"".join(decoded(64 * 1024, size)) == b"content"
        with pytest.raises(CorruptContent, match="NULs"):
            list(decoded(64 * 1024 + 1, size))


def test_padding_between_members_counts_as_well() -> None:
    """RSP-2 all of it together."""
    body = (gzip.compress(b"") + bytes(1000)) * 100
    with pytest.raises(CorruptContent, match="NULs"):
        list(BodyDecoder("gzip").feed(body))


def test_members_of_a_log_are_no_bomb() -> None:
    """RSP-2 a file to which short members are appended is content, however many there are."""
    member = gzip.compress(b"one line of a log\n")
    body = member * 100_000
    assert sum(map(len, BodyDecoder("gzip").feed(body))) == 100_000 * 18
