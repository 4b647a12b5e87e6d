"""Closing goes on to its end, whoever is cancelled meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from clientele.http.transport.clients.closing import Undisturbed


@pytest.mark.parametrize("times", [1, 3])
def test_closing_goes_on_when_cancelled(times: int) -> None:
    """However often: it comes to its end first."""
    done: list[str] = []

    async def main() -> None:
        go = asyncio.Event()

        async def close() -> None:
            await asyncio.sleep(0)
            await go.wait()
            done.append("closed")

        closing = asyncio.ensure_future(_awaited(Undisturbed(close)))
        for _ in range(times):
            await asyncio.sleep(0.01)
            closing.cancel()
        await asyncio.sleep(0.01)
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await closing
        done.append("cancelled")

    asyncio.run(main())
    assert ["closed", "cancelled"] == done


async def _awaited(closing: Undisturbed) -> None:
    await closing
