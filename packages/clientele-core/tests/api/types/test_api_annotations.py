"""What an annotation says of an argument, in whichever form, is kept to: names, constraints, serializers, secrets."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from ipaddress import IPv4Address
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, NewType, Optional, TypeVar

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    HttpUrl,
    PastDate,
    PlainSerializer,
    PositiveInt,
    SecretBytes,
    SecretStr,
    StringConstraints,
    WrapSerializer,
)
from typing_extensions import TypeAliasType

from clientele.api import (
    APIClient,
    Body,
    ConfigurationError,
    Form,
    Header,
    InvalidBody,
    InvalidHeader,
    InvalidPathValue,
    Part,
    Path,
    Query,
)
from clientele.http import FakeHTTPBackend
from clientele.http.message.query import encode_pairs

BASE = "https://api.example.com"
SECRET = "s3cret value"

T = TypeVar("T")
Marked = TypeVar("Marked", bound=Annotated[int, Query("page-no")])
UserId = NewType("UserId", int)
Page = TypeAliasType("Page", Annotated[int, Query("page-no")])
Alias = TypeAliasType("Alias", Page)
Generics = TypeAliasType("Generics", Annotated[T, Query("page-no")], type_params=(T,))
Inside = Annotated[T, Query("page-no")]
Limited = TypeAliasType("Limited", Annotated[int, Field(ge=1)])
Nested = TypeAliasType("Nested", "list[Nested] | int")


class Colour(Enum):
    RED = "red"


class Blob(Enum):
    A = b"a"


class Unknown:
    pass


class Key(BaseModel):
    key: SecretStr = SecretStr(SECRET)


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url=BASE, http_backend=fake)


def call(api: APIClient, kind: Any, value: Any, path: str = "/x") -> None:
    """Call a function whose parameter `value` is of the type `kind`."""

    def send(result: None, value: Any) -> None:
        return result

    send.__annotations__["value"] = kind
    send.__qualname__ = "send"
    api.post(path)(send)(value)


def sent(fake: FakeHTTPBackend) -> Any:
    return fake.requests[-1]["kwargs"]


@pytest.mark.parametrize(
    "kind",
    [
        Page,
        Alias,
        Generics[int],
        Inside[int],
        Optional[Annotated[int, Query("page-no")]],  # noqa: UP045 - that is what it is about
        Annotated[int, Query("page-no")] | None,  # pyright: ignore[reportOperatorIssue]
        Annotated[Annotated[int, Query("page-no")], "text"],
        Annotated[Annotated[int, "text"], Query("page-no")],
        Annotated[Page | None, "text"],
        Page | None,
        Annotated[T, Query("page-no")],  # pyright: ignore[reportGeneralTypeIssues]
        Marked,
        Annotated[UserId, Query("page-no")],
        Annotated[int, Field(ge=1), Query("page-no")],
        Annotated[Limited, Query("page-no")] | None,  # pyright: ignore[reportOperatorIssue]
    ],
)
def test_a_marker_is_found(kind: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """Behind aliases, in unions, within another `Annotated`, on type variables."""
    call(api, kind, 7)
    assert sent(fake) == {"params": {"page-no": 7}}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="`type` statements came with Python 3.12")
def test_type_statements(api: APIClient, fake: FakeHTTPBackend) -> None:
    """PEP 695."""
    names: dict[str, Any] = dict(globals())
    exec("type Number = Annotated[int, Query('n')]\ntype Of[T] = Annotated[T, Header('h')]", names)  # noqa: S102
    for kind, options in ((names["Number"], {"params": {"n": 7}}), (names["Of"][int], {"headers": {"h": "7"}})):
        call(api, kind, 7)
        assert options == sent(fake)


def _seconds(value: datetime) -> int:
    return int(value.timestamp())


def _masked(value: str, handler: Any) -> str:
    return f"<{handler(value)}>"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Annotated[datetime, PlainSerializer(_seconds)], datetime(1970, 1, 2, tzinfo=UTC), 86400),
        (Annotated[list[int], PlainSerializer(lambda value: "+".join(map(str, value)))], [1, 2], "1+2"),
        (list[Annotated[int, PlainSerializer(hex)]], [10, 11], ["0xa", "0xb"]),
        (Annotated[str, WrapSerializer(_masked)], "a", "<a>"),
        (Annotated[bool, PlainSerializer(int)], True, 1),
        (Annotated[str, StringConstraints(to_upper=True, strip_whitespace=True)], " a ", "A"),
        (Annotated[int, BeforeValidator(int)], "7", 7),
        (Annotated[str, AfterValidator(str.title)], "ada", "Ada"),
        (HttpUrl, HttpUrl("https://example.com/a"), "https://example.com/a"),
        (timedelta, timedelta(hours=1), "PT1H"),
        (IPv4Address, IPv4Address("127.0.0.1"), "127.0.0.1"),
        (PurePosixPath, PurePosixPath("/a"), "/a"),
        (Limited | None, 3, 3),
        (Literal["a", 1], 1, 1),
        (Literal[Colour.RED], Colour.RED, "red"),
        (PastDate, date(2001, 1, 1), "2001-01-01"),
    ],
)
def test_what_pydantic_makes_of_an_argument(
    kind: Any, value: Any, text: Any, api: APIClient, fake: FakeHTTPBackend
) -> None:
    """Serializers, validators and types of its own, in query, form, header and path alike."""
    call(api, Annotated[kind, Query("a")], value)
    expected = encode_pairs({"a": text})
    assert expected == encode_pairs(sent(fake)["params"])
    call(api, Annotated[kind, Form("a")], value)
    assert expected == encode_pairs(sent(fake)["data"])
    if not isinstance(text, list):
        call(api, Annotated[kind, Path("a")], value, "/x/{a}")
        assert f"{BASE}/x/{expected.partition('=')[2]}" == fake.requests[-1]["url"]
        call(api, Annotated[kind, Header("a")], value)
        assert str(text) == sent(fake)["headers"]["a"]


REFUSED = [
    (Annotated[int, Field(ge=1)], 0, "greater than or equal to 1"),
    (PositiveInt, -1, "greater than 0"),
    (Limited, 0, "greater than or equal to 1"),
    (Limited | None, 0, "greater than or equal to 1"),
    (Annotated[str, Field(min_length=99)], SECRET, "at least 99 characters"),
    (Annotated[str, StringConstraints(pattern="^x")], SECRET, "should match pattern"),
    (Literal["a", "b"], SECRET, "should be 'a' or 'b'"),
    (Literal["a"] | None, SECRET, "should be 'a'"),
    (Annotated[SecretStr, Field(min_length=99)], SecretStr(SECRET), "at least 99"),
    (HttpUrl, SECRET, "should be a valid URL"),
]


@pytest.mark.parametrize(("kind", "value", "message"), REFUSED)
@pytest.mark.parametrize(
    ("marker", "error"),
    [
        (Query(), ConfigurationError),
        (Header(), InvalidHeader),
        (Path(), InvalidPathValue),
        (Form(), InvalidBody),
        (Body(), InvalidBody),
        (Part(), InvalidBody),
    ],
)
def test_a_constraint_is_checked_before_anything_is_sent(  # noqa: PLR0917 - two of them are fixtures
    kind: Any, value: Any, message: str, marker: Any, error: type[Exception], api: APIClient, fake: FakeHTTPBackend
) -> None:
    """The error names function and parameter, and doesn't show the value."""
    with pytest.raises(error, match=message) as caught:
        call(api, Annotated[kind, marker], value, "/x/{value}" if isinstance(marker, Path) else "/x")
    assert str(caught.value).startswith("send")
    assert "value" in str(caught.value).partition(": ")[0] + str(caught.value).partition(": ")[2][:30]
    assert SECRET not in f"{caught.value}{caught.value!r}{caught.value.__cause__}"
    assert fake.requests == []


