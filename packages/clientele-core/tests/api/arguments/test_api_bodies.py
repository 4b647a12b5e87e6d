"""The argument that is the body: what is sent for which type, and what is refused."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from types import SimpleNamespace
from typing import IO, Annotated, Any, Generic, Literal, TypeVar, cast
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, RootModel, field_serializer
from typing_extensions import TypedDict

from clientele.api import APIClient, AsJSON, InvalidBody
from clientele.http import FakeHTTPBackend
from clientele.http.message.body.files import Progress

BASE = "https://api.example.com"
SECRET = "s3cret"
T = TypeVar("T")


class User(BaseModel):
    id: int
    name: str = Field(default="Ada", alias="fullName")
    born: date | None = None


class Admin(User):
    level: int = 1


class Page(BaseModel, Generic[T]):
    items: list[T]


class Ids(RootModel[list[int]]):
    pass


class Guarded(BaseModel):
    token: str

    @field_serializer("token")
    def _refuse(self, token: str) -> str:
        raise ValueError(f"not {token}")


class Message(BaseModel):
    read: bool


@dataclass
class Point:
    x: int
    read: bool = False


class Movie(TypedDict):
    title: str


class Colour(Enum):
    RED = "red"


class Size(StrEnum):
    BIG = "big"


class Blocks:
    """An iterable that is no iterator."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"a"


async def ablocks() -> AsyncIterator[bytes]:
    yield b"a"


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url=BASE, http_backend=fake)


def put_it(api: APIClient, kind: Any, value: Any) -> Any:
    """PUT `value` by a function whose `data` is of the type `kind`."""

    def put(result: None, data: Any) -> None:
        return result

    put.__annotations__["data"] = kind
    return api.put("/x")(put)(value)


def sent(fake: FakeHTTPBackend) -> Any:
    return fake.requests[-1]["kwargs"]


