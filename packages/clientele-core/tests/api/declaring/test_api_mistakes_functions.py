"""Mistakes that show when a function is decorated: what is decorated, and what it is given: `result` and `response`."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Iterator
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from clientele.api import APIClient, ConfigurationError, Response, endpoint, get
from clientele_conformance.mistakes import Mistake, Mistakes

mistake = Mistakes()


class User(BaseModel):
    id: int


class Problem(BaseModel):
    title: str


class Unknown:
    """A class that Pydantic knows nothing of."""


# What is decorated.


def decorated(result: User) -> User:
    return result


mistake(
    "a class in place of a function",
    ("User is a class, not a function; decorate the `def` of each call, in the class or outside of it"),
)(User)
mistake(
    "no function at all",
    ("'get_user' is str, not a function; decorate a `def` or an `async def`, and put other decorators above this one"),
)("get_user")
mistake(
    "a staticmethod",
    (
        "<lambda> is staticmethod, not a function; remove @staticmethod: an endpoint is called as a function, or on an "
        "instance of a client"
    ),
)(staticmethod(lambda result: result))
mistake(
    "a partial",
    ("{0!r} is partial, not a function; decorate a `def` or an `async def`, and put other decorators above this one"),
)(functools.partial(lambda result: result))
mistake(
    "a function that is decorated already",
    "get_user is already decorated; decorate a `def` or an `async def`, once",
)(APIClient(base_url="https://h").get("/users")(decorated))


@mistake(
    "`yield` in a function that is no stream",
    (
        "get_user: a function with `yield` gives a generator, not a result; return the values, or set "
        "streaming_response=True if they are the items of a stream"
    ),
)
def _(result: list[User]) -> Iterator[int]:
    yield result[0].id


@mistake(
    "`yield` in an async function that is no stream",
    (
        "get_user: a function with `yield` gives a generator, not a result; return the values, or set "
        "streaming_response=True if they are the items of a stream"
    ),
)
async def _(result: list[User]) -> AsyncIterator[int]:
    yield result[0].id


# `result` and `response`.


@mistake(
    "no `result`", "get_user: the first parameter is not `result`, but `user_id`; write def name(result: Type, ...)"
)
def _(user_id: int) -> Any: ...


@mistake("no parameter at all", "get_user: the first parameter is not `result`; write def name(result: Type, ...)")
def _() -> Any: ...


@mistake("`result` without an annotation", "get_user: `result` has no annotation; write result: Type")
def _(result, user_id: int) -> Any: ...  # type: ignore[no-untyped-def]  # noqa: ANN001


@mistake(
    "`result` after another parameter",
    ("get_user: `result` must come first, as a positional parameter; move it there"),
)
def _(user_id: int, result: User) -> Any: ...


@mistake("`result` by keyword only", ("get_user: `result` must come first, as a positional parameter; move it there"))
def _(*, result: User) -> Any: ...


@mistake(
    "a method, decorated with a client's decorator",
    (
        "get_user: `self` is the first parameter, but the decorators of a client are for functions; for a method of an "
        "APIClient subclass use those of clientele.api: from clientele.api import get"
    ),
)
def _(self: Any, result: User, user_id: int) -> Any: ...


@mistake.of_a_method(
    "a function, decorated as a method",
    (
        "get_user: there is no `self` before `result`; the decorators of clientele.api are for methods of "
        "an APIClient subclass: write def name(self, result: Type, ...), or use those of a client: "
        "@client.get(...)"
    ),
)
def _(result: User, user_id: int) -> Any: ...


@mistake.of_a_method(
    "a method without `result`",
    (
        "get_user: the first parameter after `self` is not `result`, but `user_id`; write def name(self, result: Type, "
        "...)"
    ),
)
def _(self: Any, user_id: int) -> Any: ...


@mistake.of_a_method(
    "a method whose `result` is not directly after `self`",
    ("get_user: `result` must come directly after `self`, as a positional parameter; move it there"),
)
def _(self: Any, user_id: int, result: User) -> Any: ...


@mistake(
    "`response` after another parameter",
    (
        "get_user: `response` must come directly after `result`, as a positional parameter; move it "
        "there, or if it is an argument of the call, give it another name: Annotated[..., "
        'Query("response")]'
    ),
)
def _(result: User, user_id: int, response: Response) -> Any: ...


@mistake(
    "`response` of another type",
    (
        "get_user: `response` directly after `result` is the Response; write response: Response, or if it "
        'is an argument of the call, give it another name: Annotated[..., Query("response")]'
    ),
)
def _(result: User, response: str) -> Any: ...


@mistake(
    "a `result` that Pydantic can't validate",
    (
        "get_user: `result`: Pydantic can't validate this type: Unable to generate pydantic-core schema "
        "for <class '{module}.Unknown'>; set response_parser=lambda response: ..., or write a "
        "Pydantic model, dataclass or TypedDict; `request` has no parser, and returns the Response"
    ),
)
def _(result: Unknown) -> Any: ...


M = TypeVar("M", bound=BaseModel)


@mistake(
    "a `result` that is a type variable",
    ("get_user: `result` is ~M, and the type variable ~M has no type when a body is read; write the type itself"),
)
def _(result: M) -> Any: ...  # pyright: ignore[reportInvalidTypeVarUse]


@mistake(
    "a `result` with a type variable in it",
    ("get_user: `result` is list[~M], and the type variable ~M has no type when a body is read; write the type itself"),
)
def _(result: list[M]) -> Any: ...


@mistake(
    "a `result` that is any model",
    "get_user: `result` is BaseModel, and BaseModel itself has no fields; write your own model, or dict[str, Any]",
)
def _(result: BaseModel) -> Any: ...


@mistake(
    "a body in the response to HEAD",
    ("get_user: `result` is User, but the response to HEAD has no body; use Response for its headers, or None"),
    method="HEAD",
)
def _(result: User) -> Any: ...


@mistake(
    "a body in the response to HEAD, by status",
    (
        "get_user: response_map has Problem for 404, but the response to HEAD has no body; use Response "
        "for its headers, or None"
    ),
    method="HEAD",
    response_map={200: None, 404: Problem},
)
def _(result: Problem | None) -> Any: ...


@pytest.mark.parametrize("mistake", mistake.all, ids=str)
def test_a_mistake_raises_at_decoration(mistake: Mistake) -> None:
    """The message names the function, the parameter and what to change; nothing has been called by then."""
    mistake.check()


def test_each_mistake_has_its_own_message() -> None:
    """No two are said with the same words, but where the same is to be done: twice."""
    assert len(mistake.all) - 2 == len(mistake.words())


@pytest.mark.parametrize("name", ["close", "request", "config", "state", "get", "configure"])
def test_a_method_cannot_hide_what_every_client_has(name: str) -> None:
    """The mistake shows when the class is made, and the error says to rename the method."""

    def method(self: Any, result: User) -> User:
        return result

    with pytest.raises(ConfigurationError) as caught:
        type("GitHub", (APIClient,), {name: endpoint("GET", "/users")(method)})
    assert f"GitHub.{name}: APIClient already has `{name}`, which this would hide; rename it" == str(caught.value)


def test_a_mixin_cannot_hide_what_every_client_has() -> None:
    """It is no client itself, so the mistake shows where it becomes part of one."""

    class Closing:
        @get("/users")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
        def close(self, result: User) -> User:
            return result

    with pytest.raises(ConfigurationError, match=r"Closing\.close: APIClient already has `close`"):
        type("GitHub", (Closing, APIClient), {})
