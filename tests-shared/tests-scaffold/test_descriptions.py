"""Real descriptions, and those of servers: what is written passes type checkers and ruff, and all calls work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from calling import call_all
from clientele_scaffold.reading import Description, parse_description
from clientele_scaffold.writing.files import write
from clientele_scaffold.writing.functions import Style
from clientele_scaffold.writing.package import Package, package_for
from fastapi_app import app as fastapi_app
from litestar_app import app as litestar_app
from mock_api import AllSamples, MockAPI

FOLDER = Path(__file__).parent / "descriptions"
NAMES = [*(file.stem for file in sorted(FOLDER.glob("*.json"))), "fastapi_app", "litestar_app"]
STYLES = {"functions": Style(), "methods": Style(is_class=True, is_async=True)}
CASES = [(name, style) for name in NAMES for style in STYLES]


def document(name: str) -> dict[str, Any]:
    """A description, as a file has it or as a server gives it."""
    found: dict[str, Any]
    if name == "fastapi_app":
        found = fastapi_app.openapi()
    elif name == "litestar_app":
        found = json.loads(json.dumps(litestar_app.openapi_schema.to_schema()))
    else:
        found = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, tuple[Description, Package]]]:
    """A folder with the packages of all descriptions, in two styles; and these."""
    folder = tmp_path_factory.mktemp("written")
    packages = {}
    for name, style in CASES:
        description = parse_description(document(name), f"{name}.json")
        package = package_for(description, f"{name}_{style}", STYLES[style], [])
        write(package.files, f"{name}_{style}", folder)
        packages[f"{name}_{style}"] = description, package
    return folder, packages


@pytest.mark.parametrize(("name", "style"), CASES)
def test_every_operation_is_called_as_it_is_described(
    name: str, style: str, written: tuple[Path, dict[str, tuple[Description, Package]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mock refuses what the description doesn't allow; what it answers is validated by the models."""
    folder, packages = written
    description, package = packages[f"{name}_{style}"]
    monkeypatch.syspath_prepend(str(folder))
    mock = MockAPI(description)
    failed = call_all(package, f"{name}_{style}", mock, AllSamples(description, whole=True), STYLES[style])
    assert not failed, "\n".join(failed)
    assert mock.called == {each.pointer for each in description.operations}
    lines = sum(text.count("\n") for text in (path.read_text() for path in (folder / f"{name}_{style}").glob("*.py")))
    print(f"| {name} | {style} | {len(description.operations)} | {lines} | {len(mock.called)} |")  # noqa: T201


@pytest.mark.parametrize(
    "command",
    [
        ["mypy", "--strict", "--no-incremental", "."],
        ["pyright", "--pythonpath", sys.executable, "."],
        ["ruff", "check", "--isolated", "."],
        ["ruff", "format", "--isolated", "--check", "."],
        ["pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "."],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_what_is_written_passes(
    command: list[str], written: tuple[Path, dict[str, tuple[Description, Package]]]
) -> None:
    """As it is, with no settings: type checkers, ruff, and the tests that are written along."""
    folder, _ = written
    done = subprocess.run(  # noqa: S603 - tools of this environment
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )
    assert 0 == done.returncode, done.stdout + done.stderr
