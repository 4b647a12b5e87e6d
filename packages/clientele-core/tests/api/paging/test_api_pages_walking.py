"""`pages`: when pages are requested, tokens, and what a page has."""

from __future__ import annotations

from typing import Annotated

import pytest

from clientele.api import (
    APIClient,
    BearerAuth,
    ConfigurationError,
    HTTPStatusError,
    Pages,
    Query,
    get,
)
from clientele.http.fake import Reply
from paged_users import CURSOR, HOME, Seen, User, UserPage, declared, page


@pytest.fixture
def fake() -> Seen:
    return Seen()


@pytest.fixture
def api(fake: Seen) -> APIClient:
    return APIClient(base_url=f"{HOME}/v1", http_backend=fake, auth=BearerAuth("t0p-secret"), headers={"X-Key": "k3y"})


def test_nothing_is_sent_before_the_first_item(api: APIClient, fake: Seen) -> None:
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
def test_an_invalid_token_raises(api: APIClient, fake: Seen, token: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigurationError, match="token"):
        list(declared(api, CURSOR)().resume(token))
    assert not fake.sent


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


def test_a_function_may_return_another_value(api: APIClient, fake: Seen) -> None:
    """It gets the pages as its result."""

    @api.get("/users", pages=CURSOR)
    def first(result: Pages[UserPage, User]) -> User | None:
        return next(iter(result), None)

    fake.on("GET", "/v1/users").reply(200, page(9))
    assert first() == User(id=9)


def test_with_response_raises(api: APIClient) -> None:
    """Each page has its own."""
    with pytest.raises(TypeError, match=r"page\.response"):
        declared(api, CURSOR).with_response()


def test_hooks_are_called_for_each_page(fake: Seen) -> None:
    """With the function that it is for."""
    seen: list[str | None] = []
    api = APIClient(base_url=HOME, http_backend=fake, on_request=[lambda request: seen.append(request.call.name)])
    fake.on("GET", "/users").reply_with(Reply(200, page(1, next="a")), Reply(200, page(2)))
    list(declared(api, CURSOR)())
    assert len(seen) == 2
    assert all(name is not None and name.endswith("users") for name in seen)
