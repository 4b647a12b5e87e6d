"""Functions of a kind that their backend has no calls for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, ClassVar

import pytest

from clientele.api import APIClient
from clientele.http import FakeHTTPBackend, Response
from clientele.http.backends import AsyncOnly, SyncOnly


class SyncBackend(SyncOnly, FakeHTTPBackend):
    name: ClassVar[str] = "sync-fake"


class AsyncBackend(AsyncOnly, FakeHTTPBackend):
    name: ClassVar[str] = "async-fake"


def declared(api: APIClient) -> dict[str, Callable[[], Any]]:
    """A call of every kind."""

    @api.get("/x")
    def call(result: Any) -> Any:
        return result

    @api.get("/x")
    async def acall(result: Any) -> Any:
        return result

    @api.get("/x", streaming_response=True)
    def stream(result: Iterator[str]) -> Iterator[str]:
        return result

    @api.get("/x", streaming_response=True)
    async def astream(result: AsyncIterator[str]) -> AsyncIterator[str]:
        return result

    async def items() -> list[str]:
        return [item async for item in await astream()]

    return {
        "call": call,
        "request": lambda: api.request("GET", "/x", result=Any),
        "stream": lambda: list(stream()),
        "acall": lambda: asyncio.run(acall()),
        "arequest": lambda: asyncio.run(api.arequest("GET", "/x", result=Any)),
        "astream": lambda: asyncio.run(items()),
    }


@pytest.mark.parametrize(
    ("backend", "refused"),
    [(SyncBackend, ("acall", "arequest", "astream")), (AsyncBackend, ("call", "request", "stream"))],
)
def test_what_a_backend_lacks_shows_at_the_call(backend: type[FakeHTTPBackend], refused: tuple[str, ...]) -> None:
    """CAP-1 decorating is no mistake: a client may have both; nothing is sent, and the error names who could."""
    fake = backend(default_content=b"1")
    calls = declared(APIClient(base_url="https://a", http_backend=fake))
    for name in refused:
        with pytest.raises(NotImplementedError, match=rf"^{backend.__name__}\.\w+: this backend makes no \w+ calls"):
            calls[name]()
    assert fake.requests == []
    for name in calls.keys() - set(refused):
        assert calls[name]() in (1, ["1"])
    assert len(fake.requests) == 3


def test_a_native_response_becomes_ours() -> None:
    """What a backend of the user's returns goes through its `convert_to_response`."""

    class Native(FakeHTTPBackend):
        def send_sync_request(self, method: str, url: str, **kwargs: Any) -> Any:
            return method, url

        async def send_async_request(self, method: str, url: str, **kwargs: Any) -> Any:
            return method, url

        @staticmethod
        def convert_to_response(native_response: Any) -> Response:
            return Response(status_code=200, content=b'"%s"' % native_response[1].encode())

    calls = declared(APIClient(base_url="https://a", http_backend=Native()))
    assert ["https://a/x"] * 4 == [calls[name]() for name in ("call", "request", "acall", "arequest")]
