"""`pages`: pages that don't match their declaration, and mistakes in the declaration."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, cast

import pytest

from clientele.api import (
    APIClient,
    APIException,
    BearerAuth,
    Body,
    ConfigurationError,
    Cursor,
    LinkHeader,
    NextURL,
    Offset,
    PageNumber,
    Pages,
    ResponseValidationError,
)
from paged_users import CURSOR, HOME, MODES, Seen, User, UserPage, page, sync_ids


@pytest.fixture
def fake() -> Seen:
    return Seen()


@pytest.fixture
def api(fake: Seen) -> APIClient:
    return APIClient(base_url=f"{HOME}/v1", http_backend=fake, auth=BearerAuth("t0p-secret"), headers={"X-Key": "k3y"})


@MODES
@pytest.mark.parametrize(
    ("paging", "link"), [(CURSOR, "a"), (NextURL(items="data", next="meta.next"), "/v1/users?page=2")]
)
def test_pages_without_an_end_raise(
    api: APIClient, fake: Seen, ids: Callable[..., list[int]], paging: Any, link: str
) -> None:
    """The same cursor twice."""
    fake.on("GET", "/v1/users").reply(200, page(1, next=link))
    with pytest.raises(APIException, match="already requested") as raised:
        ids(api, paging)
    assert raised.value.response.status_code == 200
    assert len(fake.sent) == 2


def test_a_body_without_members_takes_no_cursor(api: APIClient, fake: Seen) -> None:
    """It is said before the call is made."""

    @api.post("/search", pages=Cursor(items="data", next="meta.next", place="body"))
    def search(result: Pages[UserPage, User], data: Annotated[list[int], Body()]) -> Pages[UserPage, User]:
        return result

    fake.on("POST", "/v1/search").reply(200, page(1, next="a"))
    with pytest.raises(ConfigurationError, match="isn't a JSON object"):
        list(search([1]))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"data": [{"id": "x"}]}, "data.0.id"),
        ({"data": {}}, "data"),
        ({"data": [], "meta": {"next": [1]}}, "meta.next"),
    ],
)
def test_a_page_that_does_not_match_its_type_raises(api: APIClient, fake: Seen, content: Any, reason: str) -> None:
    """As any body does."""
    fake.on("GET", "/v1/users").reply(200, content)
    with pytest.raises(ResponseValidationError, match=reason):
        sync_ids(api, CURSOR)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"data": "text"}, "the items are str"),
        ({"data": [{"id": "x"}]}, "item 0.id"),
        ({"data": [], "next": {"a": 1}}, "the next page is dict"),
        ({"data": [], "next": True}, "the next page is bool"),
    ],
)
@MODES
def test_an_untyped_page_is_validated(
    api: APIClient, fake: Seen, ids: Callable[..., list[int]], content: Any, reason: str
) -> None:
    """Where the type of the page leaves it open."""
    fake.on("GET", "/v1/users").reply(200, content)
    told: list[str] = []

    def failed(error: Exception) -> None:
        told.append(str(error))

    client = APIClient(base_url=f"{HOME}/v1", http_backend=fake, on_error=[failed])

    @client.get("/users", pages=Cursor(items="data"))
    def users(result: Pages[Any, User]) -> Pages[Any, User]:
        return result

    async def walk() -> list[int]:
        return [user.id async for user in await users.aio()]

    with pytest.raises(ResponseValidationError, match=reason):
        list(users()) if ids is sync_ids else asyncio.run(walk())
    assert len(told) == 1


def mistake(make: Callable[[APIClient], Any]) -> str:
    with pytest.raises(ConfigurationError) as raised:
        make(APIClient(base_url=HOME, http_backend=Seen()))
    return str(raised.value)


def _plain(api: APIClient, paging: Any, **options: Any) -> Any:
    @api.get("/users", pages=paging, **options)
    def users(result: Pages[UserPage, User]) -> Pages[UserPage, User]:
        return result

    return users


def _no_pages(api: APIClient) -> Any:
    @api.get("/users")
    def users(result: Pages[UserPage, User]) -> Pages[UserPage, User]:
        return result


def _list(api: APIClient) -> Any:
    @api.get("/users", pages=CURSOR)
    def users(result: list[User]) -> list[User]:
        return result


def _sync(api: APIClient) -> Any:
    @api.get("/users", pages=CURSOR)
    async def users(result: Pages[UserPage, User]) -> Pages[UserPage, User]:
        return result


def _response(api: APIClient) -> Any:
    @api.get("/users", pages=CURSOR)
    def users(result: Pages[UserPage, User], response: Any) -> Pages[UserPage, User]:
        return result


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda api: _plain(api, Cursor), "the class Cursor"),
        (lambda api: _plain(api, "next"), "not str"),
        (lambda api: _plain(api, Cursor(items="datta")), "UserPage has no field 'datta'; it has data, meta"),
        (lambda api: _plain(api, Cursor(items="data", next="")), "a path such as"),
        (lambda api: _plain(api, CURSOR, streaming_response=True), "keep one of them"),
        (lambda api: _plain(api, CURSOR, response_map={200: UserPage}), "keep one of them"),
        (lambda api: _plain(api, Cursor(items="data", next="meta.next", place=cast(Any, "header"))), "place='header'"),
        (lambda api: _plain(api, Cursor(items="data", next="meta.next", param="")), "Cursor(param=...) is ''"),
        (lambda api: _plain(api, Offset(items="data", param=cast(Any, 1))), "Offset(param=...) is 1"),
        (lambda api: _plain(api, PageNumber(items="data", param="")), "PageNumber(param=...)"),
        (lambda api: _plain(api, LinkHeader(items="data", rel="")), "LinkHeader(rel=...)"),
        (_no_pages, "say where the next page is"),
        (_list, "such as Pages[UserPage, User]"),
        (_sync, "AsyncPages"),
        (_response, "page.response"),
    ],
)
def test_mistakes_raise_at_decoration(make: Callable[[APIClient], Any], said: str) -> None:
    """With the name of the function, and what to write."""
    assert said in mistake(make)
