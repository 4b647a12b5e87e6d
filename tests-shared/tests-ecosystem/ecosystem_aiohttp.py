"""aiohttp, our backend on it, and the mock for it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Any

import aiohttp
import aioresponses

from clientele.http import aiohttp_backend
from ecosystem_calls import Library
from ecosystem_mocks import URL, Mock
from ecosystem_rows import World


async def _send(session: aiohttp.ClientSession, method: str, url: str, content: Any) -> tuple[int, bytes]:
    async with session.request(method, url, data=content) as response:
        return response.status, await response.read()


AIOHTTP = Library(
    "aiohttp",
    True,
    aiohttp_backend.AiohttpHTTPBackend,
    aiohttp.ClientSession,
    _send,
    aiohttp.ClientSession.close,
)


AIOHTTP_UNDECODED = replace(
    AIOHTTP,
    name="aiohttp, decode_content=False",
    backend=partial(aiohttp_backend.AiohttpHTTPBackend, decode_content=False),
)


class Aioresponses(Mock):
    """https://github.com/pnuckowski/aioresponses."""

    native_error = aiohttp.ClientConnectionError

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._mock = aioresponses.aioresponses()

    def active(self) -> AbstractContextManager[Any]:
        return self._mock

    def answer(self, body: bytes, headers: dict[str, str]) -> None:
        self._mock.post(URL, body=body, headers=headers)

    def fail(self) -> None:
        self._mock.post(URL, exception=aiohttp.ClientConnectionError("the tool says so"))

    def sent(self) -> list[Any]:
        return [call.kwargs["data"] for calls in (self._mock.requests or {}).values() for call in calls]
