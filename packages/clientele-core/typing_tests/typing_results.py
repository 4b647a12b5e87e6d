"""Results by type and by status, of functions and of direct requests."""

# ruff: noqa: ARG001, ARG002, D101, D102, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from typing import assert_type

from pydantic import BaseModel

from clientele.api import APIClient, Response
from clientele.http import FakeHTTPBackend

fake = FakeHTTPBackend(default_content={"id": 1})
api = APIClient(base_url="https://api.example.com", http_backend=fake)


class User(BaseModel):
    id: int


class Problem(BaseModel):
    title: str


@api.get("/users/{user_id}", response_map={200: User, 404: Problem})
def by_status(result: User | Problem, user_id: int) -> User | Problem:
    return result


@api.get("/users/{user_id}", response_map={200: User, 404: None})
async def aby_status(result: User | None, response: Response, user_id: int) -> User | None:
    return result


@api.get("/users", response_parser=lambda response: response.text)
def parsed(result: str) -> str:
    return result


@api.get("/users")
def optional(result: User | None) -> User | None:
    return result


@api.get("/users")
def several(result: dict[str, int]) -> list[int]:
    return list(result.values())


def called() -> None:
    """Right calls, and the types of what they give."""
    assert_type(by_status(7), User | Problem)
    assert_type(parsed(), str)
    assert_type(optional(), User | None)
    assert_type(several(), list[int])
    assert_type(api.request("GET", "/users"), Response)
    assert_type(api.request("GET", "/users", params={"a": 1}, timeout=1.0), Response)
    assert_type(api.request("GET", "/users", result=User), User)
    assert_type(api.request("GET", "/users", result=dict[str, int]), dict[str, int])
    assert_type(api.request("GET", "/users", result=str), str)
    optional_user: User | None = api.request("GET", "/users", result=User | None)
    assert optional_user is not None  # noqa: S101
    assert_type(api.request("GET", "/users", response_map={200: User}), User)


async def acalled() -> None:
    """The same for asynchronous ones."""
    assert_type(await aby_status(7), User | None)
    assert_type(await api.arequest("GET", "/users"), Response)
    assert_type(await api.arequest("GET", "/users", result=User, headers={"a": "b"}), User)
    assert_type(await api.arequest("GET", "/users", result=dict[str, int]), dict[str, int])
    assert_type(await api.arequest("GET", "/users", response_map={200: User}), User)


async def miscalled() -> None:
    """Calls that Python refuses, too: each line is executed by itself in the tests."""
    by_status()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    by_status(7, 8)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    await aby_status()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    parsed("a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    api.request("GET")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    api.request("GET", "/users", retries=3)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    api.request("GET", "/users", result=User, response_map={200: User})  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await api.arequest("GET", "/users", retries=3)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]


async def mistyped() -> None:
    """Wrong types, which only a checker sees."""
    by_status("7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await aby_status(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    by_status(7).id  # type: ignore[union-attr]  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    api.request("GET", "/users", timeout="1")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
