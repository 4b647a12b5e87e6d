"""JSON bodies: secrets are sent, and subclasses are sent in full."""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict, deque
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

import pytest
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    RootModel,
    Secret,
    SecretBytes,
    SecretStr,
    SerializeAsAny,
    computed_field,
    field_serializer,
    model_serializer,
    model_validator,
)
from typing_extensions import TypedDict

from clientele.api import APIClient
from clientele.http import FakeHTTPBackend
from json_bodies import BASE, HUSH, put_it, sent

T = TypeVar("T")


class Login(BaseModel):
    user: str = "ada"
    password: SecretStr = SecretStr(HUSH)


class Keys(BaseModel):
    all: list[SecretStr] = [SecretStr(HUSH)]
    by_name: dict[str, SecretBytes] = {"a": SecretBytes(HUSH.encode())}
    pair: tuple[SecretStr, int] = (SecretStr(HUSH), 1)
    born: Secret[date] = Secret(date(2024, 2, 3))
    maybe: SecretStr | None = SecretStr(HUSH)
    either: int | SecretStr = SecretStr(HUSH)
    none: SecretStr | None = None
    open: Any = SecretStr(HUSH)
    empty: SecretStr = SecretStr("")


KEYS = {
    "all": [HUSH],
    "by_name": {"a": HUSH},
    "pair": [HUSH, 1],
    "born": "2024-02-03",
    "maybe": HUSH,
    "either": HUSH,
    "none": None,
    "open": HUSH,
    "empty": "",
}


class More(BaseModel):
    model_config = ConfigDict(extra="allow")


class Page(BaseModel, Generic[T]):
    items: list[T]


class Tree(BaseModel):
    key: SecretStr
    children: list[Tree] = []


class Root(RootModel[list[SecretStr]]):
    pass


class Computed(BaseModel):
    @computed_field
    def key(self) -> SecretStr:
        return SecretStr(HUSH)


class Wrapped(Login):
    @model_serializer(mode="wrap")
    def _wrap(self, handler: Any) -> Any:
        return {"login": handler(self)}


class Made(Login):
    @model_serializer
    def _make(self) -> Any:
        return {"key": self.password}


class Validated(Login):
    @model_validator(mode="wrap")
    @classmethod
    def _around(cls, value: Any, handler: Any) -> Any:
        return handler(value)


class Own(BaseModel):
    password: SecretStr = SecretStr(HUSH)
    named: Annotated[Login, PlainSerializer(lambda login: login.user)] = Login()

    @field_serializer("password", when_used="json")
    def _mine(self, password: SecretStr) -> str:
        return password.get_secret_value().upper()


class Typed(TypedDict):
    key: SecretStr
    login: Login


class Named(NamedTuple):
    key: SecretStr


@dataclass
class Plain:
    key: SecretStr
    others: list[Plain]


@dataclass
class Further(Plain):
    more: int = 1


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    key: SecretStr = SecretStr(HUSH)


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"


class Owner(BaseModel):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]


LOGIN = {"user": "ada", "password": HUSH}


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url=BASE, http_backend=fake)


