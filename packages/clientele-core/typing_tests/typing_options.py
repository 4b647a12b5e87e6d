"""`with_options` and the options of decorators and clients."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from typing import assert_type

from pydantic import BaseModel

from clientele.api import APIClient, Response, Timeout, get
from clientele.http import FakeHTTPBackend

fake = FakeHTTPBackend(default_content={"id": 1})
api = APIClient(base_url="https://api.example.com", http_backend=fake)


class User(BaseModel):
    id: int


@api.get("/users/{user_id}", headers={"X-A": "1", "X-B": None}, timeout=Timeout(read=1.0), follow_redirects=True)
def get_user(result: User, user_id: int, *, timeout: float | None = None) -> User:
    return result


@api.get("/users/{user_id}", timeout=None)
async def aget_user(result: User, response: Response, user_id: int) -> User:
    return result


class Users(APIClient):
    @get("/users/{user_id}", timeout=1)
    def user(self, result: User, user_id: int) -> User:
        return result


users = Users(base_url="https://api.example.com", http_backend=fake)


def called() -> None:
    """Right calls, and the types of what they give."""
    assert_type(get_user.with_options(timeout=1.0)(7), User)
    assert_type(get_user.with_options(timeout=None, follow_redirects=True)(user_id=7), User)
    assert_type(get_user.with_options(headers={"a": None}, query={"b": [1, 2]})(7, timeout=2.0), User)
    assert_type(get_user.with_options(query=[("a", 1)]).with_options(timeout=Timeout(total=9.0))(7), User)
    assert_type(users.user.with_options(timeout=1)(7), User)


async def acalled() -> None:
    """The same for asynchronous ones."""
    assert_type(await aget_user.with_options(timeout=1.0)(7), User)


async def miscalled() -> None:
    """Calls that Python refuses, too: each line is executed by itself in the tests."""
    get_user.with_options(timeout=1.0)()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    get_user.with_options(timeout=1.0)(7, 8)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await aget_user.with_options(timeout=1.0)()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    users.user.with_options(timeout=1.0)()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    get_user.with_options(retries=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    get_user.with_options(1.0)  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
    users.user.with_options(json={})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    get_user(7, follow_redirects=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def mistyped() -> None:
    """Wrong types, which only a checker sees."""
    get_user.with_options(timeout=1.0)("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    get_user.with_options(timeout="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    get_user.with_options(follow_redirects=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    get_user(7, timeout="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    users.user.with_options(headers={"a": 1})("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await aget_user.with_options(timeout=1.0)("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
