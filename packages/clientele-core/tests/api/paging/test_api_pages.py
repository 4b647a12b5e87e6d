"""`pages`: the items of a list that comes in pages, one call for each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Annotated, Any, cast

import pytest
from pydantic import BaseModel, Field

from clientele.api import (
    APIClient,
    APIException,
    AsyncPages,
    BearerAuth,
    Body,
    ConfigurationError,
    Cursor,
    Header,
    HTTPStatusError,
    LinkHeader,
    NextURL,
    Offset,
    PageNumber,
    Pages,
    Query,
    ResponseValidationError,
    get,
)
from clientele.http import FakeHTTPBackend, Headers
from clientele.http.fake import Reply
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


@pytest.fixture
def fake() -> Seen:
    return Seen()


@pytest.fixture
def api(fake: Seen) -> APIClient:
    return APIClient(base_url=f"{HOME}/v1", http_backend=fake, auth=BearerAuth("t0p-secret"), headers={"X-Key": "k3y"})


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


def test_the_last_page_may_be_told(api: APIClient, fake: Seen) -> None:
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


class Listing(BaseModel):
    users: list[User]


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


def test_a_foreign_link_gets_no_credentials(api: APIClient, fake: Seen) -> None:
    """Neither the client's, nor the call's own; and no user information that the link has."""

    @api.get("/users", pages=NextURL(items="data", next="meta.next"), headers={"X-Tenant": "t3nant"})
    def users(
        result: Pages[UserPage, User], token: Annotated[str, Header("X-Token")], accept: Annotated[str, Header()]
    ) -> Pages[UserPage, User]:
        return result

    fake.on("GET", "/v1/users").reply(200, page(1, next="https://me:pw@evil.example/a?b=1"))
    fake.on("GET", "/a").reply(200, page(2, next="https://evil.example/c"))
    fake.on("GET", "/c").reply(200, page(3, next=f"{HOME}/v1/end"))
    fake.on("GET", "/v1/end").reply(200, page(4))
    assert [user.id for user in users("s3cret", "application/json")] == [1, 2, 3, 4]
    for index in (1, 2):
        names = {name.lower() for name in fake.headers(index)}
        assert not {"authorization", "x-key", "x-tenant", "x-token", "cookie"} & names
        assert fake.headers(index)["accept"] == "application/json"
    assert fake.headers(3)["x-token"] == "s3cret"
    assert fake.headers(3)["authorization"] == "Bearer t0p-secret"


@pytest.mark.parametrize("where", ["client", "backend"])
@pytest.mark.parametrize("hooks", [(), (lambda _: None,)], ids=["plain", "hooked"])
def test_a_foreign_link_gets_none_without_a_base_url_either(where: str, hooks: Any) -> None:
    """Configured headers go to every origin then, but not to one that a server names."""
    headers = {"X-Key": "k3y"}
    fake = Seen(headers=headers) if where == "backend" else Seen()
    api = APIClient(http_backend=fake, headers=headers if where == "client" else {}, on_request=hooks)

    @api.get(f"{HOME}/users", pages=NextURL(items="data", next="meta.next"))
    def users(result: Pages[UserPage, User]) -> Pages[UserPage, User]:
        return result

    fake.on("GET", "/users").reply(200, page(1, next="https://evil.example/a"))
    fake.on("GET", "/a").reply(200, page(2, next=f"{HOME}/end"))
    fake.on("GET", "/end").reply(200, page(3))
    assert [user.id for user in users()] == [1, 2, 3]
    assert ["x-key" in fake.headers(index) for index in range(3)] == [True, False, True]


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("http://api.example.com/v1/users?page=2", "without TLS"),
        ("ftp://api.example.com/", "isn't a URL"),
        ("https://[", "isn't a URL"),
    ],
)
def test_a_link_that_must_not_be_followed_raises_after_the_items(
    api: APIClient, fake: Seen, link: str, why: str
) -> None:
    """What the page had is the caller's."""
    fake.on("GET", "/v1/users").reply(200, page(1, 2, next=link))
    seen: list[int] = []
    with pytest.raises(APIException, match=why):
        seen.extend(user.id for user in declared(api, NextURL(items="data", next="meta.next"))())
    users = iter(declared(api, NextURL(items="data", next="meta.next"))())
    assert [next(users).id, next(users).id] == [1, 2]


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


def test_a_body_without_members_takes_no_cursor(api: APIClient, fake: Seen) -> None:
    """It is said before the call is made."""

    @api.post("/search", pages=Cursor(items="data", next="meta.next", place="body"))
    def search(result: Pages[UserPage, User], data: Annotated[list[int], Body()]) -> Pages[UserPage, User]:
        return result

    fake.on("POST", "/v1/search").reply(200, page(1, next="a"))
    with pytest.raises(ConfigurationError, match="isn't a JSON object"):
        list(search([1]))


def test_nothing_is_sent_before_items_are_asked_for(api: APIClient, fake: Seen) -> None:
    """And no page before the first of its items is; each loop begins anew."""
    fake.on("GET", "/v1/users").reply_with(Reply(200, page(1, next="a")), Reply(200, page(2)), Reply(200, page(3)))
    users = declared(api, CURSOR)()
    assert not fake.sent
    first = iter(users)
    assert (next(first).id, len(fake.sent)) == (1, 1)
    assert (next(first).id, len(fake.sent)) == (2, 2)
    assert [user.id for user in users] == [3]
    assert not hasattr(users, "__len__")


