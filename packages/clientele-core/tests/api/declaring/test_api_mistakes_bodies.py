"""Mistakes that show when a function is decorated: what is sent, and what is streamed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from clientele.api import AsyncStream, Body, File, Form, Response, Stream
from clientele_conformance.mistakes import Mistake, Mistakes

mistake = Mistakes()


class User(BaseModel):
    id: int


class Unknown:
    """A class that Pydantic knows nothing of."""


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
        "Form(), File() or Part(), or none"
    ),
    method="POST",
)
def _(result: User, data: User, name: Annotated[str, Form()]) -> Any: ...


@mistake(
    "a body beside a file",
    (
        "get_user: `user` is the body, and `photo` is part of a form, which is a body too; mark all of "
        "them Form(), File() or Part(), or none"
    ),
    method="POST",
)
def _(result: User, photo: Annotated[bytes, File()], user: Annotated[User, Body()]) -> Any: ...


@mistake(
    "a body that Pydantic can't write",
    (
        "get_user(data=...): Pydantic can't write list[{module}.Unknown]: Unable to generate "
        "pydantic-core schema for <class '{module}.Unknown'>. Set `arbitrary_types_allowed=True` "
        "in the model_config to ignore this error or implement `__get_pydantic_core_schema__` on your type "
        "to fully support it."
    ),
    method="POST",
)
def _(result: User, data: list[Unknown]) -> Any: ...


@mistake(
    "a body with TRACE",
    ("get_user: a TRACE request has no body (RFC 9110, section 9.3.8); remove it"),
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
        "get_user: `result` is list[{module}.User], but that of a stream is Stream[Type] or "
        "Iterator[Type]; write one of these, or remove streaming_response"
    ),
    streaming_response=True,
)
def _(result: list[User]) -> Any: ...


@mistake(
    "an async stream whose `result` is no iterator",
    (
        "get_user: `result` is User, but that of a stream is AsyncStream[Type] or AsyncIterator[Type]; "
        "write one of these, or remove streaming_response"
    ),
    streaming_response=True,
)
async def _(result: User) -> Any: ...


@mistake(
    "a stream without the type of its items",
    (
        "get_user: `result` is Stream, but that of a stream is Stream[Type] or Iterator[Type]; write one "
        "of these, or remove streaming_response"
    ),
    streaming_response=True,
)
def _(result: Stream) -> Any: ...  # type: ignore[type-arg]


@mistake(
    "an asynchronous stream in a `def`",
    (
        "get_user: `result` is collections.abc.AsyncIterator[{module}.User], which is for `async "
        "def`; use Iterator instead"
    ),
    streaming_response=True,
)
def _(result: AsyncIterator[User]) -> Any: ...


@mistake(
    "a plain stream in an `async def`",
    (
        "get_user: `result` is clientele.api.streaming.streams.Stream[{module}.User], which is for `def`; "
        "use AsyncIterator instead"
    ),
    streaming_response=True,
)
async def _(result: Stream[User]) -> Any: ...


@mistake(
    "a stream with `response`",
    ("get_user: a stream has no `response`, because `result` exists before the response; remove it"),
    streaming_response=True,
)
def _(result: Iterator[User], response: Response) -> Any: ...


@mistake(
    "items that Pydantic can't validate",
    (
        "get_user: an item of `result`: Pydantic can't validate this type: Unable to generate "
        "pydantic-core schema for <class '{module}.Unknown'>; set response_parser=lambda response: ..., or write a "
        "Pydantic model, dataclass or TypedDict; `request` has no parser, and returns the Response"
    ),
    streaming_response=True,
)
def _(result: Iterator[Unknown]) -> Any: ...


@mistake(
    "an iterator without streaming_response",
    (
        "get_user: `result` is collections.abc.Iterator[{module}.User], a stream; set "
        "streaming_response=True, or write list[Type] to wait for all of it"
    ),
)
def _(result: Iterator[User]) -> Any: ...


@mistake(
    "an AsyncStream without streaming_response",
    (
        "get_user: `result` is clientele.api.streaming.streams.AsyncStream[{module}.User], a stream; set "
        "streaming_response=True, or write list[Type] to wait for all of it"
    ),
)
async def _(result: AsyncStream[User]) -> Any: ...


@pytest.mark.parametrize("mistake", mistake.all, ids=str)
def test_a_mistake_raises_at_decoration(mistake: Mistake) -> None:
    """The message names the function, the parameter and what to change; nothing has been called by then."""
    mistake.check()


def test_each_mistake_has_its_own_message() -> None:
    """No two are said with the same words."""
    assert len(mistake.all) == len(mistake.words())
