"""Markers: arguments that go where their annotation says."""

from __future__ import annotations

import copy
import io
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import BaseModel

from clientele.api import APIClient, Body, File, Form, Header, InvalidHeader, Path, Query
from clientele.api.arguments.markers import Marker, marker_of
from clientele.http import FakeHTTPBackend
from clientele_conformance.servers import Origin, response

BASE = "https://api.example.com/v1"
SECRET = "s3cret"


class User(BaseModel):
    id: int


class Colour(Enum):
    RED = "red"


@pytest.fixture
def api(fake: FakeHTTPBackend) -> APIClient:
    return APIClient(base_url=BASE, http_backend=fake)


def sent(fake: FakeHTTPBackend) -> dict[str, Any]:
    options: dict[str, Any] = fake.requests[-1]["kwargs"]
    return options


def test_an_alias_is_the_name_that_is_sent(api: APIClient, fake: FakeHTTPBackend) -> None:
    """In the path, the query, a header, a field and a file; the function and its callers have their own name."""

    @api.post("/users/{userId}")
    def add(  # noqa: PLR0917 - one of each
        result: Any,
        user_id: Annotated[int, Path("userId")],
        page_size: Annotated[int, Query("pageSize")],
        key: Annotated[str, Header("X-Key")],
        full_name: Annotated[str, Form("fullName")],
        photo: Annotated[bytes, File("profilePhoto")],
    ) -> Any:
        return user_id, page_size, key, full_name, photo

    assert add(7, page_size=3, key="k", full_name="Ada", photo=b"p") == (7, 3, "k", "Ada", b"p")
    assert f"{BASE}/users/7" == fake.requests[-1]["url"]
    assert sent(fake) == {
        "params": {"pageSize": 3},
        "headers": {"X-Key": "k"},
        "data": {"fullName": "Ada"},
        "files": [("profilePhoto", b"p")],
    }


def test_a_marker_without_arguments_may_be_a_class(api: APIClient, fake: FakeHTTPBackend) -> None:
    """`Annotated[str, Header]` is `Annotated[str, Header()]`."""

    @api.get("/users/{user_id}")
    def find(
        result: Any, user_id: Annotated[int, Path], x_key: Annotated[str, Header], data: Annotated[int, Query]
    ) -> Any:
        return result

    find(7, "k", 1)
    assert sent(fake) == {"params": {"data": 1}, "headers": {"x-key": "k"}}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("text", "text"),
        ("", ""),
        (7, "7"),
        (True, "true"),
        (1.5, "1.5"),
        (Colour.RED, "red"),
        (Decimal("1.50"), "1.50"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (date(2024, 2, 3), "2024-02-03"),
        (datetime(2024, 2, 3, 4, 5, tzinfo=UTC), "Sat, 03 Feb 2024 04:05:00 GMT"),
        ([datetime(2024, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))], "Sat, 03 Feb 2024 02:05:00 GMT"),
        (time(4, 5), "04:05:00"),
        (["a", 1, None, Colour.RED], "a, 1, red"),
        (("a", "b"), "a, b"),
        (None, None),
        ([], None),
        ([None], None),
    ],
)
def test_a_header_is_text(value: Any, written: str | None, api: APIClient, fake: FakeHTTPBackend) -> None:
    """HDR-1 of the types of QRY-2; a list joins, None and an empty list leave it out; underscores are hyphens."""

    @api.get("/users")
    def find(result: Any, x_my_key: Annotated[Any, Header()] = None) -> Any:
        return result

    find(value)
    assert sent(fake) == ({} if written is None else {"headers": {"x-my-key": written}})


def test_a_header_wins_over_those_of_decorator_and_client() -> None:
    """Whatever the case of its name; None leaves theirs."""
    fake = FakeHTTPBackend()
    api = APIClient(base_url=BASE, http_backend=fake, headers={"X-A": "client", "X-B": "client", "X-C": "client"})

    @api.get("/users", headers={"x-b": "decorator", "X-C": "decorator"})
    def find(
        result: Any, a: Annotated[str | None, Header("x-a")] = None, b: Annotated[str | None, Header("X-B")] = None
    ) -> Any:
        return result

    find("call", "call")
    assert sent(fake)["headers"] == {"x-a": "call", "X-B": "call", "X-C": "decorator"}
    find()
    assert sent(fake)["headers"] == {"X-A": "client", "x-b": "decorator", "X-C": "decorator"}


@pytest.mark.parametrize("value", [f"{SECRET}\r\nX-Other: 1", f"{SECRET}\0", f"{SECRET}\u00e9", ["a", f"{SECRET}\n"]])
def test_a_header_that_cannot_be_sent_is_not_shown(value: Any, api: APIClient, fake: FakeHTTPBackend) -> None:
    """HDR-1 the error names function, parameter and header; it may be a secret."""

    @api.get("/users")
    def find(result: Any, token: Annotated[Any, Header("X-Token")]) -> Any:
        return result

    with pytest.raises(InvalidHeader, match=r"find: header argument 'token': headers\['X-Token'\]: ") as caught:
        find(value)
    assert SECRET not in f"{caught.value}{caught.value!r}"
    assert caught.value.__cause__ is None
    assert fake.requests == []


