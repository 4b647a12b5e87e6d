"""The limits of core on the waits of an asynchronous exchange."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable
from typing import Any, cast

import pytest

from clientele.http import Timeout
from clientele.http.message.urls import parse_url
from clientele.http.transport.connections.waits import BLOCK, UNLIMITED, ReadStalled, Waits, WriteStalled, waits_of
from clientele.http.wire import WireRequest

SECONDS = 0.2
AMPLE = 20.0


def request(body: Any = None, **limits: float | None) -> WireRequest:
    """With limits only where they are given."""
    none = dict.fromkeys(("connect", "read", "write", "pool"))
    return WireRequest("POST", parse_url("http://localhost/")[0], (), body, Timeout(**{**none, **limits}))


def limit_of(write: float | None) -> Waits:
    return Waits(request(b"", write=write), reads=False, writes=True)


async def pieces(*sizes: int) -> AsyncIterator[bytes]:
    for number, size in enumerate(sizes):
        yield bytes([number]) * size


async def taken(body: bytes | AsyncIterator[bytes]) -> list[bytes]:
    return [block async for block in limit_of(SECONDS).blocks(body)]


def test_a_body_goes_out_whole_and_in_blocks() -> None:
    """TMO-1 however it is cut before."""
    small, large = bytes(BLOCK), bytes(2 * BLOCK + 1)
    assert [small] == asyncio.run(taken(small))
    assert [BLOCK, BLOCK, 1] == list(map(len, asyncio.run(taken(large))))
    blocks = asyncio.run(taken(pieces(3, BLOCK + 2)))
    assert [3, BLOCK, 2] == list(map(len, blocks))
    assert bytes(3) + b"\x01" * (BLOCK + 2) == b"".join(blocks)


@pytest.mark.parametrize(
    ("write", "pause", "sizes"),
    [(AMPLE * 20, 0, [1, 2, 4, 4, 1]), (None, 0, [1, 2, 4, 4, 1]), (2.0, 0.2, [1, 1, 1])],
    ids=["quickly", "without a limit", "slowly"],
)
def test_blocks_grow_while_they_are_taken_quickly(write: float | None, pause: float, sizes: list[int]) -> None:
    """TMO-1 up to what the adapter wants; a slow server gets small ones, each of which has the limit for itself."""

    async def main() -> list[int]:
        waits = Waits(request(b"", write=write), reads=False, writes=True, most=4 * BLOCK)
        taken = list[int]()
        async for block in waits.blocks(bytes(sum(sizes) * BLOCK)):
            taken.append(len(block) // BLOCK)
            await asyncio.sleep(pause)
        return taken

    assert sizes == asyncio.run(main())


def test_a_block_that_is_not_taken_ends_the_exchange() -> None:
    """TMO-1 the one that sends it is cancelled."""
    cancelled = list[bool]()

    async def send(limit: Waits) -> None:
        async for _ in limit.blocks(bytes(10 * BLOCK)):
            try:
                await asyncio.sleep(20.0)
            except asyncio.CancelledError:
                cancelled.append(True)
                raise

    async def main() -> None:
        limit = limit_of(SECONDS)
        with pytest.raises(WriteStalled):
            await limit.head(send(limit))

    asyncio.run(main())
    assert [True] == cancelled


@pytest.mark.parametrize("seconds", [SECONDS, None])
def test_only_the_wait_for_the_server_is_limited(seconds: float | None) -> None:
    """TMO-1 neither the caller's iterable nor the response after the body, nor the sum of many blocks."""

    async def slow() -> AsyncIterator[bytes]:
        for _ in range(2):
            await asyncio.sleep(2 * SECONDS)
            yield b"x"

    async def send(limit: Waits) -> str:
        async for _ in limit.blocks(slow()):
            await asyncio.sleep(0 if seconds else 2 * SECONDS)
        await asyncio.sleep(2 * SECONDS)
        return "answer"

    async def main() -> Any:
        limit = limit_of(seconds)
        return await limit.head(send(limit))

    assert "answer" == asyncio.run(main())


def test_a_body_may_go_on_after_the_answer() -> None:
    """DLV-2 a server may answer before it has everything."""

    async def main() -> list[int]:
        limit = limit_of(SECONDS)
        blocks = limit.blocks(bytes(3 * BLOCK))
        assert "answer" == await limit.head(first_of(blocks))
        return [len(block) async for block in blocks]

    async def first_of(blocks: AsyncIterator[bytes]) -> str:
        await anext(blocks)
        return "answer"

    assert [BLOCK, BLOCK] == asyncio.run(main())


def test_what_the_exchange_raises_passes_through() -> None:
    """ERR-1 a TimeoutError of the library's is not ours."""

    async def fail() -> None:
        raise TimeoutError("theirs")

    async def limited(exchange: Awaitable[None]) -> None:
        await limit_of(SECONDS).head(exchange)

    with pytest.raises(TimeoutError, match="theirs"):
        asyncio.run(limited(fail()))


