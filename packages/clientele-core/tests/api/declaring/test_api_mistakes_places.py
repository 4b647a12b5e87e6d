"""Mistakes that show when a function is decorated: the path, and where arguments go."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from clientele.api import File, Form, Header, Path, Query
from clientele_conformance.mistakes import Mistake, Mistakes

mistake = Mistakes()


class User(BaseModel):
    id: int


class Search(TypedDict):
    words: str


# The path and the method.


@mistake(
    "a place in the path without a parameter",
    (
        "get_user: the path '/users/{user_id}' has {user_id}, but the function has no such parameter; add "
        "it, or remove the place"
    ),
    path="/users/{user_id}",
)
def _(result: User, login: str) -> Any: ...


@mistake(
    "a place in the path whose parameter goes elsewhere",
    (
        "get_user: `user_id` is in the path '/users/{user_id}', but is marked to go elsewhere; remove the "
        "marker or the place"
    ),
    path="/users/{user_id}",
)
def _(result: User, user_id: Annotated[int, Query()]) -> Any: ...


@mistake(
    "a brace without its partner",
    ("get_user: the path '/users/{user_id' has a brace without its partner"),
    path="/users/{user_id",
)
def _(result: User, user_id: int) -> Any: ...


@mistake("a place without a name", ("get_user: {} in the path '/users/{}' is not a name"), path="/users/{}")
def _(result: User, user_id: int) -> Any: ...


@mistake(
    "a place in the query of the path",
    (
        "get_user: the path '/users?id=***' has a place in its query; end it before the `?`: parameters "
        "that are not in the path are the query"
    ),
    path="/users?id={user_id}",
)
def _(result: User, user_id: int) -> Any: ...


@mistake(
    "a path with a space",
    (
        "get_user: the path '/all users' can't be part of a URL: url: 'http://host.invalid/all users' has "
        "a space, a backslash or another character to percent-encode"
    ),
    path="/all users",
)
def _(result: User) -> Any: ...


@mistake("a path that is no text", "get_user: the path is a str, not int", path=7)
def _(result: User) -> Any: ...


@mistake(
    "a method that is no token",
    ("get_user: method: 'GET USER' is not a token; use a name such as GET or POST"),
    method="GET USER",
)
def _(result: User) -> Any: ...


@mistake(
    "two parameters for one place",
    ("get_user: `other` and `user_id` both fill {user_id} in the path; keep one of them"),
    path="/users/{user_id}",
)
def _(result: User, user_id: int, other: Annotated[int, Path("user_id")]) -> Any: ...


# Where arguments go.


@mistake("`*args`", "get_user: `*ids` has no names to send its values under; take a list, or name each parameter")
def _(result: list[User], *ids: int) -> Any: ...


@mistake(
    "a Path marker for what is not in the path",
    ("get_user: `user_id` is marked Path, but the path has no {user_id}; add it, or remove the marker"),
)
def _(result: User, user_id: Annotated[int, Path()]) -> Any: ...


@mistake(
    "two markers",
    ("get_user: `token` is marked Header() and Query(alias='t'), but goes to one place; keep one of them"),
)
def _(result: User, token: Annotated[str, Header(), Query("t")]) -> Any: ...


@mistake(
    "a marker inside the type",
    ("get_user: `page` has its marker inside the type; put it outside: Annotated[the whole type, Query(alias='p')]"),
)
def _(result: User, page: list[Annotated[int, Query("p")]]) -> Any: ...


@mistake(
    "a marker for a default",
    ("get_user: `page` has a marker for its default; write page: Annotated[Type, Query(alias='p')]"),
)
def _(result: User, page: int = Query("p")) -> Any: ...  # type: ignore[assignment]


@mistake(
    "a marker on `**kwargs`",
    (
        "get_user: `more` takes any keywords, which are further query values, so it can't be marked "
        "Header(); name the parameters that go elsewhere"
    ),
)
def _(result: User, **more: Annotated[str, Header()]) -> Any: ...


@mistake(
    "an alias for `**kwargs`",
    (
        "get_user: `more` takes any keywords, which are further query values, so it can't be marked "
        "Query(alias='m'); name the parameters that go elsewhere"
    ),
)
def _(result: User, **more: Annotated[str, Query("m")]) -> Any: ...


@mistake("an alias that is no name", "get_user: `page`: '' is not a name; write one as in Query('name')")
def _(result: User, page: Annotated[int, Query("")]) -> Any: ...


@mistake(
    "two query values of one name",
    (
        "get_user: `size` and `page` are both sent as the query value 'page'; give one another alias, or "
        "make them one parameter that takes a list"
    ),
)
def _(result: User, page: int, size: Annotated[int, Query("page")]) -> Any: ...


@mistake(
    "two headers of one name, whatever their case",
    (
        "get_user: `b` and `a` are both sent as the header 'x-key'; give one another alias, or make them "
        "one parameter that takes a list"
    ),
)
def _(result: User, a: Annotated[str, Header("X-Key")], b: Annotated[str, Header("x-key")]) -> Any: ...


@mistake(
    "two form fields of one name",
    (
        "get_user: `b` and `a` are both sent as the form field 'a'; give one another alias, or make them "
        "one parameter that takes a list"
    ),
    method="POST",
)
def _(result: User, a: Annotated[str, Form()], b: Annotated[str, Form("a")]) -> Any: ...


@mistake(
    "two files of one name",
    (
        "get_user: `b` and `a` are both sent as the file 'a'; give one another alias, or make them one "
        "parameter that takes a list"
    ),
    method="POST",
)
def _(result: User, a: Annotated[bytes, File()], b: Annotated[bytes, File("a")]) -> Any: ...


@mistake(
    "a header that has no such name", ("get_user: `key`: 'X Key' is not a header name; use letters, digits and hyphens")
)
def _(result: User, key: Annotated[str, Header("X Key")]) -> Any: ...


@mistake(
    "a header that only the body may set",
    ("get_user: `te`['Transfer-Encoding']: it is set from the body; remove it"),
)
def _(result: User, te: Annotated[str, Header("Transfer-Encoding")]) -> Any: ...


@mistake(
    "a model in the query",
    (
        "get_user: `user` is of type User, which can't be written in one value of a query; mark it Query() if its "
        "fields are query values; call it `data` or mark it Body() if it is the body"
    ),
    method="POST",
)
def _(result: User, user: User) -> Any: ...


@mistake(
    "a TypedDict in the query",
    (
        "get_user: `search` is of type Search, which can't be written in a query; call it `data` or mark it "
        "Body() if it is the body, else declare its fields as separate parameters"
    ),
)
def _(result: User, search: list[Search] | None = None) -> Any: ...


@mistake(
    "a dict in `**kwargs`",
    (
        "get_user: `more` is of type dict[str, str], which can't be written in a query; call it `data` or mark "
        "it Body() if it is the body, else declare its fields as separate parameters"
    ),
)
def _(result: User, **more: dict[str, str]) -> Any: ...


@mistake(
    "a list in the path",
    (
        "get_user: `ids` is of type list[int], which can't be written in a path; declare its fields as separate "
        "parameters"
    ),
    path="/users/{ids}",
)
def _(result: list[User], ids: list[int]) -> Any: ...


@mistake(
    "bytes in a header",
    ("get_user: `key` is of type bytes, which can't be written in a header; declare its fields as separate parameters"),
)
def _(result: User, key: Annotated[bytes, Header()]) -> Any: ...


@mistake(
    "a file as a form field",
    (
        "get_user: `photo` is of type bytes, which can't be written in a field of a form; declare its "
        "fields as separate parameters, or mark it File() if it is a file"
    ),
    method="POST",
)
def _(result: User, photo: Annotated[bytes, Form()]) -> Any: ...


@pytest.mark.parametrize("mistake", mistake.all, ids=str)
def test_a_mistake_raises_at_decoration(mistake: Mistake) -> None:
    """The message names the function, the parameter and what to change; nothing has been called by then."""
    mistake.check()


def test_each_mistake_has_its_own_message() -> None:
    """No two are said with the same words."""
    assert len(mistake.all) == len(mistake.words())
