"""`clientele drift`, and the fixture: what they print, which lines they name, and what they refuse."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml  # noqa: F401 - pytester forgets what a run imports first, and PyYAML's part in C can't be imported twice

from clientele.commands.main import main
from clientele_conformance.servers import Origin, json_response
from drifting import JSON

pytest_plugins = ["pytester"]

MODELS = """
from enum import Enum
from typing import Literal
from pydantic import BaseModel, Field
from typing_extensions import TypeAliasType

Size = TypeAliasType("Size", Literal["small", "big"])

class Color(Enum):
    red = "red"

class Named(BaseModel):
    name: str = Field(alias="fullName")

class Pet(Named):
    color: Color
    size: Size
"""
PETS = """
from clientele.api import APIClient
from .models import Pet

api = APIClient(base_url="{base_url}")

@api.get("/pets")
def list_pets(
    result: list[Pet],
    limit: int = 10,
) -> list[Pet]:
    return result

@api.get("/pets/{{pet_id}}")
async def get_pet(result: Pet, pet_id: int) -> Pet:
    return result
"""
TEXT = {"type": "string"}
numbers = itertools.count()
Write = Callable[..., str]


def description() -> dict[str, Any]:
    pet = {"200": {"description": "", "content": {JSON: {"schema": {"$ref": "#/components/schemas/Pet"}}}}}
    pets = {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}
    number = {"type": "integer"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pets", "version": "1"},
        "paths": {
            "/pets": {
                "get": {
                    "tags": ["pets"],
                    "parameters": [{"name": "limit", "in": "query", "schema": number}],
                    "responses": {"200": {"description": "", "content": {JSON: {"schema": pets}}}},
                }
            },
            "/pets/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": number}],
                "get": {"tags": ["pets"], "responses": pet},
            },
        },
        "components": {
            "schemas": {
                "Named": {"type": "object", "required": ["fullName"], "properties": {"fullName": TEXT}},
                "Pet": {
                    "allOf": [
                        {"$ref": "#/components/schemas/Named"},
                        {
                            "type": "object",
                            "required": ["color", "size"],
                            "properties": {"color": {"enum": ["red"]}, "size": {"$ref": "#/components/schemas/Size"}},
                        },
                    ]
                },
                "Size": {"type": "string", "enum": ["small", "big"]},
            }
        },
    }


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a package, whose files are told besides those of pets, and gives its name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def package(base_url: str = "https://api.example.com", **files: str) -> str:
        name = f"clientele_test_pets_{next(numbers)}"
        folder = tmp_path / name
        folder.mkdir()
        own = {"__init__": "", "models": MODELS, "pets": PETS.format(base_url=base_url), **files}
        for file, text in own.items():
            (folder / f"{file}.py").write_text(text)
        return name

    return package


def against(document: dict[str, Any]) -> str:
    """The description, in a file of the working directory."""
    Path("openapi.json").write_text(json.dumps(document))
    return "openapi.json"


def drift(*arguments: str) -> int:
    return main(["drift", *arguments])


def test_a_client_that_is_as_described_has_no_drift(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """Its modules are found, whether the package imports them or not."""
    assert 0 == drift(write(), "--against", against(description()))
    assert "no drift in 2 calls\n" == capsys.readouterr().out


def test_each_side_is_shown_with_its_place(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """The line is the one to edit; the pointer is where the description says otherwise."""
    changed, name = description(), write()
    changed["paths"]["/pets"]["get"]["parameters"][0]["schema"] = TEXT
    assert 1 == drift(name, "--against", against(changed))
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
    write: Write, capsys: pytest.CaptureFixture[str], pointer: str, value: Any, file: str, text: str
) -> None:
    """That of the field, the class, the parameter or the decorator; for what is new, the last of what is next to it."""
    changed, name = description(), write()
    *parts, last = [part.replace("~1", "/") for part in pointer.split("/")]
    target: Any = changed
    for part in parts:
        target = target[int(part)] if isinstance(target, list) else target[part]
    if isinstance(target, list):
        target[int(last) :] = [value]
    else:
        target[last] = value
    assert 1 == drift("--json", name, "--against", against(changed))
    (found,) = json.loads(capsys.readouterr().out)["drift"]
    assert f"{file}.py" == Path(found["file"]).name
    assert Path(found["file"]).read_text().splitlines()[found["line"] - 1].startswith(text)


def test_json_says_the_same(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """For programs."""
    changed, name = description(), write()
    del changed["paths"]["/pets"]
    assert 1 == drift(name, "--json", "--against", against(changed))
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


def test_what_is_ignored_has_a_reason_and_does_not_count(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """A row names a difference as the report does; a star stands for any text."""
    changed, name = description(), write()
    changed["components"]["schemas"]["Named"]["properties"] |= {"a": TEXT, "b": TEXT}
    rows = '[[ignore]]\nwhat = "Named.*: missing"\nreason = "not ours"\n'
    Path("drift.toml").write_text(rows)
    assert 0 == drift(name, "--against", against(changed), "--ignore", "drift.toml")
    assert "0 differences, 2 ignored in 2 calls\n" == capsys.readouterr().out
    Path("drift.toml").write_text(rows + '[[ignore]]\nwhat = "Named.a: type"\nreason = "was text"\n')
    assert 1 == drift(name, "--against", against(changed), "--ignore", "drift.toml")
    assert "ignored, but not there: Named.a: type (was text)\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ('[[ignore]]\nwhat = "Pet.a: type"', 'drift.toml: row 1 (Pet.a: type) has no reason; write reason = "..."'),
        ('[[ignore]]\nwhat = "a"\nreason = " "', "row 1 (a) has no reason"),
        ('[[ignore]]\nreason = "b"', 'row 1 has no what; write what = "..."'),
        ('[[ignore]]\nwhat = "a"\nreason = "b"\nuntil = 2027', "row 1 has `what` and `reason`, and nothing else"),
        ('[ignore]\nwhat = "a"', "drift.toml has rows such as"),
        ("", "drift.toml has rows such as"),
        ("ignore = [", "drift.toml can't be read"),
    ],
)
def test_a_row_that_says_too_little_is_refused(
    write: Write, capsys: pytest.CaptureFixture[str], rows: str, told: str
) -> None:
    """With what to write instead."""
    Path("drift.toml").write_text(rows)
    assert 2 == drift(write(), "--against", against(description()), "--ignore", "drift.toml")
    assert told in capsys.readouterr().err


def test_a_broken_description_is_refused_with_the_place(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """A JSON pointer, also for programs."""
    broken, name = description(), write()
    broken["paths"]["/pets"]["get"]["responses"]["200"] = {"$ref": "#/components/responses/None"}
    pointer = "#/paths/~1pets/get/responses/200"
    assert 2 == drift(name, "--against", against(broken))
    assert pointer in capsys.readouterr().err
    assert 2 == drift(name, "--json", "--against", "openapi.json")
    assert pointer in [each["pointer"] for each in json.loads(capsys.readouterr().out)["problems"]]
    assert 2 == drift(name, "--against", "nowhere.json")
    assert "nowhere.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import no_such_module_at_all", "can't be imported: ModuleNotFoundError: No module named 'no_such_module_at"),
        ("raise SystemExit('no settings')", "can't be imported: SystemExit: no settings"),
        ("1 / 0", "can't be imported: ZeroDivisionError: division by zero"),
        ("def f(:", "can't be imported: SyntaxError: "),
        (
            "from .pets import api\n@api.get('/a')\ndef f(result: 'Missing') -> None: ...",
            "can't be used: f: an annotation names Missing",
        ),
    ],
)
def test_a_package_that_cannot_be_imported_says_why(
    write: Write, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    """Whatever it raises, and in whichever of its modules."""
    assert 2 == drift(write(more=text), "--against", against(description()))
    assert told in capsys.readouterr().err


def test_a_package_without_calls_is_refused(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """So is one that isn't there."""
    assert 2 == drift(write(pets=""), "--against", against(description()))
    assert "declares no calls" in capsys.readouterr().err
    assert 2 == drift("clientele_test_no_such_package", "--against", "openapi.json")
    assert "clientele_test_no_such_package can't be imported" in capsys.readouterr().err


