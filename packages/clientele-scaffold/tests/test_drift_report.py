"""What `clientele drift` prints: each difference with both sides, the line to edit, and a pointer; or JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from drifting import JSON, TEXT
from pets import WritePets, description, drift, written


def test_a_client_that_matches_its_description_has_no_drift(
    write_pets: WritePets, capsys: pytest.CaptureFixture[str]
) -> None:
    """All modules are read, also those that the package doesn't import."""
    assert 0 == drift(write_pets(), "--against", written(description()))
    assert "no drift in 2 calls\n" == capsys.readouterr().out


def test_a_difference_is_shown_with_line_and_pointer(write_pets: WritePets, capsys: pytest.CaptureFixture[str]) -> None:
    """The line to edit, and the place in the description."""
    changed, name = description(), write_pets()
    changed["paths"]["/pets"]["get"]["parameters"][0]["schema"] = TEXT
    assert 1 == drift(name, "--against", written(changed))
    assert (
        f"""\
GET /pets: query limit: type
  declared   integer  {name}/pets.py:10
  described  string   #/paths/~1pets/get/parameters/0
1 difference in 2 calls
"""
        == capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("pointer", "value", "file", "text"),
    [
        ("components/schemas/Named/properties/fullName", {"type": "integer"}, "models", "    name: str"),
        ("components/schemas/Named/properties/more", TEXT, "models", "class Named"),
        ("components/schemas/Pet/allOf/1/properties/more", TEXT, "models", "class Pet"),
        ("components/schemas/Pet/allOf/1/properties/color/enum", ["blue"], "models", "class Color"),
        ("components/schemas/Size/enum", ["small"], "models", "Size = "),
        ("paths/~1pets~1{id}/parameters/0/schema", TEXT, "pets", "async def get_pet"),
        ("paths/~1pets/get/parameters/0/name", "size", "pets", "    limit: int"),
        ("paths/~1pets/get/parameters/1", {"name": "q", "in": "query", "schema": TEXT}, "pets", '@api.get("/pets")'),
        ("paths/~1pets/get/responses/200/content/application~1json/schema", TEXT, "pets", "    result: list[Pet]"),
        ("paths/~1pets~1{id}/get/requestBody", {"content": {JSON: {}}}, "pets", '@api.get("/pets/{pet_id}")'),
        ("paths/~1pets~1{id}~1more", {"get": {"responses": {"204": {"description": ""}}}}, "pets", "    return result"),
    ],
)
def test_the_line_to_edit_is_named(  # noqa: PLR0917 - a row and two fixtures
    write_pets: WritePets, capsys: pytest.CaptureFixture[str], pointer: str, value: Any, file: str, text: str
) -> None:
    """Of the field, class, parameter or decorator; for something new, of its last neighbour."""
    changed, name = description(), write_pets()
    *parts, last = [part.replace("~1", "/") for part in pointer.split("/")]
    target: Any = changed
    for part in parts:
        target = target[int(part)] if isinstance(target, list) else target[part]
    if isinstance(target, list):
        target[int(last) :] = [value]
    else:
        target[last] = value
    assert 1 == drift("--json", name, "--against", written(changed))
    (found,) = json.loads(capsys.readouterr().out)["drift"]
    assert f"{file}.py" == Path(found["file"]).name
    assert Path(found["file"]).read_text().splitlines()[found["line"] - 1].startswith(text)


def test_json_has_the_same_differences(write_pets: WritePets, capsys: pytest.CaptureFixture[str]) -> None:
    changed, name = description(), write_pets()
    del changed["paths"]["/pets"]
    assert 1 == drift(name, "--json", "--against", written(changed))
    assert {
        "drift": [
            {
                "what": "GET /pets",
                "change": "gone",
                "declared": "list_pets",
                "described": "nothing",
                "file": str(Path(name, "pets.py").absolute()),
                "line": 7,
                "pointer": "#/paths",
            }
        ],
        "ignored": [],
        "unused": [],
        "calls": 2,
    } == json.loads(capsys.readouterr().out)


def test_control_characters_of_a_description_are_escaped(
    write_pets: WritePets, capsys: pytest.CaptureFixture[str]
) -> None:
    """So each difference keeps to its lines, and nothing controls the terminal."""
    hostile, name = description(), write_pets()
    operation = {"operationId": "\x1b]0;x\x07", "responses": {"204": {"description": ""}}}
    hostile["paths"]["/a\x1b[2J\nb"] = {"get": operation}
    hostile["components"]["schemas"]["Size"]["enum"].append("\u202eevil\n")
    assert 1 == drift(name, "--against", written(hostile))
    expected = capsys.readouterr().out
    assert all(line.isprintable() for line in expected.splitlines())
    assert 7 == len(expected.splitlines())
