"""The write limit of core: blocks of a body, each taken in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from clientele.http.writes import BLOCK, WriteLimit, WriteStalled

SECONDS = 0.2


async def pieces(*sizes: int) -> AsyncIterator[bytes]:
    for number, size in enumerate(sizes):
        yield bytes([number]) * size


async def taken(body: bytes | AsyncIterator[bytes], limit: WriteLimit) -> list[bytes]:
    return [block async for block in limit.blocks(body)]


def test_a_body_goes_out_whole_and_in_blocks() -> None:
    """TMO-1 however it is cut before."""
    small, large = bytes(BLOCK), bytes(2 * BLOCK + 1)
    assert [small] == asyncio.run(taken(small, WriteLimit(SECONDS)))
    assert [BLOCK, BLOCK, 1] == list(map(len, asyncio.run(taken(large, WriteLimit(SECONDS)))))
    blocks = asyncio.run(taken(pieces(3, BLOCK + 2), WriteLimit(SECONDS)))
    assert [3, BLOCK, 2] == list(map(len, blocks))
    assert bytes(3) + b"\x01" * (BLOCK + 2) == b"".join(blocks)


def test_a_block_that_is_not_taken_ends_the_exchange() -> None:
    """TMO-1 the one that sends it is cancelled."""
    cancelled = list[bool]()

    async def send(limit: WriteLimit) -> None:
        async for _ in limit.blocks(bytes(10 * BLOCK)):
            try:
                await asyncio.sleep(20.0)
            except asyncio.CancelledError:
                cancelled.append(True)
                raise

    async def main() -> None:
        limit = WriteLimit(SECONDS)
        with pytest.raises(WriteStalled):
            await limit.within(send(limit))

    asyncio.run(main())
    assert [True] == cancelled


@pytest.mark.parametrize("seconds", [SECONDS, None])
def test_only_the_wait_for_the_server_is_limited(seconds: float | None) -> None:
    """TMO-1 neither the caller's iterable nor the response after the body, nor the sum of many blocks."""

    async def slow() -> AsyncIterator[bytes]:
        for _ in range(2):
            await asyncio.sleep(2 * SECONDS)
            yield b"x"

    async def send(limit: WriteLimit) -> str:
        async for _ in limit.blocks(slow()):
            await asyncio.sleep(0 if seconds else 2 * SECONDS)
        await asyncio.sleep(2 * SECONDS)
        return "answer"

    async def main() -> Any:
        limit = WriteLimit(seconds)
        return await limit.within(send(limit))

    assert "answer" == asyncio.run(main())


def test_a_body_may_go_on_after_the_answer() -> None:
    """DLV-2 a server may answer before it has everything."""

    async def main() -> list[int]:
        limit = WriteLimit(SECONDS)
        blocks = limit.blocks(bytes(3 * BLOCK))
        assert "answer" == await limit.within(first_of(blocks))
        return [len(block) async for block in blocks]

    async def first_of(blocks: AsyncIterator[bytes]) -> str:
        await anext(blocks)
        return "answer"

    assert [BLOCK, BLOCK] == asyncio.run(main())


def test_what_the_exchange_raises_passes_through() -> None:
    """ERR-1 a TimeoutError of the library's is not ours."""

    async def fail() -> None:
        raise TimeoutError("theirs")

    with pytest.raises(TimeoutError, match="theirs"):
        asyncio.run(WriteLimit(SECONDS).within(fail()))
