"""Bodies of requests: what is written for a media type, and what is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientele.http import FakeHTTPBackend
from clientele.testing import use_backend
from drifting import JSON, answers, described, takes
from trying import New, new_in, source_of

TREE = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "size": {"type": "integer"}}}
REFERENCE = {"$ref": "#/components/schemas/Tree"}


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> New:
    return new_in(tmp_path, monkeypatch)


def several(**contents: Any) -> dict[str, Any]:
    """The description of an operation with several bodies."""
    body = {"requestBody": {"required": True, "content": contents}}
    return described({"operationId": "save", **body}, method="post", schemas={"Tree": TREE})


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "enum": ["a", "b"]}, "a"),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "text"),
        ({"allOf": [{"type": "string", "minLength": 2}]}, "text"),
        ({"$ref": "#/components/schemas/Name"}, "text"),
        ({"type": ["string", "null"]}, "text"),
    ],
)
def test_a_string_is_sent_as_json_and_read_as_json(schema: Any, value: str, new: New) -> None:
    """With its quotes, which a str as it is hasn't."""
    operation = {"operationId": "save", **takes(schema), **answers(schema)}
    package = new(described(operation, method="post", schemas={"Name": {"type": "string", "minLength": 1}}))
    fake = FakeHTTPBackend()
    fake.on("POST", "/things").reply(200, f'"{value}"')
    with use_backend(fake):
        assert value == package.endpoints.save(data=value)
    assert {"json": value} == fake.requests[0]["kwargs"]


def test_lines_of_json_strings_are_read_as_json(new: New) -> None:
    operation = {"operationId": "lines", **answers({"type": "string"}, media_type="application/x-ndjson")}
    package = new(described(operation))
    fake = FakeHTTPBackend()
    fake.on("GET", "/things").reply(200, '"a"\n"b"\n')
    with use_backend(fake), package.endpoints.lines() as items:
        assert ["a", "b"] == list(items)


def test_what_says_the_same_in_another_media_type_is_named_only(new: New) -> None:
    package = new(several(**{"application/xml": {"schema": REFERENCE}, JSON: {"schema": REFERENCE}}))
    assert not hasattr(package.endpoints, "save_as_xml")
    assert "The body may also be application/xml." in package.endpoints.save.__doc__


def test_a_body_of_another_schema_has_a_function_of_its_own(new: New) -> None:
    """An upload can't be sent as JSON, nor can lines of CSV."""
    upload = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
    contents = {
        JSON: {"schema": REFERENCE},
        "multipart/form-data": {"schema": upload},
        "text/csv": {"schema": {"type": "string"}},
        "image/*": {},
    }
    package = new(several(**contents))
    fake = FakeHTTPBackend()
    with use_backend(fake):
        for name, given in {
            "save": {"data": package.models.Tree(name="a")},
            "save_as_multipart": {"file": b"content"},
            "save_as_csv": {"data": "a,b"},
            "save_as_image": {"data": b"GIF89a"},
        }.items():
            fake.on("POST", "/things").reply(204)
            getattr(package.endpoints, name)(**given)
    sent = [each["kwargs"] for each in fake.requests]
    assert {"json": {"name": "a"}} == sent[0]
    assert {"file": b"content"} == dict(sent[1]["files"])
    assert ("a,b", "text/csv") == (sent[2]["content"], sent[2]["headers"]["Content-Type"])
    assert (b"GIF89a", "image/*") == (sent[3]["content"], sent[3]["headers"]["Content-Type"])
    assert "The body is text/csv." in package.endpoints.save_as_csv.__doc__


def test_a_further_function_has_a_name_of_its_own(new: New) -> None:
    document = several(**{JSON: {"schema": REFERENCE}, "text/csv": {"schema": {"type": "string"}}})
    document["paths"]["/other"] = {"get": {"operationId": "saveAsCsv", "responses": {"204": {"description": ""}}}}
    package = new(document)
    assert {"save", "save_as_csv", "save_as_csv_2"} <= vars(package.endpoints).keys()


def test_bytes_without_a_schema_can_be_tried(new: New, tmp_path: Path) -> None:
    """The test that is written along gives bytes."""
    package = new(several(**{"application/octet-stream": {}}))
    assert 'save(data=b"content")' in (tmp_path / f"test_{package.__name__}.py").read_text()


def test_styles_of_paths_and_cookies_are_written(new: New) -> None:
    """As OpenAPI says, with what can't be in a cookie escaped."""
    numbers = {"type": "array", "items": {"type": "integer"}}
    parameters = [
        {"name": "a", "in": "path", "required": True, "style": "label", "schema": numbers},
        {"name": "plain", "in": "cookie", "schema": {"type": "string"}},
        {"name": "ids", "in": "cookie", "explode": False, "schema": numbers},
        {"name": "many", "in": "cookie", "schema": numbers},
    ]
    package = new(described({"operationId": "find", "parameters": parameters}, path="/things/{a}"))
    fake = FakeHTTPBackend()
    fake.on("GET", "/things/{a}").reply(204)
    cookies = package.models.FindCookies(plain="a; b=ü", ids=[1, 2], many=[3, 4])
    with use_backend(fake):
        package.endpoints.find(a=[1, 2], cookies=cookies)
    assert fake.requests[0]["url"].endswith("/things/.1%2C2")
    assert "plain=a%3B%20b=%C3%BC; ids=1,2; many=3&many=4" == fake.requests[0]["kwargs"]["headers"]["Cookie"]
    assert 'path_style("a", "label", explode=False)' in source_of(package.endpoints)
