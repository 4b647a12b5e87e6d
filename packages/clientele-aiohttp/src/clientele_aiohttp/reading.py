"""The body of a response, as it arrives.

What has come before a fault is read before the fault is raised, however slow the reader is. aiohttp would forget it;
that a stream has it in `_buffer` and gives it away by `_read_nowait` is private, and tested with the lowest and the
newest version.
"""

from __future__ import annotations

import aiohttp


class Chunks:
    """Whatever has come since one asked last."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    def __aiter__(self) -> Chunks:
        return self

    async def __anext__(self) -> bytes:
        content = self._response.content
        if content.exception() is not None and content._buffer:  # noqa: SLF001
            return content._read_nowait(-1)  # noqa: SLF001
        try:
            chunk = await content.readany()
        except RuntimeError as error:
            # That is how aiohttp says it, if the session was closed.
            raise aiohttp.ClientConnectionError("the connection was closed") from error
        if not chunk:
            raise StopAsyncIteration
        return chunk

    async def close(self) -> None:
        """Close the connection, unless the body was read: then it has been given back."""
        if not self._response.closed:
            self._response.close()