@pytest.mark.parametrize(
    ("kind", "value"), [(int, "7"), (str, 7), (Colour, "red"), (Annotated[int, "text"], "7"), (list[int], ["a"])]
)
def test_plain_types_are_left_to_type_checkers(kind: Any, value: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """What is sent is what was given."""
    call(api, kind, value)
    assert sent(fake) == {"params": {"value": value}}


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        (Unknown, "a query"),
        (list[Unknown], "a query"),
        (Unknown | None, "a query"),
        (Blob, "a query"),
        (Literal[b"a"], "a query"),
        (complex, "a query"),
        (Callable[[], int], "a query"),
        (Annotated[Unknown, Header()], "a header"),
        (Annotated[bytes, Header()], "a header"),
        (Annotated[Unknown, Form()], "a field of a form"),
        (Annotated[Unknown, Path()], "a path"),
    ],
)
def test_a_type_that_cannot_be_text_raises_at_decoration(kind: Any, where: str, api: APIClient) -> None:
    """The message names function, parameter and place."""

    def send(result: None, value: Any) -> None:
        return result

    send.__annotations__["value"] = kind
    with pytest.raises(ConfigurationError, match=rf"send: `value` is of type .*, which can't be written in {where}"):
        api.post("/x/{value}" if where == "a path" else "/x")(send)


@pytest.mark.parametrize("kind", [SecretStr, SecretStr | None, Any, list[SecretStr], Annotated[SecretStr, "text"]])
@pytest.mark.parametrize("marker", [Query(), Form(), Header(), Path(), Body(), Part()])
def test_a_secret_is_sent_to_every_place(kind: Any, marker: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """In clear, to hand-written backends too; it is the same for SecretBytes."""
    if isinstance(marker, Path) and kind == list[SecretStr]:
        return
    value: Any = [SecretStr(SECRET)] if kind == list[SecretStr] else SecretStr(SECRET)
    call(api, Annotated[kind, marker], value, "/x/{value}" if isinstance(marker, Path) else "/x")
    shown = f"{fake.requests[-1]['url']}{sent(fake)}"
    assert SECRET in shown or SECRET.replace(" ", "%20") in shown
    assert "*****" not in shown


def test_a_type_that_names_itself(api: APIClient, fake: FakeHTTPBackend) -> None:
    """As JSON does."""
    call(api, Annotated[Nested, Body()], [1, [2]])
    assert sent(fake) == {"json": [1, [2]]}


def test_secret_bytes(api: APIClient, fake: FakeHTTPBackend) -> None:
    """As text."""
    for marker in (Query("a"), Form("a"), Header("a")):
        call(api, Annotated[SecretBytes, marker], SecretBytes(SECRET.encode()))
        assert SECRET in str(sent(fake))


def test_a_datetime_without_a_time_zone_raises_as_a_header(api: APIClient, fake: FakeHTTPBackend) -> None:
    """An HTTP date is in UTC."""
    with pytest.raises(InvalidHeader, match="send: header argument 'value': a datetime in a header needs a time zone"):
        call(api, Annotated[datetime, Header("If-Modified-Since")], datetime(2024, 2, 3))  # noqa: DTZ001
    assert fake.requests == []
