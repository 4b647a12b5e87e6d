"""Models, dataclasses, TypedDicts and dicts as forms and parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, SecretStr

from clientele.api import APIClient, ConfigurationError, File, Form, InvalidBody, Part
from clientele.http import FakeHTTPBackend
from clientele_conformance.servers import Origin, response

BASE = "https://api.example.com"


@dataclass
class Range:
    start: date
    end: date | None = None


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    with Origin() as server:
        server.on("/x", response())
        yield server


@pytest.fixture(scope="module")
def api(origin: Origin) -> Iterator[APIClient]:
    with APIClient(base_url=origin.url(), http_backend="httpx") as client:
        yield client


class Token(BaseModel):
    grant_type: str = "password"
    scope: list[str] | None = None
    secret: SecretStr | None = Field(default=None, serialization_alias="clientSecret")


def test_a_form_from_a_model(api: APIClient, origin: Origin) -> None:
    """BDY-2 by alias, None left out, beside further fields; a TypedDict or dict, too."""

    @api.post("/x")
    def login(
        result: None,
        data: Annotated[Token, Form()],
        more: Annotated[dict[str, int], Form()] | None = None,
        one: Annotated[int | None, Form()] = None,
    ) -> None:
        return result

    login(Token(scope=["a", "b"], secret=SecretStr("hush &")), {"x": 1}, 2)
    assert origin.requests[-1].body == b"grant_type=password&scope=a&scope=b&clientSecret=hush%20%26&x=1&one=2"
    login(Token())
    assert origin.requests[-1].body == b"grant_type=password"


def test_a_form_of_a_patch_has_only_set_fields(api: APIClient, origin: Origin) -> None:
    """As a body in JSON has."""

    @api.patch("/x")
    def change(result: None, token: Annotated[Token, Form()]) -> None:
        return result

    change(Token(scope=["a"]))
    assert origin.requests[-1].body == b"scope=a"


def parts_of(origin: Origin) -> list[bytes]:
    """Those of the last request, without what is around them."""
    request = origin.requests[-1]
    boundary = str(request.header("content-type")).partition("boundary=")[2].encode()
    return [part.strip(b"\r\n") for part in request.body.split(b"--" + boundary)[1:-1]]


def test_a_part_is_json(api: APIClient, origin: Origin) -> None:
    """BDY-3 without a filename, beside files and fields; None is left out, and bytes and str are as they are."""

    @api.post("/x")
    def upload(  # noqa: PLR0917 - one of each
        result: None,
        meta: Annotated[Token, Part()],
        rows: Annotated[list[Range], Part("lines")],
        file: Annotated[bytes, File()],
        text: Annotated[str, Part(content_type="text/xml")],
        none: Annotated[Token | None, Part()] = None,
        title: Annotated[str, Form()] = "t",
    ) -> None:
        return result

    upload(Token(secret=SecretStr("hush")), [Range(date(2024, 2, 3))], b"content", "<a/>")
    head = b'Content-Disposition: form-data; name="%s"'
    as_json = b"\r\nContent-Type: application/json\r\n\r\n"
    assert parts_of(origin) == [
        head % b"title" + b"\r\n\r\nt",
        head % b"meta" + as_json + b'{"grant_type":"password","scope":null,"clientSecret":"hush"}',
        head % b"lines" + as_json + b'[{"start":"2024-02-03","end":null}]',
        head % b"file" + b'; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\ncontent',
        head % b"text" + b"\r\nContent-Type: text/xml\r\n\r\n<a/>",
    ]


def test_a_part_of_a_patch_has_only_set_fields(api: APIClient, origin: Origin) -> None:
    """As a body in JSON has."""

    @api.patch("/x")
    def change(result: None, meta: Annotated[Token, Part()]) -> None:
        return result

    change(Token(scope=["a"]))
    assert parts_of(origin)[0].endswith(b'\r\n\r\n{"scope":["a"]}')


def test_parts_without_a_filename_in_direct_calls(api: APIClient, origin: Origin) -> None:
    """As requests and httpx know them."""
    files: dict[str, Any] = {"a": (None, '{"b":1}', "application/json"), "b": (None, "text"), "c": ("f.csv", b"x")}
    api.request("POST", "/x", files=files)
    head = b'Content-Disposition: form-data; name="%s"'
    assert parts_of(origin) == [
        head % b"a" + b'\r\nContent-Type: application/json\r\n\r\n{"b":1}',
        head % b"b" + b"\r\n\r\ntext",
        head % b"c" + b'; filename="f.csv"\r\nContent-Type: text/csv\r\n\r\nx',
    ]


@pytest.mark.parametrize("value", [{"a": float("nan")}, {"a": b"\xff"}, {"a": object()}])
def test_an_invalid_part_raises(value: Any) -> None:
    """The error names function and parameter; nothing is sent."""
    fake = FakeHTTPBackend()
    api = APIClient(base_url=BASE, http_backend=fake)

    @api.post("/x")
    def upload(result: None, meta: Annotated[dict[str, Any], Part()]) -> None:
        return result

    with pytest.raises(InvalidBody, match=r"upload\(meta=\.\.\.\): "):
        upload(value)
    assert fake.requests == []


def test_a_content_type_that_is_not_a_str_raises() -> None:
    """Shows at decoration."""
    api = APIClient(base_url=BASE, http_backend=FakeHTTPBackend())

    wrong: Any = 7

    def upload(result: None, meta: Annotated[dict[str, Any], Part(content_type=wrong)]) -> None:
        return result

    with pytest.raises(ConfigurationError, match=r"`meta`: Part\(content_type=\.\.\.\) is a str, not int"):
        api.post("/x")(upload)
