"""Type-checks every Python block of the documentation, with mypy strict and with pyright: `hatch run docs:types`.

`snippets` runs the same blocks. Those of a page that share their names are one module, in which each stands on the line
that it has on its page, so that the line of an error is a line of the page. A block with a title is a module of that
name, and a block with tests one of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sybil import Document, Region

from snippets import ROOT, block_lexer, has_tests

PAGES = [
    ROOT / "README.md",
    *sorted(ROOT.glob("packages/*/README.md")),
    ROOT / "tests-shared" / "README.md",
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if "examples" not in path.parts),
]
SECONDS = 300
"""For one type checker."""


@dataclass(frozen=True, slots=True)
class Block:
    """A Python block: its page, its module, the line of the page before its first one, and its code."""

    page: Path
    module: str
    line: int
    code: str


def blocks_of(page: Path) -> Iterator[Block]:
    """The Python blocks of a page, from top to bottom."""
    document = Document(page.read_text(encoding="utf-8"), str(page))
    for region in block_lexer(document):
        yield _block(document, region, page)


def _block(document: Document, region: Region, page: Path) -> Block:
    line = document.line_column(region.start).removeprefix("line ").partition(",")[0]
    code, title = region.lexemes["source"], region.lexemes.get("title")
    name = "_".join(page.relative_to(ROOT).with_suffix("").parts).replace("-", "_").lower()
    module = Path(title).stem if title else f"{name}_line_{line}" if has_tests(code) else name
    return Block(page, module, int(line), code)


def modules(blocks: Iterable[Block]) -> dict[str, str]:
    """The source of each module, its blocks on the lines of their page."""
    lines: dict[str, list[str]] = defaultdict(list)
    pages: dict[str, Path] = {}
    for block in blocks:
        if pages.setdefault(block.module, block.page) != block.page:
            raise ValueError(f"{block.module}.py is on two pages, {pages[block.module]} and {block.page}: rename one")
        lines[block.module] += [""] * (block.line - len(lines[block.module])) + block.code.splitlines()
    return {module: "\n".join([*source, ""]) for module, source in lines.items()}


def write(blocks: Iterable[Block], folder: Path) -> None:
    """Write the modules, and the settings of the type checkers, into a folder."""
    for module, source in modules(blocks).items():
        (folder / f"{module}.py").write_text(source, encoding="utf-8")
    settings = {"pythonVersion": "3.11", "typeCheckingMode": "standard", "reportRedeclaration": False}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    # A page shows one thing in several ways, under one name.
    ini = "[mypy]\nstrict = true\ndisable_error_code = no-redef\nallow_redefinition = true\n"
    untyped = "[mypy-vcr.*]\nignore_missing_imports = true\n"
    (folder / "mypy.ini").write_text(ini + untyped, encoding="utf-8")


def check(folder: Path) -> list[str]:
    """What mypy and pyright say of the modules in a folder, for each of the two that finds an error."""
    cache = str(ROOT / ".mypy_cache" / "docs")
    commands = [["mypy", "--config-file", "mypy.ini", "--cache-dir", cache, "."], ["pyright", "--project", "."]]
    return [said for command in commands if (said := _said_by(command, folder))]


def _said_by(command: list[str], folder: Path) -> str:
    done = subprocess.run(  # noqa: S603 - the command is this file's own
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return "" if done.returncode == 0 else f"{command[0]} ended with {done.returncode}\n{done.stdout}{done.stderr}"


def main() -> None:
    """Check all pages and say how many blocks that are. The exit code is 1 if one has an error."""
    blocks = [block for page in PAGES for block in blocks_of(page)]
    with tempfile.TemporaryDirectory(prefix="docs-") as folder:
        write(blocks, Path(folder))
        wrong = check(Path(folder))
    verdict = "have errors" if wrong else "pass mypy --strict and pyright"
    sys.stdout.write("\n".join([*wrong, f"{len(blocks)} Python blocks on {len(PAGES)} pages {verdict}", ""]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
