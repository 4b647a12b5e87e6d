"""The custom backends in `docs/examples` stay thin: less than 120 lines of code, and public names only."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
MOST = 120
OWN_CONTEXT = {"check_hostname", "verify_mode"}
"""What is set on an `ssl.SSLContext` that the example has made, as the documentation of `ssl` says."""
SETTING = {"setattr", "delattr"}
READING = {"getattr", "hasattr"}
BARE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def lines_of_code(source: str) -> int:
    """How many lines have code: not blank, not a comment, not a docstring."""
    lines = set[int]()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in BARE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def is_private(name: str) -> bool:
    """Whether `name` begins with an underscore and isn't one of Python's own."""
    return any(part.startswith("_") and not part.endswith("__") for part in name.split("."))


def is_self(node: ast.expr) -> bool:
    """Whether `node` is the object whose method it is in."""
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}


def liberties(source: str) -> list[str]:
    """What `source` takes of others that these don't offer, each with its line."""
    tree = ast.parse(source)
    ours = imported_from_clientele(tree) | {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    return [f"{node.lineno}: {what}" for node, what in found(tree, ours)]


def imported_from_clientele(tree: ast.Module) -> set[str]:
    """The names that come from core, whose classes are made to be derived from."""
    found_in = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in found_in if f"{node.module}.".startswith("clientele.")]
    return {name.asname or name.name for node in ours for name in node.names}


def found(tree: ast.Module, ours: set[str]) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    """Each node that takes a liberty, and which one."""
    for node in ast.walk(tree):
        match node:
            case ast.Import() | ast.ImportFrom():
                names = [name.name for name in node.names] + [getattr(node, "module", None) or ""]
                yield from ((node, f"imports {name}") for name in names if is_private(name))
            case ast.Attribute() if is_private(node.attr) and not is_self(node.value):
                yield node, f"uses {node.attr}"
            case ast.Attribute(ctx=ast.Store() | ast.Del()) if not is_self(node.value) and node.attr not in OWN_CONTEXT:
                yield node, f"sets {node.attr}"
            case ast.Call():
                yield from called(node)
            case ast.ClassDef():
                bases = [ast.unparse(base.value if isinstance(base, ast.Subscript) else base) for base in node.bases]
                yield from ((node, f"derives from {base}") for base in bases if base not in ours)


def called(node: ast.Call) -> Iterator[tuple[ast.expr, str]]:
    """The liberties that a call takes."""
    yield from ((node, f"gives {keyword.arg}") for keyword in node.keywords if is_private(keyword.arg or ""))
    if isinstance(node.func, ast.Name) and node.func.id in SETTING:
        yield node, f"calls {node.func.id}"
    if isinstance(node.func, ast.Name) and node.func.id in READING:
        names = [str(each.value) for each in node.args[1:2] if isinstance(each, ast.Constant)]
        yield from ((node, f"uses {name}") for name in names if is_private(name))


@pytest.mark.parametrize("example", ["httpx2_backend", "urllib3_backend"])
class TestThinExample:
    """What the issue of such a backend is: how little it takes, and that the library offers it."""

    def test_is_short(self, example: str) -> None:
        """All of its modules together."""
        sources = [path.read_text(encoding="utf-8") for path in (EXAMPLES / example / "src").rglob("*.py")]
        assert 50 < sum(map(lines_of_code, sources)) < MOST

    def test_uses_what_the_library_offers(self, example: str) -> None:
        """No private names, no class of the library's derived from, nothing set on its objects."""
        for path in (EXAMPLES / example / "src").rglob("*.py"):
            assert [] == liberties(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("source", "liberty"),
    [
        ("from urllib3 import _collections", "1: imports _collections"),
        ("import httpx2._client", "1: imports httpx2._client"),
        ("from httpx2._client import Client", "1: imports httpx2._client"),
        ("def f(client):\n    client._transport.close()", "2: uses _transport"),
        ("def f(client):\n    return getattr(client, '_pool', None)", "2: uses _pool"),
        ("def f(client):\n    setattr(client, 'pool', None)", "2: calls setattr"),
        ("def f(client):\n    client.pool = None", "2: sets pool"),
        ("def f(client):\n    del client.pool", "2: sets pool"),
        ("default_ssl_context(_trust_env=True)", "1: gives _trust_env"),
        ("from http.client import HTTPResponse\n\n\nclass Mine(HTTPResponse): ...", "4: derives from HTTPResponse"),
    ],
)
def test_a_liberty_is_found(source: str, liberty: str) -> None:
    """Or the test above would say nothing."""
    assert [liberty] == liberties(source)


def test_what_is_offered_is_no_liberty() -> None:
    """A backend's own names, names that Python has given, and a context of its own."""
    source = """
from clientele.http import TransportBackend


class Mine(TransportBackend[int, str]):
    def __init__(self) -> None:
        self._own = library.__version__
        self._own.context.verify_mode = 0
"""
    assert [] == liberties(source)


def test_lines_of_code_are_those_with_code() -> None:
    """A call that goes over three lines has three."""
    source = '"""A module."""\n\n# A comment.\n\n\ndef f():\n    """Two\n    lines."""\n    g(\n        1,\n    )\n'
    assert 4 == lines_of_code(source)
