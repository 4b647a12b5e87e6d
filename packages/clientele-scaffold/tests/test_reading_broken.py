"""Descriptions that can't be used: each gets a message with the place, and none a traceback or much time."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from clientele_scaffold.reading import DescriptionError, parse_description, read_description

OK = {"204": {"description": ""}}
INFO = {"title": "t", "version": "1"}


def written(version: str = "3.1.0", **parts: Any) -> dict[str, Any]:
    return {"openapi": version, "info": INFO, "paths": {}, **parts}


def circle(*names: str) -> dict[str, Any]:
    following = [*names[1:], names[0]]
    schemas = {name: {"$ref": f"#/components/schemas/{after}"} for name, after in zip(names, following, strict=True)}
    return written(components={"schemas": schemas})


BROKEN = {
    "no version": ({"info": INFO, "paths": {}}, "#/openapi"),
    "a version of none": (written(openapi=3), "#/openapi"),
    "Swagger 2.0": ({"swagger": "2.0", "info": INFO, "paths": {}}, "#/openapi"),
    "no title": ({"openapi": "3.1.0", "info": {"version": "1"}, "paths": {}}, "#/info"),
    "a parameter nowhere": (
        written(paths={"/a": {"get": {"parameters": [{"name": "x"}], "responses": OK}}}),
        "#/paths/~1a/get/parameters/0",
    ),
    "a parameter nowhere, in 3.0": (
        written("3.0.0", paths={"/a~b": {"get": {"parameters": [{"name": "x"}], "responses": OK}}}),
        "#/paths/~1a~0b/get/parameters/0",
    ),
    "a type that is none": (
        written("3.0.0", components={"schemas": {"A": {"type": "text"}}}),
        "#/components/schemas/A/type",
    ),
    "a type that is none, in 3.1": (written(components={"schemas": {"A": {"type": 3}}}), "#/components/schemas/A/type"),
    "a reference to nothing": (
        written(components={"schemas": {"A": {"items": {"$ref": "#/components/schemas/B"}}}}),
        "#/components/schemas/A/items",
    ),
    "a reference into a list": (
        written(components={"schemas": {"A": {"$ref": "#/components/schemas/B/required/x"}, "B": {"required": ["x"]}}}),
        "#/components/schemas/A",
    ),
    "a reference to another file": (
        written(components={"schemas": {"A": {"$ref": "file:///etc/passwd"}}}),
        "#/components/schemas/A",
    ),
    "a reference to itself": (circle("A"), "#/components/schemas/A"),
    "references in a circle": (circle("A", "B", "C"), "#/components/schemas/A"),
    "a schema made of itself": (
        written(components={"schemas": {"A": {"allOf": [{"$ref": "#/components/schemas/A"}]}}}),
        "#/components/schemas/A/allOf/0",
    ),
    "a reference to what is no schema": (
        written(components={"schemas": {"A": {"$ref": "#/info/title"}}}),
        "#/info/title",
    ),
    "a reference to what is no parameter": (
        written(paths={"/a": {"get": {"parameters": [{"$ref": "#/info"}], "responses": OK}}}),
        "#/info",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_message_has_the_place(name: str) -> None:
    document, pointer = BROKEN[name]
    with pytest.raises(DescriptionError) as caught:
        parse_description(document, "shop.json")
    assert pointer in [problem.pointer for problem in caught.value.problems]
    assert f"  {pointer}: " in str(caught.value)


def _nine_times(name: str, after: str) -> bytes:
    return f"{after}: &{after} [{','.join(['*' + name] * 9)}]\n".encode()


TEXTS = {
    "no JSON": b'{"openapi": ',
    "no YAML": b"a: [",
    "no UTF-8": b"\xff\xfe\x00",
    "no object": b"[1]",
    "nothing": b"",
    "a number that is none": b'{"openapi": NaN}',
    "a list around itself": b"&a [*a]",
    "an object inside of itself": b"openapi: &a {b: *a}",
    "an object of Python": b"openapi: !!python/object/apply:os.system [echo]",
    "half a character": b'{"info": "\\ud800"}',
    "binary data": b"openapi: !!binary aGVsbG8=",
    "depth": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "depth in YAML": b"a: " + b"[" * 2000 + b"]" * 2000,
    "billions": b"a: &a [1,1,1,1,1,1,1,1,1]\n" + b"".join(_nine_times(*names) for names in pairwise("abcdefghij")),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_no_description_is_refused(name: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(TEXTS[name])
    with pytest.raises(DescriptionError, match=r"  #\S*: "):
        read_description(str(file))


def test_a_file_that_is_not_there_is_one_of_these_errors(tmp_path: Path) -> None:
    with pytest.raises(DescriptionError, match="can't be read"):
        read_description(str(tmp_path / "nothing.json"))


def test_what_is_as_deep_as_it_may_be_is_read() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(45):
        schema = {"type": "array", "items": schema}
    for version in ("3.0.0", "3.1.0"):
        nested = {"type": "object", "properties": {"a": schema}}
        assert parse_description(written(version, components={"schemas": {"A": nested}})) is not None


def test_a_place_is_told_once() -> None:
    with pytest.raises(DescriptionError) as caught:
        parse_description(written(components={"schemas": {"A": {"properties": {"b": {"type": "money"}}}}}))
    assert ["#/components/schemas/A/properties/b/type"] == [problem.pointer for problem in caught.value.problems]


def test_messages_are_short_and_printable() -> None:
    hostile = "\x1b[31m\n" * 1000
    with pytest.raises(DescriptionError) as caught:
        parse_description(written(components={"schemas": {"A": {"type": hostile}}}))
    assert all(line.isprintable() and len(line) < 700 for line in str(caught.value).splitlines())
    assert len(json.dumps(str(caught.value))) < 2000
