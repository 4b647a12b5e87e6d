"""Which fields of a model are sent: in a PATCH those that were set, else all, unless `Body` says otherwise."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar

import pytest
from pydantic import BaseModel, Field, RootModel, SecretStr, computed_field
from typing_extensions import TypedDict

from clientele.api import APIClient, Body, ConfigurationError
from clientele.http import FakeHTTPBackend

BASE = "https://api.example.com"
T = TypeVar("T")


class Address(BaseModel):
    city: str | None = None
    street: str | None = None


class Home(Address):
    floor: int = 0


class Update(BaseModel):
    name: str | None = None
    full_name: str | None = Field(default=None, alias="fullName")
    address: Address | None = None
    others: list[Address] = []
    by_name: dict[str, Address] = {}
    either: Address | int = 0
    token: SecretStr | None = None

    @computed_field
    def size(self) -> int:
        return len(self.others)


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    tail: int = 1


class Owner(BaseModel):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]
    note: str | None = None


class Change(BaseModel, Generic[T]):
    value: T
    reason: str | None = None


class Batch(RootModel[list[Address]]):
    pass


class Node(BaseModel):
    name: str | None = None
    children: list[Node] = []


class Patch(TypedDict, total=False):
    name: str
    address: Address


@dataclass
class Point:
    x: int
    y: int | None = None


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url=BASE, http_backend=fake)


def sent(fake: FakeHTTPBackend) -> Any:
    return fake.requests[-1]["kwargs"]["json"]


def send(api: APIClient, method: str, kind: Any, value: Any) -> None:
    """Call a function whose `data` is of the type `kind`."""

    def call(result: None, data: Any) -> None:
        return result

    call.__annotations__["data"] = kind
    api.endpoint(method, "/x")(call)(value)


PATCHED = [
    (Update, Update(), {}),
    (Update, Update(name=None), {"name": None}),
    (Update, Update(fullName="Ada"), {"fullName": "Ada"}),
    (Update, Update(address=Address(city="Rome")), {"address": {"city": "Rome"}}),
    (Update, Update(address=Home(floor=3)), {"address": {"floor": 3}}),
    (Update, Update(others=[Address(city="Rome"), Home()]), {"others": [{"city": "Rome"}, {}]}),
    (Update, Update(by_name={"a": Address(street=None)}), {"by_name": {"a": {"street": None}}}),
    (Update, Update(either=Address(city="Rome")), {"either": {"city": "Rome"}}),
    (Update, Update(token=SecretStr("hush")), {"token": "hush"}),
    (Update | None, Update(name="Ada"), {"name": "Ada"}),
    (Any, Update(name="Ada"), {"name": "Ada"}),
    (BaseModel, Update(name="Ada"), {"name": "Ada"}),
    (list[Address], [Address(city="Rome"), Address()], [{"city": "Rome"}, {}]),
    (dict[str, Any], {"a": [Address(city="Rome")], "b": None}, {"a": [{"city": "Rome"}], "b": None}),
    (dict, {"a": Address(city="Rome")}, {"a": {"city": "Rome"}}),
    (Patch, {"address": Address(city="Rome")}, {"address": {"city": "Rome"}}),
    (Owner, Owner(pet=Cat(kind="cat")), {"pet": {"kind": "cat"}}),
    (Change[Address], Change[Address](value=Address(city="Rome")), {"value": {"city": "Rome"}}),
    (Batch, Batch([Address(city="Rome")]), [{"city": "Rome"}]),
    (Node, Node(children=[Node(name="a")]), {"children": [{"name": "a"}]}),
    (Point, Point(1), {"x": 1, "y": None}),
    (dict[str, int | None], {"a": None}, {"a": None}),
]


@pytest.mark.parametrize(("kind", "value", "written"), PATCHED)
def test_a_patch_has_what_was_set(kind: Any, value: Any, written: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """In every model within the body; None is sent if it was set. What is no model knows nothing of being set."""
    send(api, "PATCH", kind, value)
    assert written == sent(fake)


@pytest.mark.parametrize(("kind", "value", "written"), PATCHED)
def test_a_patch_without_a_declaration(
    kind: Any,
    value: Any,
    written: Any,
    api: APIClient,
    fake: FakeHTTPBackend,
) -> None:
    """`request` and `arequest` write the same."""
    api.request("patch", "/x", json=value)
    assert written == sent(fake)
    asyncio.run(api.arequest("PATCH", "/x", json=value))
    assert written == sent(fake)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "QUERY"])
def test_other_methods_have_all(method: str, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Defaults and what is computed, too."""
    for call in (lambda: send(api, method, Update, Update()), lambda: api.request(method, "/x", json=Update())):
        call()
        assert sent(fake) == {
            "name": None,
            "fullName": None,
            "address": None,
            "others": [],
            "by_name": {},
            "either": 0,
            "token": None,
            "size": 0,
        }


ADDRESS = {"city": None, "street": None}


@pytest.mark.parametrize(
    ("method", "marker", "value", "written"),
    [
        ("PATCH", Body(exclude_unset=False), Address(city="Rome"), {"city": "Rome", "street": None}),
        ("POST", Body(exclude_unset=True), Address(city=None), {"city": None}),
        ("POST", Body(exclude_unset=True), Node(children=[Node(name="a")]), {"children": [{"name": "a"}]}),
        ("POST", Body(exclude_none=True), Address(city="Rome"), {"city": "Rome"}),
        ("POST", Body(exclude_none=True), [Address(city="Rome"), Home()], [{"city": "Rome"}, {"floor": 0}]),
        ("POST", Body(exclude_none=True), {"a": None, "b": Address()}, {"a": None, "b": {}}),
        ("POST", Body(exclude_defaults=True), Home(floor=0, city="Rome"), {"city": "Rome"}),
        ("PATCH", Body(exclude_none=True), Update(name=None, fullName="A"), {"fullName": "A"}),
        ("PATCH", Body(by_alias=False), Update(fullName="A"), {"full_name": "A"}),
        ("PUT", Body(by_alias=False, exclude_none=True, exclude_defaults=True), Update(fullName="A"), None),
        ("POST", Body, Address(), ADDRESS),
    ],
)
def test_body_says_otherwise(  # noqa: PLR0917 - two of them are fixtures
    method: str, marker: Any, value: Any, written: Any, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """For any method, in models within models, lists and dicts."""
    for kind in (type(value), Any):
        send(api, method, Annotated[kind, marker], value)
        assert (written or {"full_name": "A", "size": 0}) == sent(fake)


@pytest.mark.parametrize("name", ["exclude_unset", "exclude_none", "exclude_defaults", "by_alias"])
def test_a_value_that_is_not_a_bool_raises(name: str, api: APIClient) -> None:
    """At decoration."""
    marker = Body(**{name: "yes"})  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match=rf"call: `data`: Body\({name}=\.\.\.\) is True or False, not str"):
        send(api, "POST", Annotated[Address, marker], Address())


def test_what_is_said_of_a_body_is_shown() -> None:
    """And no more than that."""
    assert repr(Body(exclude_none=True)) == "Body(exclude_none=True)"
    assert repr(Body()) == "Body()"