def test_a_header_value_that_cannot_be_text_raises(api: APIClient) -> None:
    """The error names the parameter, and shows no value."""

    @api.get("/users")
    def find(result: Any, token: Annotated[Any, Header()]) -> Any:
        return result

    with pytest.raises(TypeError, match="header argument 'token': bytes can't be written as text") as caught:
        find(SECRET.encode())
    assert SECRET not in str(caught.value)


def test_no_repr_shows_a_secret(api: APIClient) -> None:
    """Neither that of a function whose decorator has one, nor that of one with options for a call."""

    @api.get("/users", headers={"X-Key": SECRET})
    def find(result: Any) -> Any:
        return result

    assert SECRET not in repr(find) + repr(find.with_options(headers={"X-Other": SECRET}, query={"key": SECRET}))


def test_a_marked_body(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Under any name, and with any method that may have one: GET and DELETE too (RFC 9110, section 9.3)."""

    def call(result: Any, user: Annotated[User, Body()]) -> Any:
        return result

    for verb in (api.get, api.delete, api.post):
        verb("/users")(call)(User(id=1))
        assert sent(fake) == {"json": {"id": 1}}


def test_a_form_without_files(api: APIClient, fake: FakeHTTPBackend) -> None:
    """BDY-2 a list repeats its name, None is left out."""

    @api.post("/token")
    def login(
        result: Any,
        user: Annotated[str, Form()],
        scope: Annotated[list[str] | None, Form()] = None,
        remember: Annotated[bool | None, Form("keep")] = None,
    ) -> Any:
        return result

    login("ada", ["a", "b"], remember=True)
    assert sent(fake) == {"data": {"user": "ada", "scope": ["a", "b"], "keep": True}}
    login("ada")
    assert sent(fake) == {"data": {"user": "ada"}}


def test_files_of_a_form(api: APIClient, fake: FakeHTTPBackend) -> None:
    """BDY-3 each may be bytes, a file or a tuple, or a list of them under one name."""
    file = io.BytesIO(b"c")

    @api.post("/photos")
    def add(
        result: Any,
        title: Annotated[str | None, Form()] = None,
        cover: Annotated[Any, File()] = None,
        pages: Annotated[list[Any] | None, File("page")] = None,
    ) -> Any:
        return result

    add("t", b"a", [("b.txt", b"b"), None, file, ("d", "text", "text/csv")])
    assert sent(fake) == {
        "data": {"title": "t"},
        "files": [("cover", b"a"), ("page", ("b.txt", b"b")), ("page", file), ("page", ("d", "text", "text/csv"))],
    }
    add("t")
    assert sent(fake) == {"data": {"title": "t"}, "files": []}
    add()
    assert sent(fake) == {}


def test_a_form_on_the_wire(fake: FakeHTTPBackend) -> None:
    """BDY-2 and BDY-3, as a server gets it from the default backend."""
    with Origin() as origin, APIClient(base_url=origin.url(), http_backend="httpx") as api:
        origin.on("/form", response())

        @api.post("/form")
        def plain(result: None, a: Annotated[str, Form()], b: Annotated[list[Colour], Form()]) -> None:
            return result

        @api.post("/form")
        def with_file(
            result: None, a: Annotated[str, Form()], f: Annotated[bytes, File()], x_trace: Annotated[int, Header()]
        ) -> None:
            return result

        plain("ü &", [Colour.RED, Colour.RED])
        with_file("1", b"content", 7)
        first, second = origin.requests
        assert (b"a=%C3%BC%20%26&b=red&b=red", "application/x-www-form-urlencoded") == (
            first.body,
            first.header("content-type"),
        )
        assert str(second.header("content-type")).startswith("multipart/form-data; boundary=")
        assert b'name="a"\r\n\r\n1\r\n' in second.body
        assert b'name="f"; filename="f"\r\nContent-Type: application/octet-stream\r\n\r\ncontent\r\n' in second.body
        assert second.header("x-trace") == "7"


def test_further_query_values_may_not_repeat_one_that_is_declared(api: APIClient, fake: FakeHTTPBackend) -> None:
    """Under an alias that looks like another name."""

    @api.get("/users")
    def find(result: Any, page_size: Annotated[int, Query("pageSize")], **more: int) -> Any:
        return result

    with pytest.raises(TypeError, match=r"find\(\) got multiple values for the query value 'pageSize'"):
        find(1, pageSize=2)
    assert fake.requests == []


@pytest.mark.parametrize("marker", [Path("a"), Query("a"), Header("a"), Body(), Form("a"), File("a")])
def test_a_marker_is_found_among_the_rest(marker: Marker) -> None:
    """Wherever it stands; it can be shared, since it can't be changed."""
    for annotation in (
        Annotated[str, marker],
        Annotated[str, "text", marker, 3],
        Annotated[Annotated[str, marker], "text"],
    ):
        assert marker == marker_of(annotation, "f")
    assert {marker} == {marker, copy.copy(marker)}
    assert marker_of(Annotated[str, "text"], "f") is None
    with pytest.raises((AttributeError, TypeError)):
        marker.alias = "b"  # type: ignore[misc, union-attr]  # pyright: ignore[reportAttributeAccessIssue]
