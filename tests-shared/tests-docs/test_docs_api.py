"""The public API: it changes only where somebody has meant it to, and every name of it is explained."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from api_record import PUBLIC, ROOT, homes_of, names_of, record, undocumented

FENCE = re.compile(r"```python[^\n]*\n(.*?)```", re.DOTALL)
OURS = {module.partition(".")[0] for modules in PUBLIC.values() for module in modules}
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("packages/*/README.md"), ROOT / "tests-shared/README.md", ROOT / "docs"]


def sources() -> Iterator[tuple[Path, str]]:
    """The Python of every page, README and example."""
    files = [file for page in PAGES for file in (page.rglob("*") if page.is_dir() else [page])]
    for file in files:
        if file.suffix == ".md":
            yield from ((file, textwrap.dedent(block)) for block in FENCE.findall(file.read_text(encoding="utf-8")))
        elif file.suffix == ".py":
            yield file, file.read_text(encoding="utf-8")


def imports(source: str) -> Iterator[str]:
    """What some Python imports of ours, as `module.name`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in OURS:
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name.partition(".")[0] in OURS)


def test_what_a_page_imports_is_public() -> None:
    """Readers copy imports: a name that no record holds could go in any release."""
    modules = {module for each in PUBLIC.values() for module in each}
    public = modules | {f"{module}.{name}" for module in modules for name in names_of(module)}
    imported = {(str(file.relative_to(ROOT)), name) for file, source in sources() for name in imports(source)}
    assert len(imported) > 50
    assert not {(file, name) for file, name in imported if name not in public}


@pytest.mark.parametrize("module", sorted({module for modules in PUBLIC.values() for module in modules}))
def test_the_reference_has_every_public_name(module: str) -> None:
    """What may be imported can be looked up: by itself, with a module that offers it, or in a sentence."""
    text = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs/reference/api").glob("*.md"))
    shown = set(re.findall(r"^::: ([\w.]+)$", text, re.MULTILINE))
    for name in names_of(module):
        homes = homes_of(module, name)
        places = {*homes, *(f"{home}.{name}" for home in homes)}
        assert places & shown or f"`{name}`" in text, f"{module}.{name} is nowhere in the reference"


@pytest.mark.parametrize("folder", PUBLIC)
def test_the_public_names_are_those_that_are_recorded(folder: str) -> None:
    """Meant to change them? `hatch run docs:api` writes the record, and the change shows in review."""
    assert record(folder) == (ROOT / folder / "api.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", PUBLIC)
def test_every_public_name_has_a_docstring(folder: str) -> None:
    """Classes, functions and methods alike."""
    assert all(names_of(module) for module in PUBLIC[folder])
    assert not undocumented(folder)


def test_a_parameter_that_changes_shows_in_the_record() -> None:
    """The record has what callers depend on: parameters, their defaults, and what is keyword-only."""
    text = record("packages/clientele-core")
    assert "        connect: float | None = 5.0\n" in text
    assert "def get(self, path: str, **options: Unpack[EndpointOptions]) -> FunctionDecorator" in text
    assert "[keyword] overwrite: bool = False" in text