def test_pages_have_result_response_and_token(api: APIClient, fake: Seen) -> None:
    """A token resumes behind its page, in another process too, and `max_pages` bounds the calls."""
    fake.on("GET", "/v1/users").reply_with(
        Reply(200, page(1, next="a"), headers={"X-Id": "1"}), Reply(200, page(2, next="b")), Reply(200, page(3))
    )
    users = declared(api, CURSOR)(team="x")
    (first,) = users.pages(max_pages=1)
    assert isinstance(first.result, UserPage)
    assert (first.items, first.response.headers["x-id"]) == ([User(id=1)], "1")
    assert len(fake.sent) == 1
    assert first.token is not None
    second, third = declared(api, CURSOR)(team="x").resume(first.token).pages()
    assert (second.items, third.items, third.token) == ([User(id=2)], [User(id=3)], None)
    assert fake.urls()[1:] == [f"{HOME}/v1/users?team=x&cursor={each}" for each in "ab"]


@pytest.mark.parametrize("token", ["", "{}", "a", "[1]", "true", "null"])
def test_what_is_no_token_is_refused(api: APIClient, fake: Seen, token: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigurationError, match="token"):
        list(declared(api, CURSOR)().resume(token))
    assert not fake.sent


def test_a_token_takes_no_credentials_elsewhere(api: APIClient, fake: Seen) -> None:
    """Home is what the call says, not what a token says."""
    fake.on("GET", "/a").reply(200, page(2))
    users = declared(api, NextURL("data", next="meta.next"))()
    assert [user.id for user in users.resume('"https://evil.example/a"')] == [2]
    assert "authorization" not in fake.headers(0)
    with pytest.raises(ConfigurationError, match="without TLS"):
        list(users.resume('"http://evil.example/a"'))


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


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"data": [{"id": "x"}]}, "data.0.id"),
        ({"data": {}}, "data"),
        ({"data": [], "meta": {"next": [1]}}, "meta.next"),
    ],
)
def test_a_page_that_is_not_as_declared_raises(api: APIClient, fake: Seen, content: Any, reason: str) -> None:
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
def test_what_a_loose_page_says_is_checked(
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


def test_a_url_that_is_a_number_is_refused(api: APIClient, fake: Seen) -> None:
    """It would be a relative URL."""
    fake.on("GET", "/v1/users").reply(200, {"data": [], "next": 5})

    @api.get("/users", pages=NextURL(items="data"))
    def users(result: Pages[Any, User]) -> Pages[Any, User]:
        return result

    with pytest.raises(ResponseValidationError, match="the URL of the next page is int"):
        list(users())


def test_an_error_on_a_later_page_raises_there(api: APIClient, fake: Seen) -> None:
    """What came before it is the caller's."""
    fake.on("GET", "/v1/users").reply_with(Reply(200, page(1, next="a")), Reply(503, "busy"))
    users = iter(declared(api, CURSOR)())
    assert next(users).id == 1
    with pytest.raises(HTTPStatusError) as raised:
        next(users)
    assert raised.value.call.name is not None


def test_options_hold_for_every_page(api: APIClient, fake: Seen) -> None:
    """Those of `with_options`, too."""
    fake.on("GET", "/v1/users").reply_with(Reply(200, page(1, next="a")), Reply(200, page(2)))
    users = declared(api, CURSOR).with_options(headers={"X-Trace": "1"}, query={"limit": 10}, timeout=3)
    assert [user.id for user in users()] == [1, 2]
    assert [fake.headers(index)["x-trace"] for index in (0, 1)] == ["1", "1"]
    assert fake.urls()[1].endswith("?limit=10&cursor=a")


def test_methods_have_pages(fake: Seen) -> None:
    """In a generic class, too."""

    class Users(APIClient):
        @get("/users", pages=CURSOR)
        def all(self, result: Pages[UserPage, User], team: Annotated[str, Query()]) -> Pages[UserPage, User]:
            return result

    fake.on("GET", "/users").reply(200, page(1))
    assert [user.id for user in Users(base_url=HOME, http_backend=fake).all("a")] == [1]


def test_a_function_may_make_something_else_of_them(api: APIClient, fake: Seen) -> None:
    """It gets the pages as its result."""

    @api.get("/users", pages=CURSOR)
    def first(result: Pages[UserPage, User]) -> User | None:
        return next(iter(result), None)

    fake.on("GET", "/v1/users").reply(200, page(9))
    assert first() == User(id=9)


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
def test_mistakes_show_when_decorating(make: Callable[[APIClient], Any], said: str) -> None:
    """With the name of the function, and what to write."""
    assert said in mistake(make)


def test_with_response_is_refused(api: APIClient) -> None:
    """Each page has its own."""
    with pytest.raises(TypeError, match=r"page\.response"):
        declared(api, CURSOR).with_response()


def test_the_request_of_each_page_is_seen_by_hooks(fake: Seen) -> None:
    """With the function that it is for."""
    seen: list[str | None] = []
    api = APIClient(base_url=HOME, http_backend=fake, on_request=[lambda request: seen.append(request.call.name)])
    fake.on("GET", "/users").reply_with(Reply(200, page(1, next="a")), Reply(200, page(2)))
    list(declared(api, CURSOR)())
    assert len(seen) == 2
    assert all(name is not None and name.endswith("users") for name in seen)
