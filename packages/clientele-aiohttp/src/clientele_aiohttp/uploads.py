"""A request body that comes in pieces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Callable
from typing import Any, NoReturn, cast

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from clientele.http.sockets import news_of, take_in


class Upload(aiohttp.Payload):
    """Sends each piece before it asks for the next one, so that their iterator knows how fast they are taken.

    aiohttp sends the head of a request together with the first piece; here it goes ahead, for the server to refuse what
    it doesn't want. What goes wrong in the iterator is the caller's, and would get lost among the faults of aiohttp.

    Attributes:
        error: what the iterator has raised.
    """

    _autoclose = True  # Private: there is nothing to close, and aiohttp would warn about it.

    def __init__(self, pieces: AsyncIterable[bytes]) -> None:
        super().__init__(pieces)
        self._pieces = aiter(pieces)
        self.error: Exception | None = None

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> NoReturn:  # noqa: ARG002
        """It can't be shown."""
        raise TypeError("the body is read only once, while it is sent")

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Send all of it."""
        writer.send_headers()
        has_news = _news_of(writer)
        while (piece := await self._next()) is not None:
            await take_in(has_news)
            await writer.write(piece)
            await writer.drain()
            # A server that takes all at once never makes anyone wait, and nothing else would get its turn.
            await asyncio.sleep(0)
        await take_in(has_news)  # What follows is the last chunk.

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:  # noqa: ARG002
        """Send all of it; its length has been checked."""
        await self.write(writer)

    async def _next(self) -> bytes | None:
        try:
            return await anext(self._pieces, None)
        except Exception as error:
            self.error = error
            raise


def _news_of(writer: AbstractStreamWriter) -> Callable[[], bool]:
    """Within a tunnel, and when the connection is gone, there is no socket to look at."""
    transport = cast(Any, writer).transport
    socket = None if transport is None else transport.get_extra_info("socket")
    return _never if socket is None else news_of(socket)


def _never() -> bool:
    return False
