"""Runs every Python block of the documentation, as a pytest plugin: `pytest -p snippets docs README.md`.

The blocks of a page share their names, top to bottom, and a folder of their own, which is the current one. A block with
a title, ```` ```python title="shop.py" ````, is also a file there, which later blocks may import. A block that defines
tests is a file of tests, which pytest runs in a process of its own; `<!-- pytest: ARGUMENTS -->` on the page gives it
arguments from there on. A block ```` ```text title="Output" ```` has to be what the block before it prints. A server on
this machine stands for `https://api.example.com`, and the server that the page `Start` gives to its readers listens at
another port than 8000.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown.lexers import DirectiveInHTMLCommentLexer, RawFencedCodeBlockLexer
from sybil.region import Lexeme

from docs_api import running_api
from docs_server import SERVES, at_port, running_server

ROOT = Path(__file__).parents[2]
WRITTEN = "https://api.example.com"
SECONDS = 50
"""For the tests of one block."""

block_lexer = RawFencedCodeBlockLexer(re.compile(r'python(?: .*title="(?P<title>[\w./-]+)".*)?$\n', re.MULTILINE))
"""Finds the Python blocks of a page: their source, and their title if they have one."""
_OUTPUT = re.compile(r'\s*```text title="Output"\n(.*?)```', re.DOTALL)
_ARGUMENTS = DirectiveInHTMLCommentLexer("pytest")
_HAS_TESTS = re.compile(r"^(?:async )?def test_|^class Test", re.MULTILINE)


@pytest.fixture(scope="session")
def docs_api() -> Iterator[str]:
    """The URL of the server that stands for `https://api.example.com`."""
    with running_api() as url:
        yield url


@pytest.fixture(scope="session")
def docs_port() -> Iterator[int]:
    """The port of the server that readers run at 8000."""
    with running_server() as port:
        yield port


def blocks(document: Document) -> Iterator[Region]:
    """The blocks of a page, and the arguments for those with tests."""
    for region in block_lexer(document):
        region.parsed, region.evaluator = region.lexemes["source"], _run
        shown = _OUTPUT.match(document.text, region.end)
        region.lexemes["output"] = None if shown is None else shown[1]
        yield region
    for region in _ARGUMENTS(document):
        region.parsed, region.evaluator = region.lexemes["arguments"], _remember
        yield region


def has_tests(code: str) -> bool:
    """Whether a block is a file of tests."""
    return _HAS_TESTS.search(code) is not None


def _remember(example: Example) -> None:
    example.namespace["pytest_arguments"] = example.parsed.split()


def _run(example: Example) -> None:
    source: Lexeme = example.parsed
    code = at_port(source.replace(WRITTEN, example.namespace["docs_api"]), example.namespace["docs_port"])
    title = example.region.lexemes.get("title") or f"test_line_{example.line}.py"
    Path(title).write_text(code, encoding="utf-8")
    if has_tests(code):
        _run_tests(title, example.namespace.get("pytest_arguments", []))
    elif SERVES not in code:  # The server is running already.
        example.parsed = Lexeme(code, source.offset, source.line_offset)
        with redirect_stdout(StringIO()) as printed:
            PythonEvaluator()(example)
        _compare(printed.getvalue(), example)


def _compare(printed: str, example: Example) -> None:
    shown = example.region.lexemes["output"]
    if shown is not None:
        namespace = example.namespace
        written = printed.replace(namespace["docs_api"], WRITTEN).replace(f":{namespace['docs_port']}", ":8000")
        assert written == shown


def _run_tests(path: str, arguments: list[str]) -> None:
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    done = subprocess.run(  # noqa: S603 - the command is this plugin's own
        [sys.executable, "-m", "pytest", *options, path, *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )
    assert done.returncode == 0, f"{path}: pytest ended with {done.returncode}\n{done.stdout}\n{done.stderr}"


def _enter(namespace: dict[str, Any]) -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="page-"))
        stack.enter_context(chdir(folder))
        stack.enter_context(mock.patch.object(sys, "path", [folder, *sys.path]))
        stack.callback(_forget_modules_in, folder)
        namespace["leave_page"] = stack.pop_all().close
    namespace["__name__"] = "__main__"


def _forget_modules_in(folder: str) -> None:
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(folder):
            del sys.modules[name]


def _leave(namespace: dict[str, Any]) -> None:
    namespace["leave_page"]()


pytest_collect_file = Sybil(
    [blocks], pattern="*.md", path=str(ROOT), setup=_enter, teardown=_leave, fixtures=["docs_api", "docs_port"]
).pytest()
