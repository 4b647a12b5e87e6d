"""`pages`: which credentials the URL of a next page gets, and which URLs are not followed."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from clientele.api import (
    APIClient,
    APIException,
    BearerAuth,
    ConfigurationError,
    Header,
    NextURL,
    Pages,
    ResponseValidationError,
)
from paged_users import HOME, Seen, User, UserPage, declared, page


@pytest.fixture
def fake() -> Seen:
    return Seen()


@pytest.fixture
def api(fake: Seen) -> APIClient:
    return APIClient(base_url=f"{HOME}/v1", http_backend=fake, auth=BearerAuth("t0p-secret"), headers={"X-Key": "k3y"})


def test_a_link_to_another_origin_gets_no_credentials(api: APIClient, fake: Seen) -> None:
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
def test_a_link_to_another_origin_gets_no_credentials_without_a_base_url(where: str, hooks: Any) -> None:
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
def test_an_unsafe_link_raises_after_the_items(api: APIClient, fake: Seen, link: str, why: str) -> None:
    """What the page had is the caller's."""
    fake.on("GET", "/v1/users").reply(200, page(1, 2, next=link))
    seen: list[int] = []
    with pytest.raises(APIException, match=why):
        seen.extend(user.id for user in declared(api, NextURL(items="data", next="meta.next"))())
    users = iter(declared(api, NextURL(items="data", next="meta.next"))())
    assert [next(users).id, next(users).id] == [1, 2]


def test_a_token_for_another_origin_gets_no_credentials(api: APIClient, fake: Seen) -> None:
    """Home is what the call says, not what a token says."""
    fake.on("GET", "/a").reply(200, page(2))
    users = declared(api, NextURL("data", next="meta.next"))()
    assert [user.id for user in users.resume('"https://evil.example/a"')] == [2]
    assert "authorization" not in fake.headers(0)
    with pytest.raises(ConfigurationError, match="without TLS"):
        list(users.resume('"http://evil.example/a"'))


def test_a_url_that_is_a_number_raises(api: APIClient, fake: Seen) -> None:
    """It would be a relative URL."""
    fake.on("GET", "/v1/users").reply(200, {"data": [], "next": 5})

    @api.get("/users", pages=NextURL(items="data"))
    def users(result: Pages[Any, User]) -> Pages[Any, User]:
        return result

    with pytest.raises(ResponseValidationError, match="the URL of the next page is int"):
        list(users())
