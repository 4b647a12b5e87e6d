"""Mistakes that show when a function is decorated: one table of what is wrong, and what is said about it."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Annotated, Any, TypeVar

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from clientele.api import (
    APIClient,
    AsyncStream,
    Body,
    ConfigurationError,
    File,
    Form,
    Header,
    Path,
    Query,
    Response,
    Stream,
    endpoint,
    get,
)
from clientele.http import FakeHTTPBackend


class User(BaseModel):
    id: int


class Problem(BaseModel):
    title: str


class Search(TypedDict):
    words: str


class Unknown:
    """A class that Pydantic knows nothing of."""


@dataclass(frozen=True)
class Mistake:
    """A function that can't be decorated.

    Attributes:
        what: what is wrong with it.
        says: the message, all of it.
        function: what is decorated.
        decorate: the decorator.
    """

    what: str
    says: str
    function: Any
    decorate: Callable[[APIClient], Callable[[Any], Any]]


MISTAKES: list[Mistake] = []


def mistake(
    what: str, says: str, path: Any = "/users", method: str = "GET", **options: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Put a function, with the path, the method and the options that it would be decorated with, into the table."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        _call_get_user(function)
        MISTAKES.append(Mistake(what, says, function, lambda api: api.endpoint(method, path, **options)))
        return function

    return add


def method_mistake(what: str, says: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Put a function that would be decorated with `clientele.api.get` into the table."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        _call_get_user(function)
        MISTAKES.append(Mistake(what, says, function, lambda _: get("/users")))
        return function

    return add


def _call_get_user(function: Any) -> None:
    if isinstance(function, FunctionType):
        function.__qualname__ = "get_user"


# What is decorated.


def decorated(result: User) -> User:
    return result


mistake(
    "a class in place of a function",
    (
        "<class 'test_api_mistakes.User'> is ModelMetaclass, not a function; decorate a `def` or an `async def`, and "
        "put other decorators above this one"
    ),
)(User)
mistake(
    "no function at all",
    ("'get_user' is str, not a function; decorate a `def` or an `async def`, and put other decorators above this one"),
)("get_user")  # type: ignore[arg-type]
mistake(
    "a staticmethod",
    (
        "{0!r} is staticmethod, not a function; decorate a `def` or an `async def`, and put other "
        "decorators above this one"
    ),
)(staticmethod(lambda result: result))
mistake(
    "a partial",
    ("{0!r} is partial, not a function; decorate a `def` or an `async def`, and put other decorators above this one"),
)(functools.partial(lambda result: result))
mistake(
    "a function that is decorated already",
    (
        "{0!r} is EndpointFunction, not a function; decorate a `def` or an `async def`, and put other "
        "decorators above this one"
    ),
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


@mistake("no `result`", "get_user: the first parameter is not `result`; write def name(result: Type, ...)")
def _(user_id: int) -> Any: ...


@mistake("no parameter at all", "get_user: the first parameter is not `result`; write def name(result: Type, ...)")
def _() -> Any: ...


@mistake("`result` without an annotation", "get_user: `result` has no annotation; write result: Type")
def _(result, user_id: int) -> Any: ...  # type: ignore[no-untyped-def]  # noqa: ANN001


@mistake(
    "`result` after another parameter",
    ("get_user: `result` stands first, where it can be given by position; move it there"),
)
def _(user_id: int, result: User) -> Any: ...


@mistake(
    "`result` by keyword only", ("get_user: `result` stands first, where it can be given by position; move it there")
)
def _(*, result: User) -> Any: ...


@mistake(
    "a method, decorated with a client's decorator",
    (
        "get_user: the first parameter is not `result`; for a method of an APIClient subclass use the "
        "decorators of clientele.api: from clientele.api import get"
    ),
)
def _(self: Any, user_id: int) -> Any: ...


@method_mistake(
    "a function, decorated as a method",
    (
        "get_user: there is no `self` before `result`; the decorators of clientele.api are for methods of "
        "an APIClient subclass: write def name(self, result: Type, ...), or use those of a client: "
        "@client.get(...)"
    ),
)
def _(result: User, user_id: int) -> Any: ...


@method_mistake(
    "a method without `result`",
    ("get_user: the first parameter after `self` is not `result`; write def name(self, result: Type, ...)"),
)
def _(self: Any, user_id: int) -> Any: ...


@method_mistake(
    "a method whose `result` is not directly after `self`",
    ("get_user: `result` stands directly after `self`, where it can be given by position; move it there"),
)
def _(self: Any, user_id: int, result: User) -> Any: ...


@mistake(
    "`response` after another parameter",
    (
        "get_user: `response` stands directly after `result`, where it can be given by position; move it "
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
        "for <class 'test_api_mistakes.Unknown'>. Set `arbitrary_types_allowed=True` in the model_config "
        "to ignore this error or implement `__get_pydantic_core_schema__` on your type to fully support it."
    ),
)
def _(result: Unknown) -> Any: ...


M = TypeVar("M", bound=BaseModel)


@mistake(
    "a `result` that is a type variable",
    (
        "get_user: `result` is ~M, and the type variable ~M stands for a type that nobody knows when a body is read; "
        "write the type itself"
    ),
)
def _(result: M) -> Any: ...


@mistake(
    "a `result` with a type variable in it",
    (
        "get_user: `result` is list[~M], and the type variable ~M stands for a type that nobody knows when a body is "
        "read; write the type itself"
    ),
)
def _(result: list[M]) -> Any: ...


@mistake(
    "a `result` that is any model",
    "get_user: `result` is BaseModel, and BaseModel itself has no fields; write a model of your own, or dict[str, Any]",
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


# The path and the method.


@mistake(
    "a place in the path without a parameter",
    (
        "get_user: the path '/users/{user_id}' has {user_id}, but the function has no such parameter; add "
        "it, or take the place out"
    ),
    path="/users/{user_id}",
)
def _(result: User, login: str) -> Any: ...


@mistake(
    "a place in the path whose parameter goes elsewhere",
    (
        "get_user: `user_id` is in the path '/users/{user_id}', but is marked to go elsewhere; take the "
        "marker or the place out"
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


@mistake(
    "a place without a name", ("get_user: {} in the path '/users/{}' is not the name of a parameter"), path="/users/{}"
)
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
    "a path with a blank",
    (
        "get_user: the path '/all users' can't be part of a URL: url: 'http://host.invalid/all users' has "
        "a blank, a backslash or another character to percent-encode"
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
    ("get_user: `user_id` is marked Path, but the path has no {user_id}; add it, or take the marker out"),
)
def _(result: User, user_id: Annotated[int, Path()]) -> Any: ...


@mistake(
    "two markers",
    ("get_user: `token` is marked Header(alias=None) and Query(alias='t'), but goes to one place; keep one of them"),
)
def _(result: User, token: Annotated[str, Header(), Query("t")]) -> Any: ...


@mistake(
    "a marker inside the type",
    ("get_user: `page` has its marker inside the type; put it outside: Annotated[the whole type, Query(alias='p')]"),
)
def _(result: User, page: Annotated[int, Query("p")] | None = None) -> Any: ...


@mistake(
    "a marker for a default",
    ("get_user: `page` has a marker for its default; write page: Annotated[Type, Query(alias='p')]"),
)
def _(result: User, page: int = Query("p")) -> Any: ...  # type: ignore[assignment]


@mistake(
    "a marker on `**kwargs`",
    (
        "get_user: `more` takes any keywords, which are further query values, so it can't be marked "
        "Header(alias=None); name the parameters that go elsewhere"
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
    ("get_user: `te`['Transfer-Encoding']: the framing of the body follows from the body; leave it out"),
)
def _(result: User, te: Annotated[str, Header("Transfer-Encoding")]) -> Any: ...


@mistake(
    "a model in the query",
    (
        "get_user: `user` is of type User, which can't be written in a query; call it `data` or mark it "
        "Body() if it is the body, else make its fields parameters of their own"
    ),
    method="POST",
)
def _(result: User, user: User) -> Any: ...


@mistake(
    "a TypedDict in the query",
    (
        "get_user: `search` is of type Search, which can't be written in a query; call it `data` or mark it "
        "Body() if it is the body, else make its fields parameters of their own"
    ),
)
def _(result: User, search: list[Search] | None = None) -> Any: ...


@mistake(
    "a dict in `**kwargs`",
    (
        "get_user: `more` is of type dict[str, str], which can't be written in a query; call it `data` or mark "
        "it Body() if it is the body, else make its fields parameters of their own"
    ),
)
def _(result: User, **more: dict[str, str]) -> Any: ...


@mistake(
    "a list in the path",
    ("get_user: `ids` is of type list[int], which can't be written in a path; make its fields parameters of their own"),
    path="/users/{ids}",
)
def _(result: list[User], ids: list[int]) -> Any: ...


@mistake(
    "bytes in a header",
    ("get_user: `key` is of type bytes, which can't be written in a header; make its fields parameters of their own"),
)
def _(result: User, key: Annotated[bytes, Header()]) -> Any: ...


@mistake(
    "a file as a form field",
    (
        "get_user: `photo` is of type bytes, which can't be written in a field of a form; make its fields "
        "parameters of their own, or mark it File() if it is a file"
    ),
    method="POST",
)
def _(result: User, photo: Annotated[bytes, Form()]) -> Any: ...


# The body.


@mistake(
    "two bodies",
    (
        "get_user: `other` and `data` are both the body, and a request has one; mark one of them "
        "otherwise, or make them fields of a model"
    ),
    method="POST",
)
def _(result: User, data: User, other: Annotated[User, Body()]) -> Any: ...


@mistake(
    "a body beside a form",
    (
        "get_user: `data` is the body, and `name` is part of a form, which is a body too; mark all of them "
        "Form() or File(), or none"
    ),
    method="POST",
)
def _(result: User, data: User, name: Annotated[str, Form()]) -> Any: ...


@mistake(
    "a body beside a file",
    (
        "get_user: `user` is the body, and `photo` is part of a form, which is a body too; mark all of "
        "them Form() or File(), or none"
    ),
    method="POST",
)
def _(result: User, photo: Annotated[bytes, File()], user: Annotated[User, Body()]) -> Any: ...


@mistake(
    "a body that Pydantic can't write",
    (
        "get_user(data=...): Pydantic can't write list[test_api_mistakes.Unknown]: Unable to generate "
        "pydantic-core schema for <class 'test_api_mistakes.Unknown'>. Set `arbitrary_types_allowed=True` "
        "in the model_config to ignore this error or implement `__get_pydantic_core_schema__` on your type "
        "to fully support it."
    ),
    method="POST",
)
def _(result: User, data: list[Unknown]) -> Any: ...


@mistake(
    "a body with TRACE",
    ("get_user: a TRACE request has no body (RFC 9110, section 9.3.8); take it out"),
    method="TRACE",
)
def _(result: str, data: str) -> Any: ...


@mistake(
    "an asynchronous body in a `def`",
    ("get_user: `data` is asynchronous, which a plain `def` can't send; write async def, or take an Iterator[bytes]"),
    method="PUT",
)
def _(result: None, data: AsyncIterator[bytes]) -> Any: ...


# Streams.


@mistake(
    "a stream whose `result` is no iterator",
    (
        "get_user: `result` is list[test_api_mistakes.User], but that of a stream is Stream[Type] or "
        "Iterator[Type]; write one of these, or take streaming_response out"
    ),
    streaming_response=True,
)
def _(result: list[User]) -> Any: ...


@mistake(
    "an async stream whose `result` is no iterator",
    (
        "get_user: `result` is User, but that of a stream is AsyncStream[Type] or AsyncIterator[Type]; "
        "write one of these, or take streaming_response out"
    ),
    streaming_response=True,
)
async def _(result: User) -> Any: ...


@mistake(
    "a stream without the type of its items",
    (
        "get_user: `result` is Stream, but that of a stream is Stream[Type] or Iterator[Type]; write one "
        "of these, or take streaming_response out"
    ),
    streaming_response=True,
)
def _(result: Stream) -> Any: ...  # type: ignore[type-arg]


@mistake(
    "an asynchronous stream in a `def`",
    (
        "get_user: `result` is collections.abc.AsyncIterator[test_api_mistakes.User], which is for `async "
        "def`; use Iterator in its place"
    ),
    streaming_response=True,
)
def _(result: AsyncIterator[User]) -> Any: ...


@mistake(
    "a plain stream in an `async def`",
    (
        "get_user: `result` is clientele.api.streams.Stream[test_api_mistakes.User], which is for `def`; "
        "use AsyncIterator in its place"
    ),
    streaming_response=True,
)
async def _(result: Stream[User]) -> Any: ...


@mistake(
    "a stream with `response`",
    ("get_user: a stream has no `response`, since its result is there before the response; take it out"),
    streaming_response=True,
)
def _(result: Iterator[User], response: Response) -> Any: ...


@mistake(
    "items that Pydantic can't validate",
    (
        "get_user: an item of `result`: Pydantic can't validate this type: Unable to generate "
        "pydantic-core schema for <class 'test_api_mistakes.Unknown'>. Set `arbitrary_types_allowed=True` "
        "in the model_config to ignore this error or implement `__get_pydantic_core_schema__` on your type "
        "to fully support it."
    ),
    streaming_response=True,
)
def _(result: Iterator[Unknown]) -> Any: ...


@mistake(
    "an iterator without streaming_response",
    (
        "get_user: `result` is collections.abc.Iterator[test_api_mistakes.User], a stream; set "
        "streaming_response=True, or write list[Type] to wait for all of it"
    ),
)
def _(result: Iterator[User]) -> Any: ...


@mistake(
    "an AsyncStream without streaming_response",
    (
        "get_user: `result` is clientele.api.streams.AsyncStream[test_api_mistakes.User], a stream; set "
        "streaming_response=True, or write list[Type] to wait for all of it"
    ),
)
async def _(result: AsyncStream[User]) -> Any: ...


# The options of a decorator.


@mistake(
    "an unknown option",
    (
        "get_user: unknown option 'retries'; known are headers, timeout, follow_redirects, response_map, "
        "response_parser, streaming_response"
    ),
    retries=3,
)
def _(result: User) -> Any: ...


@mistake(
    "response_map with response_parser",
    ("get_user: response_map and response_parser both say what the result is; keep one of them"),
    response_map={200: User},
    response_parser=str,
)
def _(result: User) -> Any: ...


@mistake(
    "response_map with a stream",
    (
        "get_user: the items of a stream are of one type, and response_map gives several; take one of "
        "response_map and streaming_response out"
    ),
    response_map={200: User},
    streaming_response=True,
)
def _(result: Iterator[User]) -> Any: ...


@mistake(
    "a type of response_map that `result` leaves out",
    ("get_user: response_map has Problem for 404, which `result: User` leaves out; write result: User | Problem"),
    response_map={200: User, 404: Problem},
)
def _(result: User) -> Any: ...


@mistake(
    "an empty response_map",
    ("get_user: response_map is a mapping of statuses to types: {200: User, 404: Problem}"),
    response_map={},
)
def _(result: User) -> Any: ...


@mistake(
    "a key of response_map that is no status",
    ("get_user: response_map has '200', which is no final status; use 200 to 599"),
    response_map={"200": User},
)
def _(result: User) -> Any: ...


@mistake(
    "a status of response_map that is never final",
    ("get_user: response_map has 100, which is no final status; use 200 to 599"),
    response_map={100: User},
)
def _(result: User) -> Any: ...


@mistake(
    "a type of response_map that Pydantic can't validate",
    (
        "get_user: response_map: Pydantic can't validate this type: Unable to generate pydantic-core "
        "schema for <class 'test_api_mistakes.Unknown'>. Set `arbitrary_types_allowed=True` in the "
        "model_config to ignore this error or implement `__get_pydantic_core_schema__` on your type to "
        "fully support it."
    ),
    response_map={200: Unknown},
)
def _(result: Unknown) -> Any: ...


@mistake(
    "a response_parser that is no function",
    ("get_user(response_parser=...): use a function of the Response, or of a line, not str"),
    response_parser="json",
)
def _(result: User) -> Any: ...


async def _aparse(response: Response) -> User: ...  # type: ignore[empty-body]


@mistake(
    "an asynchronous response_parser",
    ("get_user(response_parser=...): use a plain `def`, since what it gets has been read already, not `async def`"),
    response_parser=_aparse,
)
def _(result: User) -> Any: ...


@mistake(
    "streaming_response that is no bool",
    ("get_user(streaming_response=...): use True or False, not str"),
    streaming_response="yes",
)
def _(result: User) -> Any: ...


@mistake(
    "a bad header of the decorator",
    ("get_user: headers: 'a b' is not a header name; use letters, digits and hyphens"),
    headers={"a b": "c"},
)
def _(result: User) -> Any: ...


@mistake(
    "a timeout of the decorator that is none",
    ("get_user(timeout=...): -1 is not a time limit; use a positive number of seconds, or None for none"),
    timeout=-1,
)
def _(result: User) -> Any: ...


@mistake(
    "a follow_redirects of the decorator that is no bool",
    "get_user(follow_redirects=...): use True or False, not int",
    follow_redirects=1,
)
def _(result: User) -> Any: ...


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.what for mistake in MISTAKES])
def test_a_mistake_shows_at_decoration(mistake: Mistake) -> None:
    """The message names the function, the parameter and what to change; nothing has been called by then."""
    fake = FakeHTTPBackend()
    with pytest.raises((ConfigurationError, TypeError)) as caught:
        mistake.decorate(APIClient(base_url="https://api.example.com", http_backend=fake))(mistake.function)
    said = mistake.says.replace("{0!r}", repr(mistake.function)).replace("test_api_mistakes", __name__)
    assert said == str(caught.value)
    assert fake.requests == []


def test_each_mistake_is_told_from_the_others() -> None:
    """No two are said with the same words, but where the same is to be done."""
    assert len({mistake.says for mistake in MISTAKES}) >= len(MISTAKES) - 4


@pytest.mark.parametrize("name", ["close", "request", "config", "state", "get", "configure"])
def test_a_method_can_not_hide_what_every_client_has(name: str) -> None:
    """The mistake shows when the class is made, and the error says to rename the method."""

    def method(self: Any, result: User) -> User:
        return result

    with pytest.raises(ConfigurationError) as caught:
        type("GitHub", (APIClient,), {name: endpoint("GET", "/users")(method)})
    assert f"GitHub.{name}: APIClient has `{name}` already, which this would hide; rename it" == str(caught.value)


def test_a_mixin_can_not_hide_what_every_client_has() -> None:
    """It is no client itself, so the mistake shows where it becomes part of one."""

    class Closing:
        @get("/users")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
        def close(self, result: User) -> User:
            return result

    with pytest.raises(ConfigurationError, match=r"Closing\.close: APIClient has `close` already"):
        type("GitHub", (Closing, APIClient), {})
