"""Mistakes that show when a function is decorated: the options of a decorator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from clientele.api import Events, Response
from clientele_conformance.mistakes import Mistake, Mistakes

mistake = Mistakes()


class User(BaseModel):
    id: int


class Problem(BaseModel):
    title: str


class Unknown:
    """A class that Pydantic knows nothing of."""


# The options of a decorator.


@mistake(
    "an unknown option",
    (
        "get_user: unknown option 'retries'; wrap the backend in a RetryBackend: "
        'http_backend=RetryBackend("httpx", attempts=3); for one endpoint, use its option retry=Retry(...)'
    ),
    retries=3,
)
def _(result: User) -> Any: ...


@mistake(
    "response_map with response_parser",
    ("get_user: response_map and response_parser both declare the result; keep one of them"),
    response_map={200: User},
    response_parser=str,
)
def _(result: User) -> Any: ...


@mistake(
    "response_map with a stream",
    (
        "get_user: the items of a stream have one type, but response_map declares several; remove "
        "response_map or streaming_response"
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
    ('get_user: response_map has \'200\', which is not a final status; use 200 to 599, "2XX" to "5XX", or "default"'),
    response_map={"200": User},
)
def _(result: User) -> Any: ...


@mistake(
    "a status of response_map that is never final",
    ('get_user: response_map has 100, which is not a final status; use 200 to 599, "2XX" to "5XX", or "default"'),
    response_map={100: User},
)
def _(result: User) -> Any: ...


@mistake(
    "a range of response_map in small letters",
    ('get_user: response_map has \'4xx\', which is not a final status; use 200 to 599, "2XX" to "5XX", or "default"'),
    response_map={200: User, "4xx": User},
)
def _(result: User) -> Any: ...


@mistake(
    "a range of response_map whose type `result` leaves out",
    ("get_user: response_map has Problem for 4XX, which `result: User` leaves out; write result: User | Problem"),
    response_map={200: User, "4XX": Problem},
)
def _(result: User) -> Any: ...


@mistake(
    "events that are no Events",
    ('get_user(events=...): use Events({"delta": Delta}, end="[DONE]"), not dict'),
    events={"delta": User},
    streaming_response=True,
)
def _(result: Iterator[User]) -> Any: ...


@mistake(
    "the class Events",
    ('get_user(events=...): use Events({"delta": Delta}, end="[DONE]"), not the class'),
    events=Events,
    streaming_response=True,
)
def _(result: Iterator[User]) -> Any: ...


@mistake(
    "events of what is no stream",
    ("get_user: events are for streams; also set streaming_response=True"),
    events=Events(end="[DONE]"),
)
def _(result: User) -> Any: ...


@mistake(
    "events with response_parser",
    ("get_user: events and response_parser both declare the items; keep one of them"),
    events=Events(end="[DONE]"),
    response_parser=str,
    streaming_response=True,
)
def _(result: Iterator[User]) -> Any: ...


@mistake(
    "an event whose type `result` leaves out",
    (
        "get_user: events has Problem for 'done', which `result: collections.abc.Iterator[{module}.User]` leaves out; "
        "its items are User | Problem"
    ),
    events=Events({"user": User, "done": Problem, "error": str}),
    streaming_response=True,
)
def _(result: Iterator[User]) -> Any: ...


@mistake(
    "an event of a type that Pydantic can't validate",
    (
        "get_user: events['failed']: Pydantic can't validate this type: Unable to generate pydantic-core "
        "schema for <class '{module}.Unknown'>; set response_parser=lambda response: ..., or write a "
        "Pydantic model, dataclass or TypedDict; `request` has no parser, and returns the Response"
    ),
    events=Events({"user": User, "failed": Unknown}, errors={"failed"}),
    streaming_response=True,
)
def _(result: Iterator[User]) -> Any: ...


@mistake(
    "events as bytes",
    ("get_user: `result` is collections.abc.Iterator[bytes], and the data of events is text; write str"),
    events=Events(end="[DONE]"),
    streaming_response=True,
)
def _(result: Iterator[bytes]) -> Any: ...


@mistake(
    "errors that are no map",
    ('get_user: errors is a mapping of statuses to types: {404: NotFound, "4XX": Problem}'),
    errors=Problem,
)
def _(result: User) -> Any: ...


@mistake(
    "errors of a status that raises nothing",
    ('get_user: errors has 200, which is not a status of an error; use 400 to 599, "4XX" to "5XX", or "default"'),
    errors={200: User},
)
def _(result: User) -> Any: ...


@mistake(
    "errors of a type that nobody knows",
    (
        "get_user: errors: Pydantic can't validate this type: Unable to generate pydantic-core "
        "schema for <class '{module}.Unknown'>; set response_parser=lambda response: ..., or write a "
        "Pydantic model, dataclass or TypedDict; `request` has no parser, and returns the Response"
    ),
    errors={404: Unknown},
)
def _(result: User) -> Any: ...


@mistake(
    "a type of response_map that Pydantic can't validate",
    (
        "get_user: response_map: Pydantic can't validate this type: Unable to generate pydantic-core "
        "schema for <class '{module}.Unknown'>; set response_parser=lambda response: ..., or write a "
        "Pydantic model, dataclass or TypedDict; `request` has no parser, and returns the Response"
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
    ("get_user(response_parser=...): use a plain `def`, because its argument has already been read, not `async def`"),
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
    ("get_user(timeout=...): -1 is not a time limit; use a positive number of seconds, or None for no limit"),
    timeout=-1,
)
def _(result: User) -> Any: ...


@mistake(
    "a follow_redirects of the decorator that is no bool",
    "get_user(follow_redirects=...): use True or False, not int",
    follow_redirects=1,
)
def _(result: User) -> Any: ...


@pytest.mark.parametrize("mistake", mistake.all, ids=str)
def test_a_mistake_raises_at_decoration(mistake: Mistake) -> None:
    """The message names the function, the parameter and what to change; nothing has been called by then."""
    mistake.check()


def test_each_mistake_has_its_own_message() -> None:
    """No two are said with the same words."""
    assert len(mistake.all) == len(mistake.words())
