"""Descriptions that try to get code into what is written, or to break it: it stays Python that does nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clientele_scaffold.reading import parse_description
from clientele_scaffold.reading.problems import below
from clientele_scaffold.writing.functions import Style
from clientele_scaffold.writing.guard import UnsafeSourceError, check_source
from clientele_scaffold.writing.package import package_for

TEXTS = [
    '"""\nimport os; os.system("touch PLANTED")\n"""',
    "'''\nimport os; os.system('touch PLANTED')\n'''",
    '\\"""\nopen("PLANTED", "w")\n"""',
    "\\",
    '"',
    "a\\",
    'a"',
    "'; open('PLANTED', 'w'); '",
    '"); open("PLANTED", "w"); ("',
    "\r\nopen('PLANTED', 'w')\r\n",
    "\x0copen('PLANTED', 'w')",
    "\u2028open('PLANTED', 'w')",
    "\u202e\u2066",
    "\x00\x1b[31m",
    "{open('PLANTED', 'w')}",
    "%s%n{0}{}",
    "\\N{BULLET}\\x41\\u0041\\",
    "# noqa\n# type: ignore\n",
]
NAMES = [
    "__class__",
    "__init__",
    "import os",
    "os.system('x')",
    "class",
    "None",
    "self",
    "result",
    "response",
    "data",
    "api",
    "list",
    "str",
    "int",
    "Any",
    "Annotated",
    "BaseModel",
    "Model",
    "Field",
    "Query",
    "model_config",
    "model_fields",
    "model_validate",
    "schema",
    "json",
    "copy",
    "1st",
    "",
    "_",
    "-",
    "a\nb",
    'a"b',
    "a'b",
    "a\\",
    '"""',
    "é",
    "名前",
    "ﬁ",
    "😀",
    "a b",
    "a-b",
    "a_b",
    "aB",
]


def few(values: list[str]) -> list[Any]:
    """Each takes two interpreters, so that all but the first are left to `test-all`."""
    return [values[0], *(pytest.param(value, marks=pytest.mark.whole) for value in values[1:])]


def component(name: str) -> str:
    """A name that a component may have."""
    return name if re.fullmatch(r"[a-zA-Z0-9._-]+", name) else f"Thing{len(name)}"


def described(text: str, name: str) -> dict[str, Any]:
    """A description with a text or a name everywhere where it may have one."""
    key = component(name)
    reference = {"$ref": below("#/components/schemas", key)}
    inner = {
        "type": "object",
        "title": text,
        "description": text,
        "required": [name],
        "properties": {
            name: {"type": "string", "description": text, "default": text, "title": text, "enum": [text, name]},
            f"{name}2": {"type": "object", "description": text, "properties": {name: {"type": "string"}}},
            f"{name}3": {"type": "array", "items": {"enum": [text], "description": text}},
            f"{name}4": {"type": "string", "pattern": text, "format": text, "x-python-import": {"module": "os"}},
        },
        "customBasePath": f"os.{text}",
        "x-python-type": text,
        "discriminator": {"propertyName": name},
    }
    parameters = [
        {"name": name or "x", "in": place, "description": text, "schema": {"type": "string", "default": text}}
        for place in ("query", "header", "cookie")
    ]
    body = {
        "description": text,
        "content": {"application/json": {"schema": reference}, text or "x/y": {"schema": reference}},
    }
    form = {"content": {"multipart/form-data": {"schema": reference}}}
    answers = {
        "200": {"description": text, "content": {"application/json": {"schema": inner}}},
        "404": {"description": text, "content": {"application/json": {"schema": reference}}},
    }
    common = {"summary": text, "description": text, "tags": [name], "responses": answers, "parameters": parameters}
    path = "/" + text.replace("{", "").replace("}", "") + "/{" + (name.replace("{", "").replace("}", "") or "x") + "}"
    return {
        "openapi": "3.1.0",
        "info": {"title": text, "version": text, "description": text},
        "servers": [{"url": text, "description": text}],
        "paths": {
            path: {
                "get": {**common, "operationId": name},
                "post": {**common, "operationId": f"{name} post", "requestBody": body},
                "put": {**common, "operationId": text, "requestBody": form},
            }
        },
        "components": {
            "schemas": {key: inner, f"{key}Union": {"oneOf": [reference, {"const": text}], "description": text}},
            "securitySchemes": {key: {"type": "apiKey", "in": "cookie", "name": name, "description": text}},
        },
        "security": [{key: []}],
    }


def assert_harmless(document: dict[str, Any], folder: Path) -> None:
    """What is written of a description is of the kind that is written, and can be imported, which leaves nothing."""
    for style in (Style(), Style(is_class=True)):
        package = f"shop_{style.is_class}".lower()
        files = package_for(parse_description(document), package, style, []).files
        for path, source in files.items():
            check_source(source, path, package)
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(source, encoding="utf-8")
    modules = [path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.py")]
    code = f"import importlib\nfor name in {modules!r}: importlib.import_module(name.replace('/', '.'))"
    done = subprocess.run(  # noqa: S603 - what was written
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert "" == done.stderr
    assert not list(folder.rglob("PLANTED"))


@pytest.mark.parametrize("text", few(TEXTS))
def test_a_text_stays_a_text(text: str, tmp_path: Path) -> None:
    assert_harmless(described(text, "Thing"), tmp_path)


@pytest.mark.parametrize("name", few(NAMES))
def test_a_name_becomes_one_of_python(name: str, tmp_path: Path) -> None:
    assert_harmless(described("A text.", name), tmp_path)


@pytest.mark.whole
def test_names_that_are_alike_stay_apart(tmp_path: Path) -> None:
    """All of them in one description, as parameters, properties, operations, tags and schemas."""
    paths = {f"/{index}": {"get": {**operation(name), "operationId": name}} for index, name in enumerate(NAMES)}
    properties = {name: {"type": "string"} for name in NAMES}
    schemas = {component(name): {"type": "object", "properties": properties} for name in NAMES}
    info = {"title": "t", "version": "1"}
    document = {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}
    assert_harmless(document, tmp_path)


def operation(name: str) -> dict[str, Any]:
    answer = {"schema": {"$ref": below("#/components/schemas", component(name))}}
    return {
        "tags": [name],
        "responses": {"200": {"description": "", "content": {"application/json": answer}}},
        "parameters": [{"name": other, "in": "query", "schema": {"type": "string"}} for other in NAMES if other],
    }


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "from os import system",
        "from shop.client import x; import subprocess",
        "exec('1')",
        "x = __import__('os')",
        "x = [].__class__",
        "eval('1')",
        "lambda: 0",
        "def",
        "while True: pass",
        "x = open('PLANTED')",
    ],
)
def test_a_source_of_another_kind_is_never_written(source: str) -> None:
    with pytest.raises(UnsafeSourceError, match=r"shop/a\.py"):
        check_source(source, "shop/a.py", "shop")