def test_what_the_library_limits_is_left_to_it() -> None:
    """TMO-1 and so is a body that fits into the operating system's buffers."""
    assert UNLIMITED is waits_of(request(bytes(BLOCK)), reads=False, writes=True)
    assert UNLIMITED is waits_of(request(bytes(BLOCK + 1)), reads=False, writes=False)


def reading(body: Any = None, **limits: float | None) -> tuple[WireRequest, Waits]:
    asked = request(body, **limits)
    return asked, Waits(asked, reads=True, writes=True)


def blocks_of(asked: WireRequest) -> AsyncIterable[bytes]:
    return cast(AsyncIterable[bytes], asked.body)


def test_silence_has_a_limit_once_the_request_is_out() -> None:
    """TMO-1 whoever tells so: the adapter, or the last block of the body."""

    async def told() -> None:
        asked, waits = reading(connect=AMPLE, read=SECONDS)

        async def exchange() -> None:
            asked.sent()
            await asyncio.sleep(AMPLE)

        await waits.head(exchange())

    async def seen() -> None:
        asked, waits = reading(bytes(3 * BLOCK), connect=SECONDS / 2, read=SECONDS / 2)

        async def exchange() -> None:
            async for _ in blocks_of(asked):
                await asyncio.sleep(2 * SECONDS)
            await asyncio.sleep(AMPLE)

        await waits.head(exchange())

    async def small() -> None:
        await reading(connect=SECONDS / 2, read=SECONDS / 2)[1].head(asyncio.sleep(AMPLE))

    for main in (told, seen, small):
        with pytest.raises(ReadStalled):
            asyncio.run(main())


def test_a_body_that_is_never_asked_for_has_a_limit() -> None:
    """TMO-1 such as one that the library keeps back until the server has agreed to it."""

    async def main() -> None:
        await reading(bytes(3 * BLOCK), connect=SECONDS / 2, write=SECONDS / 2)[1].head(asyncio.sleep(AMPLE))

    with pytest.raises(WriteStalled):
        asyncio.run(main())


async def chunks(*pauses: float) -> AsyncIterator[bytes]:
    for pause in pauses:
        await asyncio.sleep(pause)
        yield b"chunk"


def test_each_chunk_has_the_limit_for_itself() -> None:
    """TMO-1 a slow body is read; one timer is enough, whatever it was set to before."""

    async def main() -> None:
        _, waits = reading(connect=AMPLE, read=2.0)
        await waits.head(asyncio.sleep(0))
        body = chunks(*[SECONDS] * 15, AMPLE)
        for _ in range(15):
            assert b"chunk" == await waits.chunk(body)
        with pytest.raises(ReadStalled):
            await waits.chunk(body)
        assert await waits.chunk(body) is None

    asyncio.run(main())


def test_the_time_between_two_waits_is_the_callers() -> None:
    """TMO-1 a slow reader is not cancelled."""

    async def main() -> None:
        _, waits = reading(read=SECONDS)
        body = chunks(0, 0)
        assert b"chunk" == await waits.chunk(body)
        await asyncio.sleep(3 * SECONDS)
        assert b"chunk" == await waits.chunk(body)

    asyncio.run(main())


def test_an_early_answer_has_its_own_limit() -> None:
    """TMO-1 what is still being sent meanwhile changes nothing about the waits for chunks."""

    async def main() -> None:
        asked, waits = reading(bytes(3 * BLOCK), read=SECONDS, write=AMPLE)
        blocks = aiter(blocks_of(asked))

        async def send_the_rest() -> None:
            async for _ in blocks:
                pass

        await waits.head(anext(blocks))
        body = chunks(AMPLE)
        waiting = asyncio.ensure_future(waits.chunk(body))
        await asyncio.sleep(0)
        await send_the_rest()
        with pytest.raises(ReadStalled):
            await waiting

    asyncio.run(main())


def test_a_cancellation_is_not_a_timeout() -> None:
    """CON-2 neither another's alone nor one that comes with it."""

    async def main() -> None:
        _, waits = reading(read=AMPLE)
        waiting = asyncio.ensure_future(waits.chunk(chunks(AMPLE)))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SECONDS):
                await waits.chunk(chunks(AMPLE))

        _, waits = reading(read=SECONDS)
        waiting = asyncio.ensure_future(waits.chunk(slow_to_leave()))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    async def slow_to_leave() -> AsyncIterator[bytes]:
        try:
            await asyncio.sleep(AMPLE)
            yield b""
        finally:
            await asyncio.sleep(AMPLE)

    asyncio.run(main())


def test_the_task_goes_on_as_if_nothing_had_been_cancelled() -> None:
    """CON-2 after a limit was hit."""

    async def main() -> int:
        with pytest.raises(ReadStalled):
            await reading(read=SECONDS)[1].chunk(chunks(AMPLE))
        await asyncio.sleep(0)
        task = asyncio.current_task()
        return -1 if task is None else task.cancelling()

    assert 0 == asyncio.run(main())
