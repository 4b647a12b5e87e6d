"""Pages: items, pages, both modes, functions and methods."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from typing import assert_type

from pydantic import BaseModel

from clientele.api import APIClient, AsyncPages, Cursor, LinkHeader, NextURL, Offset, Page, PageNumber, Pages, get
from clientele.http import FakeHTTPBackend

fake = FakeHTTPBackend(default_content={"data": []})
api = APIClient(base_url="https://api.example.com", http_backend=fake)


class User(BaseModel):
    id: int


class UserPage(BaseModel):
    data: list[User]
    next: str | None = None


@api.get("/users", pages=Cursor(items="data", next="next", param="cursor"))
def users(result: Pages[UserPage, User], team: str | None = None) -> Pages[UserPage, User]:
    return result


@api.get("/users", pages=Offset(items="data"))
async def ausers(result: AsyncPages[UserPage, User], team: str) -> AsyncPages[UserPage, User]:
    return result


@api.get("/users", pages=LinkHeader())
def plain(result: Pages[list[User], User]) -> Pages[list[User], User]:
    return result


class GitHub(APIClient):
    @get("/users", pages=NextURL(items="data"))
    def users(self, result: Pages[UserPage, User], team: str) -> Pages[UserPage, User]:
        return result

    @get("/users", pages=PageNumber(items="data"))
    async def ausers(self, result: AsyncPages[UserPage, User]) -> AsyncPages[UserPage, User]:
        return result


github = GitHub(base_url="https://api.example.com", http_backend=fake)


def synchronous() -> None:
    assert_type(users(), Pages[UserPage, User])
    assert_type(users(team="a").resume("1"), Pages[UserPage, User])
    assert_type(users.with_options(timeout=1.0)(), Pages[UserPage, User])
    assert_type(github.users("a"), Pages[UserPage, User])
    for user in users():
        assert_type(user, User)
    for page in users().pages(max_pages=2):
        assert_type(page, Page[UserPage, User])
        assert_type(page.result, UserPage)
        assert_type(page.items, list[User])
        assert_type(page.token, str | None)
    for one in plain():
        assert_type(one, User)


async def asynchronous() -> None:
    assert_type(await ausers("a"), AsyncPages[UserPage, User])
    assert_type(await users.aio(team="a"), AsyncPages[UserPage, User])
    assert_type(await github.users.aio("a"), AsyncPages[UserPage, User])
    assert_type(await github.ausers(), AsyncPages[UserPage, User])
    async for user in await users.aio():
        assert_type(user, User)
    async for page in (await ausers("a")).pages():
        assert_type(page.items, list[User])


def mistakes() -> None:
    users(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    users("a", "b")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    len(users())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