SECRETS = [
    (Login, Login(), LOGIN),
    (Keys, Keys(), KEYS),
    (list[Login], [Login()], [LOGIN]),
    (dict[str, Login], {"a": Login()}, {"a": LOGIN}),
    (Login | int, Login(), LOGIN),
    (SecretStr, SecretStr(HUSH), HUSH),
    (dict[str, SecretStr], {"a": SecretStr(HUSH)}, {"a": HUSH}),
    (dict, {"a": [SecretStr(HUSH)], "b": (Login(), {1})}, {"a": [HUSH], "b": [LOGIN, [1]]}),
    (list, [SecretBytes(HUSH.encode())], [HUSH]),
    (list[Any], [Login()], [LOGIN]),
    (dict[str, Any], defaultdict(list, a=[Login()]), {"a": [LOGIN]}),
    (Any, OrderedDict(a=deque([SecretStr(HUSH)])), {"a": [HUSH]}),
    (Any, {"a": Named(SecretStr(HUSH))}, {"a": [HUSH]}),
    (Any, {date(2024, 2, 3): Secret(7)}, {"2024-02-03": 7}),
    (Named, Named(SecretStr(HUSH)), [HUSH]),
    (More, More.model_validate({"password": SecretStr(HUSH), "login": Login()}), {"password": HUSH, "login": LOGIN}),
    (Page[SecretStr], Page[SecretStr](items=[SecretStr(HUSH)]), {"items": [HUSH]}),
    (Page[Login], Page[Login](items=[Login()]), {"items": [LOGIN]}),
    (
        Tree,
        Tree(key=SecretStr("a"), children=[Tree(key=SecretStr("b"))]),
        {"key": "a", "children": [{"key": "b", "children": []}]},
    ),
    (Root, Root([SecretStr(HUSH)]), [HUSH]),
    (Computed, Computed(), {"key": HUSH}),
    (Wrapped, Wrapped(), {"login": LOGIN}),
    (list[Login], [Wrapped(), Validated()], [{"login": LOGIN}, LOGIN]),
    (Made, Made(), {"key": HUSH}),
    (Validated, Validated(), LOGIN),
    (Own, Own(), {"password": HUSH.upper(), "named": "ada"}),
    (Typed, {"key": SecretStr(HUSH), "login": Login()}, {"key": HUSH, "login": LOGIN}),
    (Plain, Plain(SecretStr(HUSH), []), {"key": HUSH, "others": []}),
    (Owner, Owner(pet=Cat()), {"pet": {"kind": "cat", "key": HUSH}}),
    (list[Cat | Dog], [Dog(), Cat()], [{"kind": "dog"}, {"kind": "cat", "key": HUSH}]),
]


@pytest.mark.parametrize(("kind", "value", "written"), SECRETS)
def test_a_secret_is_sent(kind: Any, value: Any, written: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Wherever it stands, by its declaration and without one."""
    for declared in (kind, Any):
        put_it(api, declared, value)
        assert written == sent(fake)
    api.request("PUT", "/x", json=value)
    assert written == sent(fake)
    assert json.dumps(written)


class Shape(BaseModel):
    name: str = "s"


class Circle(Shape):
    radius: int = 1


class Ring(Circle):
    key: SecretStr = SecretStr(HUSH)


class Board(BaseModel):
    shape: Shape
    shapes: list[Shape] = []
    by_name: dict[str, Shape] = {}
    any: SerializeAsAny[Shape] = Shape()


CIRCLE = {"name": "s", "radius": 1}


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (Shape, Circle(), CIRCLE),
        (list[Shape], [Circle(), Shape()], [CIRCLE, {"name": "s"}]),
        (dict[str, Shape], {"a": Circle()}, {"a": CIRCLE}),
        (tuple[Shape, ...], (Circle(),), [CIRCLE]),
        (Shape | None, Circle(), CIRCLE),
        (list[Shape | int], [Circle(), 1], [CIRCLE, 1]),
        (list[Shape], [Ring()], [{**CIRCLE, "key": HUSH}]),
        (
            Board,
            Board(shape=Circle(), shapes=[Ring()], by_name={"a": Circle()}, any=Circle()),
            {"shape": CIRCLE, "shapes": [{**CIRCLE, "key": HUSH}], "by_name": {"a": CIRCLE}, "any": CIRCLE},
        ),
        (Page[Shape], Page[Shape](items=[Circle()]), {"items": [CIRCLE]}),
        (Plain, Further(SecretStr("a"), []), {"key": "a", "others": [], "more": 1}),
        (Plain, Plain(SecretStr("a"), [Further(SecretStr("b"), [])]), None),
    ],
)
def test_a_subclass_is_sent_in_full(kind: Any, value: Any, written: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Alone, in a list or in a field: one value is written in one way."""
    put_it(api, kind, value)
    assert sent(fake) == (written or {"key": "a", "others": [{"key": "b", "others": [], "more": 1}]})


def test_a_subclass_defined_later_is_sent_in_full(api: APIClient, fake: FakeHTTPBackend) -> None:
    """The writer of a body was made before."""

    class Base(BaseModel):
        name: str = "b"

    @api.put("/x")
    def put(result: None, data: list[Base]) -> None:
        return result

    put([Base()])
    assert sent(fake) == [{"name": "b"}]

    class Later(Base):
        key: SecretStr = SecretStr(HUSH)

    put([Later(), Base()])
    assert sent(fake) == [{"name": "b", "key": HUSH}, {"name": "b"}]
