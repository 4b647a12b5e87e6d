"""Decorated functions: what their callers may pass, and what they get.

Of the wrong calls those in `miscalled` are refused by Python itself, too; those in `mistyped` only a checker sees.
"""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, assert_type

from pydantic import BaseModel

from clientele.api import APIClient, Body, EndpointFunction, File, Form, Header, Path, Query, Response
from clientele.http import FakeHTTPBackend

fake = FakeHTTPBackend(default_content={"id": 1})
api = APIClient(base_url="https://api.example.com", http_backend=fake)


class User(BaseModel):
    id: int


# Without and with `response`, sync and async.


@api.get("/users/{user_id}")
def get_user(result: User, user_id: int) -> User:
    return result


@api.get("/users/{user_id}")
async def aget_user(result: User, user_id: int) -> User:
    return result


@api.get("/users/{user_id}")
def get_status(result: User, response: Response, user_id: int) -> tuple[User, int]:
    return result, response.status_code


@api.get("/users/{user_id}")
async def aget_status(result: User, response: Response, user_id: int) -> tuple[User, int]:
    return result, response.status_code


# Every kind of parameter.


@api.get("/users")
def no_arguments(result: User) -> User:
    return result


@api.get("/users")
def only_response(result: User, response: Response) -> int:
    return response.status_code


@api.post("/teams/{team}/users")
def everything(
    result: User, team: str, data: User, page: int = 1, *, size: int, tags: list[str] | None = None, **more: str
) -> dict[str, str]:
    return more


@api.post("/teams/{team}/users")
async def aeverything(
    result: User, response: Response, team: str, data: User, page: int = 1, *, size: int, **more: str
) -> dict[str, str]:
    return more


@api.get("/users")
def any_first(result: User, value: Any, other: int = 1) -> Any:
    return result


@api.get("/users")
def any_with_more(result: User, value: Any = None, **more: Any) -> Any:
    return result


@api.get("/users")
def response_like(result: User, answer: str, response_id: int) -> User:
    return result


@api.post("/users/{userId}")
def marked(
    result: User,
    user_id: Annotated[int, Path("userId")],
    page: Annotated[int, Query("p")],
    key: Annotated[str | None, Header("X-Key")] = None,
    user: Annotated[User | None, Body()] = None,
) -> User:
    return result


@api.post("/photos")
def form(result: User, title: Annotated[str, Form()], photo: Annotated[bytes, File()]) -> User:
    return result


# Each verb.


@api.post("/x")
def post(result: User, data: User) -> User:
    return result


@api.put("/x")
def put(result: User, data: dict[str, int]) -> User:
    return result


@api.patch("/x")
def patch(result: User, data: list[User]) -> User:
    return result


@api.delete("/x")
def delete(result: None) -> None:
    return result


@api.head("/x")
def head(result: Response) -> Response:
    return result


@api.options("/x")
def options(result: Response) -> Response:
    return result


@api.endpoint("PROPFIND", "/x")
def propfind(result: str, depth: Annotated[int, Header()]) -> str:
    return result


def called() -> None:
    """Right calls, and the types of what they give."""
    user = User(id=1)
    assert_type(get_user(7), User)
    assert_type(get_user(user_id=7), User)
    assert_type(get_status(7), tuple[User, int])
    assert_type(get_status(user_id=7), tuple[User, int])
    assert_type(no_arguments(), User)
    assert_type(only_response(), int)
    assert_type(everything("a", user, size=1), dict[str, str])
    assert_type(everything("a", user, 2, size=1, tags=["a"], colour="red"), dict[str, str])
    assert_type(everything(team="a", data=user, page=2, size=1), dict[str, str])
    assert_type(any_first("a"), Any)
    assert_type(any_first(1, other=2), Any)
    assert_type(any_with_more(1, colour=2), Any)
    assert_type(any_with_more(), Any)
    assert_type(response_like("a", 1), User)
    assert_type(marked(7, 1), User)
    assert_type(marked(7, page=1, key="k", user=user), User)
    assert_type(form("a", b"b"), User)
    assert_type(post(user), User)
    assert_type(put({"a": 1}), User)
    assert_type(patch(data=[user]), User)
    assert_type(delete(), None)
    assert_type(head(), Response)
    assert_type(options(), Response)
    assert_type(propfind(1), str)


async def acalled() -> None:
    """The same for asynchronous ones."""
    user = User(id=1)
    assert_type(await aget_user(7), User)
    assert_type(await aget_user(user_id=7), User)
    assert_type(await aget_status(7), tuple[User, int])
    assert_type(await aeverything("a", user, size=1), dict[str, str])
    assert_type(await aeverything("a", user, 2, size=1, colour="red"), dict[str, str])


def takes(number: Callable[[int], User], *, text: Callable[[str], object] | None = None) -> None:
    """Wants functions, as a caller of callbacks does."""


def passed() -> None:
    """A decorated function goes where a function of its signature goes."""
    takes(get_user)
    takes(aget_user)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    takes(get_status)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    takes(get_user, text=get_user)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    endpoint: EndpointFunction[[int], User] = get_user
    assert_type(endpoint(7), User)


async def miscalled() -> None:
    """Calls that Python refuses, too: each line is executed by itself in the tests."""
    # Missing.
    get_user()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await aget_user()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    get_status()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await aget_status()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    everything("a", User(id=1))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    everything("a", size=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await aeverything("a", User(id=1))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    any_first()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    response_like("a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    marked(7)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    form("a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    post()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    propfind()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    # Extra.
    get_user(7, 8)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await aget_user(7, 8)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    get_user(7, page=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    get_user(7, timeout=1.0)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    get_status(7, 8)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await aget_status(7, page=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    no_arguments(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    only_response(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    everything("a", User(id=1), 2, 3, size=1)  # type: ignore[misc]  # pyright: ignore[reportCallIssue]
    await aeverything("a", User(id=1), 2, 3, size=1)  # type: ignore[misc]  # pyright: ignore[reportCallIssue]
    any_first(1, 2, 3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    any_first(1, colour=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    any_with_more(1, 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    marked(7, 1, "k", User(id=1), 5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    delete(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    head(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    # What is injected is not for the caller.
    get_user(7, result=User(id=1))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    get_status(7, response=None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    # By the wrong name, or in the wrong way.
    get_user(id=7)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    marked(7, p=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    get_user(7, user_id=8)  # type: ignore[misc]  # pyright: ignore[reportCallIssue]


def mistyped() -> None:
    """Wrong types, which only a checker sees."""
    get_user("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    get_user(user_id=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    get_status("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    everything(1, User(id=1), size=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    everything("a", {"id": 1}, size=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    everything("a", User(id=1), size="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    everything("a", User(id=1), size=1, tags="a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    everything("a", User(id=1), size=1, colour=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    any_first(1, other="a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    response_like(1, 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    marked("a", 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    marked(7, 1, key=b"k")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    marked(7, 1, user={"id": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    form("a", "b")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    post({"id": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    put({"a": "b"})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    propfind("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def amistyped() -> None:
    """The same for asynchronous ones, and what is forgotten with them."""
    await aget_user("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await aget_status(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await aeverything("a", User(id=1), size=1, colour=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await get_user(7)  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    await aget_user(7).id  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
