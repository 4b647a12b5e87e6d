"""What a module or a client declares, listed."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError
from pathlib import Path as FilePath
from types import ModuleType
from typing import Annotated, Any, Generic, ParamSpec, TypeVar

import pytest
from pydantic import BaseModel

from clientele.api import (
    APIClient,
    Body,
    EndpointDeclaration,
    Events,
    File,
    Form,
    Header,
    PageNumber,
    Pages,
    Part,
    Path,
    Query,
    Response,
    Stream,
    declarations,
    get,
    post,
)
from clientele.http import FakeHTTPBackend

P = ParamSpec("P")


K = TypeVar("K")


R = TypeVar("R")


api = APIClient(base_url="https://a", errors={"4XX": dict[str, str]}, headers={"X-Configured": "1"})


class User(BaseModel):
    id: int


class UserPage(BaseModel):
    users: list[User]


class Problem(BaseModel):
    detail: str


@api.get("/users/{user-id}/{rest}", headers={"X-Version": "2"})
def get_user(  # noqa: PLR0917
    result: User,
    response: Response,
    user_id: Annotated[int, Path("user-id")],
    rest: Annotated[str, Path(segments=True)],
    page: int = 1,
    fields: Annotated[list[str] | None, Query("f", style="pipeDelimited")] = None,
    x_trace: Annotated[str, Header()] = "t",
    **more: str,
) -> User:
    return result


@api.post("/users", errors={404: Problem, "4XX": Problem}, response_map={200: User, 201: None})
async def add_user(result: User | None, data: User) -> User | None:
    return result


@api.put("/files", headers={"Content-Type": "multipart/mixed"})
def put_file(
    result: None, upload: Annotated[bytes, File()], note: Annotated[str, Form()], about: Annotated[User, Part()]
) -> None:
    return result


@api.get("/events", streaming_response=True, events=Events({"user": User}))
def events(result: Stream[User]) -> Stream[User]:
    return result


@api.get("/pages", pages=PageNumber(items="users"))
def pages(result: Pages[UserPage, User]) -> Pages[UserPage, User]:
    return result


@api.get("/lines", streaming_response=True)
def lines(result: Iterator[str]) -> Iterator[str]:
    return result


def wrapped(function: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    return call


@wrapped
@api.get("/wrapped", response_parser=Response.json)
def parsed(result: Any) -> Any:
    return result


again = get_user


class Users(APIClient):
    @get("/methods/{user_id}")
    def user(self, result: User, user_id: int) -> User:
        return result

    @post("/methods")
    async def add(self, result: User, data: Annotated[User, Body(exclude_none=True)]) -> User:
        return result


class Renamed(Users):
    @get("/people/{user_id}")
    def user(self, result: User, user_id: int) -> User:
        return result

    person = user


class Plain(Users):
    def user(self, user_id: int) -> User:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return super().user(user_id)


class Keyed(APIClient, Generic[K]):
    @get("/items/{key}")
    def item(self, result: User, key: K) -> User:
        return result


def here() -> ModuleType:
    return sys.modules[__name__]


def named(name: str) -> EndpointDeclaration:
    (found,) = (each for each in declarations(here()) if each.name == name)
    return found


def test_a_module_lists_each_call_once() -> None:
    """In the order in which they are written; a second name, and what a client inherits, is the same call."""
    assert [
        "get_user",
        "add_user",
        "put_file",
        "events",
        "pages",
        "lines",
        "parsed",
        "Users.user",
        "Users.add",
        "Renamed.user",
        "Keyed.item",
    ] == [each.name for each in declarations(here())]


def test_a_declaration_says_where_each_argument_goes() -> None:
    """The part of the request, the name that it has there, how it is written, and what holds without it."""
    found = named("get_user")
    assert ("GET", "/users/{user-id}/{rest}") == (found.method, found.template)
    assert [
        ("user_id", "path", "user-id", Path("user-id"), True, None),
        ("rest", "path", "rest", Path(segments=True), True, None),
        ("page", "query", "page", Query(), False, 1),
        ("fields", "query", "f", Query("f", style="pipeDelimited"), False, None),
        ("x_trace", "header", "x-trace", Header(), False, "t"),
        ("more", "query", None, Query(), False, None),
    ] == [(each.name, each.place, each.sent_as, each.marker, each.required, each.default) for each in found.parameters]
    assert int is found.parameters[2].annotation
    assert {"x-version", "x-configured"} == found.headers


def test_a_declaration_says_what_comes_back() -> None:
    """By status if the function says so; errors of the configuration are those of all functions of the client."""
    found = named("add_user")
    assert User | None == found.result
    assert {200: User, 201: None} == found.response_map
    assert {404: Problem, "4XX": Problem} == found.errors
    assert found.is_async
    assert {"4XX": dict[str, str]} == found.client_errors
    assert ({}, {}) == (named("get_user").errors, named("get_user").response_map)


def test_bodies_files_parts_and_fields_are_distinguished() -> None:
    """A body by itself has no name; files, parts and fields of a form have."""
    (body,) = named("add_user").parameters
    assert ("body", None, User, Body()) == (body.place, body.sent_as, body.annotation, body.marker)
    assert ("multipart/mixed", "") == (named("put_file").content_type, named("add_user").content_type)
    assert [("file", "upload"), ("form", "note"), ("part", "about")] == [
        (each.place, each.sent_as) for each in named("put_file").parameters
    ]


def test_the_result_of_pages_is_the_type_of_a_page() -> None:
    """And where the next one is."""
    assert (UserPage, PageNumber(items="users")) == (named("pages").result, named("pages").pages)
    assert named("lines").pages is None


def test_the_result_of_a_stream_is_the_type_of_its_items() -> None:
    """Whatever its iterator is called."""
    assert [(User, True), (str, True), (User, False)] == [
        (each.result, each.streaming) for each in map(named, ("events", "lines", "get_user"))
    ]
    told = named("events").events
    assert told is not None
    assert {"user": User} == told.types


def test_a_call_with_a_parser_is_marked() -> None:
    """Also behind another decorator, which copies what the function has."""
    assert named("parsed").has_parser
    assert not named("get_user").has_parser


def test_a_declaration_has_its_line() -> None:
    """That of its first decorator, in the file that it is written in."""
    found = named("put_file")
    assert (__name__, __file__) == (found.module, found.file)
    lines = FilePath(__file__).read_text(encoding="utf-8").splitlines()
    assert lines[found.line - 1].startswith('@api.put("/files", ')


def test_a_client_class_lists_inherited_calls() -> None:
    """But for what it overrides, by a call or by a plain method."""
    assert ["Renamed.user", "Users.add"] == [each.name for each in declarations(Renamed)]
    assert ["Users.add"] == [each.name for each in declarations(Plain)]
    assert ["Keyed.item"] == [each.name for each in declarations(Keyed)]


def test_a_client_has_the_methods_of_its_class_and_the_errors_of_its_configuration() -> None:
    """The class alone can't know these."""
    client = Users(base_url="https://a", http_backend=FakeHTTPBackend(), errors={"5XX": Problem})
    assert [{"5XX": Problem}] * 2 == [each.client_errors for each in declarations(client)]
    assert [None] * 2 == [each.client_errors for each in declarations(Users)]


def test_a_declaration_cannot_be_changed() -> None:
    """It says what is declared, and changes nothing."""
    found = named("add_user")
    with pytest.raises(FrozenInstanceError):
        found.method = "GET"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(TypeError):
        found.errors[404] = User  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    assert inspect.isfunction(get_user)