def test_nothing_is_sent_and_nothing_runs_but_the_import(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """Tests and `__main__` are no part of the client; what it prints is no part of the report."""
    with Origin() as origin:
        origin.on("/openapi.json", json_response(description()))
        fails = "raise AssertionError('this runs')"
        name = write(origin.url(), __main__=fails, conftest=fails, test_pets=fails, noise="print('hello')")
        assert 0 == drift("--json", name, "--against", f"{origin.url()}/openapi.json")
        assert ["/openapi.json"] == [request.target for request in origin.requests]
    assert [] == json.loads(capsys.readouterr().out)["drift"]


def test_only_operations_of_a_tag_have_to_be_declared(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that are declared are compared all the same."""
    more, name = description(), write()
    more["paths"]["/orders"] = {"get": {"tags": ["orders"], "responses": {"204": {"description": ""}}}}
    assert 1 == drift(name, "--against", against(more))
    assert 0 == drift(name, "--against", "openapi.json", "--tag", "pets")
    more["paths"]["/pets/{id}"]["get"]["tags"] = ["orders"]
    assert 0 == drift(name, "--against", against(more), "--tag", "pets")
    assert 1 == drift(name, "--against", "openapi.json", "--tag", "pets", "--tag", "orders")
    assert "GET /orders: missing" in capsys.readouterr().out


def test_what_a_description_calls_things_cannot_command_a_terminal(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is shown on one line, with escapes."""
    hostile, name = description(), write()
    operation = {"operationId": "\x1b]0;x\x07", "responses": {"204": {"description": ""}}}
    hostile["paths"]["/a\x1b[2J\nb"] = {"get": operation}
    hostile["components"]["schemas"]["Size"]["enum"].append("\u202eevil\n")
    assert 1 == drift(name, "--against", against(hostile))
    told = capsys.readouterr().out
    assert all(line.isprintable() for line in told.splitlines())
    assert 7 == len(told.splitlines())


TEST = """
def test_client(clientele_drift):
    clientele_drift("{name}", "openapi.json", ignore={ignore}, tags=["pets"])
"""


@pytest.mark.whole
def test_the_fixture_holds_a_client_to_its_description(
    pytester: pytest.Pytester, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are looked for from the root of the tests."""
    name = write()
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    Path(name).rename(pytester.path / name)
    monkeypatch.chdir(pytester.path)
    changed = description()
    changed["components"]["schemas"]["Named"]["properties"]["planted"] = TEXT
    (pytester.path / "openapi.json").write_text(json.dumps(changed))
    (pytester.path / "drift.toml").write_text('[[ignore]]\nwhat = "Named.planted: *"\nreason = "new"\n')
    tests = {"test_strict": None, "test_lax": "drift.toml"}
    pytester.makepyfile(**{each: TEST.format(name=name, ignore=repr(file)) for each, file in tests.items()})
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:hypothesispytest", "--strict-markers")
    result.assert_outcomes(passed=1, failed=1)
    told = ["Named.planted: missing", f"*declared * {name}/models.py:12*", "*1 difference in 2 calls"]
    result.stdout.fnmatch_lines(told)


def test_the_command_says_what_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a description it can't compare."""
    with pytest.raises(SystemExit) as exit_:
        drift("pets")
    assert 2 == exit_.value.code
    assert "--against" in capsys.readouterr().err
