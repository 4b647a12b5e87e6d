"""Wrappers, and what decorators and `with_options` say to them."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from typing import assert_type

from pydantic import BaseModel

from clientele.api import APIClient, get
from clientele.http import Call, End, FakeHTTPBackend, Flow, Place, Response, Sleep, Wrapper
from clientele.http.caching import Cache, CacheBackend, MemoryStorage
from clientele.http.retrying import Retry, RetryBackend


class Tried(Wrapper):
    place = Place.LIMITS
    takes = frozenset({"tried"})

    def flow(self, call: Call) -> Flow:
        assert_type(call.name, str | None)
        assert_type(call.left, float | None)
        response = yield call.with_(headers={"X-A": "1", "X-B": None}, attempt=1, total=5.0, timeout=1.0)
        assert_type(response, Response)
        yield Sleep(0.0)
        yield End(response)
        return response


fake = FakeHTTPBackend(default_content={"id": 1})
backend = Tried(fake)
api = APIClient(
    base_url="https://api.example.com",
    http_backend=RetryBackend(backend, attempts=2, statuses=[503], methods=("GET",), total=None, idempotency_keys=True),
)


class User(BaseModel):
    id: int


@api.get("/users/{user_id}", retry=Retry(attempts=5, statuses={409, 503}), settings={"tried": 1})
def get_user(result: User, user_id: int) -> User:
    return result


@api.get("/users/{user_id}", retry=None, cache=Cache(lifetime=60))
async def aget_user(result: User, user_id: int) -> User:
    return result


class Users(APIClient):
    @get("/users/{user_id}", retry=Retry())
    def user(self, result: User, user_id: int) -> User:
        return result


users = Users(config=api.config)


def called() -> None:
    """Right calls, and the types of what they give."""
    assert_type(get_user(7), User)
    assert_type(get_user.with_options(settings={})(7), User)
    assert_type(get_user.with_options(retry=None)(7), User)
    assert_type(users.user.with_options(retry=Retry(total=5.0), settings={"tried": None})(7), User)


async def acalled() -> None:
    """The same for asynchronous ones."""
    assert_type(await aget_user.with_options(cache=None)(7), User)
    assert_type(
        CacheBackend(fake, storage=MemoryStorage(), lifetime=1.5)
        .send_sync_request("GET", "https://a.example")
        .from_cache,
        bool,
    )
    assert_type(await aget_user.with_options(retry=Retry(attempts=1))(7), User)


async def miscalled() -> None:
    """Calls that Python refuses, too: each line is executed by itself in the tests."""
    Retry(3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Retry(attemps=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Cache(60)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    RetryBackend(backend, attemps=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def mistyped() -> None:
    """Wrong types, which only a checker sees."""
    get_user.with_options(retry=None)("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    get_user.with_options(retry=Retry)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    get_user.with_options(retry=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    get_user.with_options(cache=True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    CacheBackend(fake, storage="cache.db")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Retry(attempts="3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    RetryBackend(backend, backoff="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Tried(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
