"""Values that type checkers accept for the declared type are sent whole."""

from __future__ import annotations

from collections import deque
from typing import Annotated, Any, Generic, TypeVar

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict, Unpack

from clientele.api import APIClient, Header, Query
from clientele.http import FakeHTTPBackend

T = TypeVar("T")


class Box(BaseModel, Generic[T]):
    content: T


class Filters(TypedDict, total=False):
    name: str
    tags: list[str]


class Named(TypedDict):
    name: str


class NamedAndAged(Named):
    age: int


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url="https://api.example.com", http_backend=fake)


def sent(fake: FakeHTTPBackend) -> dict[str, Any]:
    options: dict[str, Any] = fake.requests[-1]["kwargs"]
    return options


def test_keywords_of_a_typed_dict_are_query_values(api: APIClient, fake: FakeHTTPBackend) -> None:
    """`**kwargs: Unpack[Filters]` (PEP 692): each key is a value of its own."""

    @api.get("/users")
    def search(result: Any, **filters: Unpack[Filters]) -> Any:
        return result

    search(name="Ada", tags=["a", "b"])
    assert sent(fake)["params"] == {"name": "Ada", "tags": ["a", "b"]}


@pytest.mark.parametrize("values", [[1, 2], (1, 2), deque([1, 2]), range(1, 3)], ids=lambda given: type(given).__name__)
def test_each_item_of_a_list_is_sent(values: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Also of a deque and a range: in a query they repeat the name, in a header they are joined."""

    @api.get("/users")
    def search(result: Any, ids: Annotated[Any, Query(explode=False)], seen: Annotated[Any, Header("X-Seen")]) -> Any:
        return result, ids, seen

    search(ids=values, seen=values)
    assert sent(fake)["params"] == {"ids": "1,2"}
    assert sent(fake)["headers"] == {"X-Seen": "1, 2"}
    api.request("GET", "/users", params={"id": values})
    assert fake.requests[-1]["url"].endswith("/users")


def test_a_set_is_no_list(api: APIClient) -> None:
    """It has no order; the message says what to write."""
    with pytest.raises(TypeError, match=r"set can't be written as text; use a list: list\(values\)"):
        api.request("GET", "/users", params={"id": {1, 2}})


def test_a_generic_model_is_sent_as_a_parametrized_one(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Type checkers take `Box(content=1)` for a `Box[int]`, which Pydantic makes a class of its own."""

    @api.post("/boxes")
    def add(result: Any, data: Box[int]) -> Any:
        return result, data

    @api.post("/boxes/all")
    def add_all(result: Any, data: list[Box[int]]) -> Any:
        return result, data

    add(Box(content=1))
    assert sent(fake)["json"] == {"content": 1}
    add_all([Box(content=1), Box[int](content=2)])
    assert sent(fake)["json"] == [{"content": 1}, {"content": 2}]


def test_a_typed_dict_with_more_keys_is_sent_whole(api: APIClient, fake: FakeHTTPBackend) -> None:
    """As a subclass of a model is."""

    @api.post("/users")
    def add(result: Any, data: Named) -> Any:
        return result, data

    ada: NamedAndAged = {"name": "Ada", "age": 36}
    add(ada)
    assert sent(fake)["json"] == ada
