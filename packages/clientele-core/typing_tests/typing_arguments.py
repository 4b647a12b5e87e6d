"""Markers of arguments: what they take, and that callers see the types of the arguments. Nothing of it is executed."""

# ruff: noqa: ARG001, D101, D103, E501, INP001, RUF100 - what counts here are the signatures.

from __future__ import annotations

from typing import Annotated, assert_type

from pydantic import BaseModel, SecretStr
from typing_extensions import TypedDict

from clientele.api import APIClient, Body, Form, Header, Part, Query

api = APIClient(base_url="https://api.example.com")


class User(BaseModel):
    name: str | None = None


class Search(TypedDict, total=False):
    q: str


@api.patch("/users/{user_id}")
def update(result: User, user_id: int, data: Annotated[User, Body(exclude_none=True, by_alias=False)]) -> User:
    return result


@api.post("/users")
async def upload(
    result: User, meta: Annotated[User, Part("m", content_type="application/json")], key: Annotated[SecretStr, Header()]
) -> User:
    return result


@api.get("/users")
def find(
    result: list[User],
    search: Annotated[Search, Query()],
    ids: Annotated[list[int], Query("id", style="pipeDelimited", explode=False)],
    name: Annotated[str, Form("n")] | None = None,
) -> list[User]:
    return result


def told() -> None:
    assert_type(update(1, User(name="Ada")), User)
    assert_type(find({"q": "a"}, [1]), list[User])
    find({"p": "a"}, [1])  # type: ignore[typeddict-unknown-key]  # pyright: ignore[reportArgumentType]
    find({"q": "a"}, ["1"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    update(1, data={"name": "Ada"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Query(style="matrix")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Body(exclude="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Body(True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def awaited() -> None:
    assert_type(await upload(User(), SecretStr("s")), User)
