"""`pages`: the strategies that find the next page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, Field

from clientele.api import (
    APIClient,
    BearerAuth,
    Cursor,
    LinkHeader,
    NextURL,
    Offset,
    PageNumber,
    Pages,
)
from clientele.http.fake import Reply
from paged_users import CURSOR, HOME, MODES, Seen, User, UserPage, page, sync_ids


@pytest.fixture
def fake() -> Seen:
    return Seen()


@pytest.fixture
def api(fake: Seen) -> APIClient:
    return APIClient(base_url=f"{HOME}/v1", http_backend=fake, auth=BearerAuth("t0p-secret"), headers={"X-Key": "k3y"})


@MODES
def test_a_cursor_is_followed_to_the_end(api: APIClient, fake: Seen, ids: Callable[..., list[int]]) -> None:
    """The query of the call stays; the cursor comes in, and takes the place of the one before."""
    fake.on("GET", "/v1/users").reply_with(
        Reply(200, page(1, 2, next="a b")), Reply(200, page(next=7)), Reply(200, page(3))
    )
    assert ids(api, CURSOR, team="x") == [1, 2, 3]
    assert fake.urls() == [f"{HOME}/v1/users?team=x{more}" for more in ("", "&cursor=a%20b", "&cursor=7")]


@MODES
def test_offsets_count_items(api: APIClient, fake: Seen, ids: Callable[..., list[int]]) -> None:
    """The total ends the pages, without another call."""
    fake.on("GET", "/v1/users").reply_with(Reply(200, page(1, 2, total=3)), Reply(200, page(3, total=3)))
    assert ids(api, Offset(items="data", total="meta.total")) == [1, 2, 3]
    assert fake.urls() == [f"{HOME}/v1/users", f"{HOME}/v1/users?offset=2"]


@MODES
def test_numbers_go_on_until_a_page_is_empty(api: APIClient, fake: Seen, ids: Callable[..., list[int]]) -> None:
    """Where no page says which is the last."""
    fake.on("GET", "/v1/users").reply_with(Reply(200, page(1)), Reply(200, page(2)), Reply(200, page()))
    assert ids(api, PageNumber(items="data")) == [1, 2]
    assert fake.urls() == [f"{HOME}/v1/users{query}" for query in ("", "?page=2", "?page=3")]


def test_the_number_of_the_last_page_may_be_declared(api: APIClient, fake: Seen) -> None:
    """Then an empty page in between is not the end."""
    fake.on("GET", "/v1/users").reply_with(
        Reply(200, page(1, last=3)), Reply(200, page(last=3)), Reply(200, page(3, last=3))
    )
    assert sync_ids(api, PageNumber(items="data", last="meta.last")) == [1, 3]


@pytest.mark.parametrize("paging", [Offset("data", param="at", start=0), PageNumber("data", param="at")])
def test_a_call_may_begin_in_the_middle(api: APIClient, fake: Seen, paging: Any) -> None:
    """Its own argument says where."""

    @api.get("/users", pages=paging)
    def users(result: Pages[UserPage, User], at: int = 1) -> Pages[UserPage, User]:
        return result

    fake.on("GET", "/v1/users").reply_with(Reply(200, page(1)), Reply(200, page()))
    assert [user.id for user in users(at=40)] == [1]
    assert fake.urls()[1].endswith("?at=41")


@MODES
@pytest.mark.parametrize("link", ["/v1/users?page=2&secret=1", f"{HOME}/v1/users?page=2&secret=1", "?page=2&secret=1"])
def test_the_next_url_replaces_the_query(api: APIClient, fake: Seen, ids: Callable[..., list[int]], link: str) -> None:
    """Relative or absolute; credentials go along, because it is home."""
    fake.on("GET", "/v1/users").reply_with(Reply(200, page(1, next=link)), Reply(200, page(2, next="")))
    assert ids(api, NextURL(items="data", next="meta.next"), team="x") == [1, 2]
    assert fake.urls()[1] == f"{HOME}/v1/users?page=2&secret=1"
    assert fake.headers(1)["authorization"] == "Bearer t0p-secret"


@MODES
def test_the_link_header_is_followed(fake: Seen, api: APIClient, ids: Callable[..., list[int]]) -> None:
    """A comma in a title is no end of a link."""
    link = '<https://x.example/>; rel="prev"; title="a, <b>", </v1/users?page=2>; rel="next"'
    fake.on("GET", "/v1/users").reply_with(Reply(200, page(1), headers={"Link": link}), Reply(200, page(2)))
    assert ids(api, LinkHeader(items="data")) == [1, 2]


def test_the_page_may_be_the_list_itself(api: APIClient, fake: Seen) -> None:
    """As with GitHub."""

    @api.get("/users", pages=LinkHeader())
    def users(result: Pages[list[User], User]) -> Pages[list[User], User]:
        return result

    link = {"Link": '</v1/users?page=2>; rel="next"'}
    fake.on("GET", "/v1/users").reply_with(Reply(200, [{"id": 1}], headers=link), Reply(200, [{"id": 2}]))
    assert [user.id for user in users()] == [1, 2]


def test_a_cursor_may_be_in_the_body(api: APIClient, fake: Seen) -> None:
    """Of a POST, beside what the caller sends."""

    class Search(BaseModel):
        text: str

    @api.post("/search", pages=Cursor(items="data", next="meta.next", param="page.after", place="body"))
    def search(result: Pages[UserPage, User], data: Search) -> Pages[UserPage, User]:
        return result

    fake.on("POST", "/v1/search").reply_with(Reply(200, page(1, next="a")), Reply(200, page(2)))
    assert [user.id for user in search(Search(text="x"))] == [1, 2]
    bodies = [json.loads(request.body) for request in fake.sent if isinstance(request.body, bytes)]
    assert bodies == [{"text": "x"}, {"text": "x", "page": {"after": "a"}}]


def test_parts_may_be_functions(api: APIClient, fake: Seen) -> None:
    """The id of the last item as the cursor, while there are more."""

    class Listed(BaseModel):
        items: list[User]
        more: bool = Field(alias="has_more")

    def last(page: Listed) -> int | None:
        return page.items[-1].id if page.more else None

    after = Cursor(items=lambda page: page.items, next=last, param="after")

    @api.get("/users", pages=after)
    def users(result: Pages[Listed, User]) -> Pages[Listed, User]:
        return result

    answers = [{"items": [{"id": 5}], "has_more": True}, {"items": [{"id": 6}], "has_more": False}]
    fake.on("GET", "/v1/users").reply_with(*(Reply(200, each) for each in answers))
    assert [user.id for user in users()] == [5, 6]
    assert fake.urls()[1].endswith("?after=5")


def test_names_may_be_aliases_and_keys(api: APIClient, fake: Seen) -> None:
    """As the API spells them, and in pages that are dicts; their items are validated."""

    class Aliased(BaseModel):
        users: list[User] = Field(alias="Users")
        after: str | None = Field(default=None, alias="nextToken")

    @api.get("/users", pages=Cursor(items="Users", next="nextToken", param="token"))
    def users(result: Pages[Aliased, User]) -> Pages[Aliased, User]:
        return result

    @api.get("/users", pages=Cursor(items="Users", next="nextToken", param="token"))
    def plain(result: Pages[dict[str, Any], User]) -> Pages[dict[str, Any], User]:
        return result

    for call in (users, plain):
        fake.on("GET", "/v1/users").reply_with(
            Reply(200, {"Users": [{"id": "1"}], "nextToken": "x"}), Reply(200, {"Users": []})
        )
        assert [user.id for user in call()] == [1]
        fake.reset()