USER = {"id": 1, "fullName": "Ada", "born": None}


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (User, User(id=1), USER),
        (User, User(id=1, born=date(2024, 2, 3)), {**USER, "born": "2024-02-03"}),
        (User, Admin(id=1), {**USER, "level": 1}),
        (User | Point, Admin(id=1), {**USER, "level": 1}),
        (User | None, User(id=1), USER),
        (Any, User(id=1), USER),
        (object, [User(id=1)], [USER]),
        (list[User], [User(id=1)], [USER]),
        (dict[str, User], {"a": User(id=1)}, {"a": USER}),
        (Page[User], Page[User](items=[User(id=1)]), {"items": [USER]}),
        (Ids, Ids([1, 2]), [1, 2]),
        (Message, Message(read=True), {"read": True}),
        (Any, Message(read=True), {"read": True}),
        (Point, Point(1), {"x": 1, "read": False}),
        (Any, Point(1), {"x": 1, "read": False}),
        (Movie, {"title": "M"}, {"title": "M"}),
        (dict, {"a": [1, None]}, {"a": [1, None]}),
        (dict[str, Decimal], {"a": Decimal("1.5")}, {"a": "1.5"}),
        (Any, {"when": date(2024, 2, 3), "colour": Colour.RED}, {"when": "2024-02-03", "colour": "red"}),
        (set[int], {1}, [1]),
        (tuple[int, str], (1, "a"), [1, "a"]),
        (Iterable[User], iter([User(id=1)]), [USER]),
        (UUID, UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Colour, Colour.RED, "red"),
        (Size, Size.BIG, "big"),
        (int, 7, 7),
        (Annotated[list[int], "text"], [1], [1]),
        (Annotated[str, AsJSON()], "text", "text"),
        (Annotated[str, AsJSON], "", ""),
        (cast(Any, Annotated[str, AsJSON()]) | None, "text", "text"),
        (Annotated[str | int, AsJSON()], "text", "text"),
        (Annotated[Literal["a", "b"], AsJSON()], "a", "a"),
    ],
)
def test_values_are_json(kind: Any, value: Any, written: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Models are written by alias, in JSON mode, as what they are and not as what is declared."""
    put_it(api, kind, value)
    assert sent(fake) == {"json": written}
    assert json.dumps(written)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (bytes, b"\x00"),
        (bytearray, bytearray(b"a")),
        (str, "text"),
        (str, ""),
        (Any, "text"),
        (Literal["a", "b"], "a"),
        (User | str, "text"),
        (IO[bytes], io.BytesIO(b"a")),
        (Any, io.BytesIO(b"a")),
        (Progress, Progress(b"a", print)),
        (Iterator[bytes], iter([b"a"])),
        (Iterable[bytes], [b"a", b"b"]),
        (Iterable[bytes], Blocks()),
        (Any, iter([b"a"])),
    ],
)
def test_bytes_text_files_and_iterators_are_the_body(
    kind: Any, value: Any, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """BDY-4, BDY-5 as they are."""
    put_it(api, kind, value)
    assert sent(fake) == {"content": value}


def test_an_asynchronous_iterator_is_the_body_of_an_async_call(api: APIClient, fake: FakeHTTPBackend) -> None:
    """BDY-5 with its type as `data`, or without one."""

    @api.put("/x")
    async def typed(result: None, data: AsyncIterator[bytes]) -> None:
        return result

    @api.put("/x")
    async def untyped(result: None, data: Any) -> None:
        return result

    for call in (typed, untyped):
        asyncio.run(call(ablocks()))
        assert ["content"] == list(sent(fake))


@pytest.mark.parametrize("kind", [User, User | None, Any, str, bytes, Iterator[bytes], dict])
def test_none_sends_no_body(kind: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Whatever the type is."""
    put_it(api, kind, None)
    assert sent(fake) == {}


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (Point, object(), r"put\(data=\.\.\.\): the value can't be written as JSON: .*<class 'object'>"),
        (User, {"id": SECRET}, r"put\(data=\.\.\.\): the value is not what User declares: User is expected"),
        (User, SECRET, "not what User declares: User is expected"),
        (User, SECRET.encode(), "not what User declares: User is expected"),
        (Movie, {"title": 3}, "not what Movie declares: str is expected"),
        (dict[str, int], {"a": SECRET}, r"not what dict\[str, int\] declares: int is expected"),
        (UUID, SECRET, "not what UUID declares: uuid is expected"),
        (Guarded, Guarded(token=SECRET), "a value of type Guarded can't be written as JSON; the cause says why"),
        (Any, {"a": object()}, "the value can't be written as JSON: .*object"),
        (User, User, r"put\(data=\.\.\.\): User is a class; give an instance of it: User\(\.\.\.\)"),
        (User | None, Movie, "Movie is a class; give an instance"),
        (Movie, User, "User is a class; give an instance"),
        (list[User], [User(id=1), User], r"\[1\]: User is a class"),
        (Any, {"a": [int]}, r"a\[0\]: int is a class"),
        (User, User.model_validate, r"model_validate is a function; give what it returns: model_validate\(\.\.\.\)"),
        (Any, {"a": len}, "a: len is a function"),
        (User, SimpleNamespace(id=1, token=SECRET), "the value is not what User declares: User is expected"),
        (Any, float("nan"), "json: the value can't be written as JSON"),
        (dict, {"a": float("inf")}, "json: the value can't be written as JSON"),
        (list[float], [float("nan")], "json: the value can't be written as JSON"),
    ],
)
def test_an_invalid_body_raises(kind: Any, value: Any, message: str, api: APIClient, fake: FakeHTTPBackend) -> None:
    """BDY-1 the error names function, parameter and type, and shows no value; nothing is sent."""
    with pytest.raises(InvalidBody, match=message) as caught:
        put_it(api, kind, value)
    assert SECRET not in f"{caught.value}{caught.value!r}"
    assert fake.requests == []
