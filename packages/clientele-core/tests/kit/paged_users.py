"""Users that come in pages: what a fake is sent, and a function of each mode that lists them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import (
    APIClient,
    AsyncPages,
    Cursor,
    Pages,
)
from clientele.http import FakeHTTPBackend, Headers
from clientele.http.wire import AsyncWireResponse, SyncWireResponse, WireRequest

HOME = "https://api.example.com"


class User(BaseModel):
    id: int


class Meta(BaseModel):
    next: str | int | None = None
    total: int | None = None
    last: int | None = None


class UserPage(BaseModel):
    data: list[User] = []
    meta: Meta = Meta()


class Seen(FakeHTTPBackend):
    """A fake that keeps what it is sent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.sent: list[WireRequest] = []

    def exchange(self, client: Any, request: WireRequest) -> SyncWireResponse:
        self.sent.append(request)
        return super().exchange(client, request)

    async def async_exchange(self, client: Any, request: WireRequest) -> AsyncWireResponse:
        self.sent.append(request)
        return await super().async_exchange(client, request)

    def urls(self) -> list[str]:
        return [str(request.url) for request in self.sent]

    def headers(self, index: int) -> Headers:
        return Headers(self.sent[index].headers)


def page(*ids: int, **meta: Any) -> dict[str, Any]:
    return {"data": [{"id": each} for each in ids], "meta": meta}


def declared(api: APIClient, paging: Any) -> Any:
    @api.get("/users", pages=paging)
    def users(result: Pages[UserPage, User], team: str | None = None) -> Pages[UserPage, User]:
        return result

    return users


def adeclared(api: APIClient, paging: Any) -> Any:
    @api.get("/users", pages=paging)
    async def users(result: AsyncPages[UserPage, User], team: str | None = None) -> AsyncPages[UserPage, User]:
        return result

    return users


def sync_ids(api: APIClient, paging: Any, **arguments: Any) -> list[int]:
    return [user.id for user in declared(api, paging)(**arguments)]


def async_ids(api: APIClient, paging: Any, **arguments: Any) -> list[int]:
    async def walk() -> list[int]:
        return [user.id async for user in await adeclared(api, paging)(**arguments)]

    return asyncio.run(walk())


def aio_ids(api: APIClient, paging: Any, **arguments: Any) -> list[int]:
    async def walk() -> list[int]:
        return [user.id async for user in await declared(api, paging).aio(**arguments)]

    return asyncio.run(walk())


MODES = pytest.mark.parametrize("ids", [sync_ids, async_ids, aio_ids], ids=["sync", "async", "aio"])


CURSOR = Cursor(items="data", next="meta.next", param="cursor")
