"""What the source of a sibling says: the names that it defines, and where it reaches for those of others."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_REFLECTION = frozenset({"attrgetter", "delattr", "getattr", "hasattr", "methodcaller", "setattr"})
_CHANGES = frozenset({"delattr", "setattr"})


@dataclass(frozen=True, slots=True)
class Use:
    """A place where an attribute is read or changed, or a module is imported.

    Attributes:
        file: where.
        line: where in it.
        name: of the attribute, or of the module.
        kind: `read`, `assign` or `import`.
        of_self: the name of the class whose own instance or class it is an attribute of, if it is.
        module: what is changed is a module that the file imports, or something of one, such as a class.
    """

    file: Path
    line: int
    name: str
    kind: str
    of_self: str | None = None
    module: bool = False


def is_private(name: str) -> bool:
    """Whether it begins with an underscore and is no name of the language's, such as `__init__`."""
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def defined(trees: Iterable[ast.Module]) -> set[str]:
    """The names that these modules define: of functions, classes, variables, and attributes of `self`."""
    return {name for tree in trees for node in ast.walk(tree) for name in _defined_by(node)}


def attributes_of_self(tree: ast.AST) -> set[str]:
    """The names of the attributes that methods set on their own instance."""
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_set(node) and _own(node)}


def uses(file: Path, tree: ast.Module) -> Iterator[Use]:
    """What a module reads, changes and imports from other packages."""
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    yield from _uses_in(tree, file, imported, None)


def _uses_in(node: ast.AST, file: Path, imported: set[str], owner: str | None) -> Iterator[Use]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.ClassDef) else owner
        if isinstance(child, ast.Attribute):
            kind = "assign" if _is_set(child) else "read"
            of_self = inside if _own(child) else None
            yield Use(file, child.lineno, child.attr, kind, of_self, _root(child.value) in imported)
        elif isinstance(child, ast.Call):
            yield from _reflections(child, file)
        elif isinstance(child, (ast.Import, ast.ImportFrom)):
            yield from _imports(child, file)
        yield from _uses_in(child, file, imported, inside)


def _defined_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute) and _is_set(node) and _own(node):
        yield node.attr


def _is_set(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, (ast.Store, ast.Del))


def _own(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _reflections(call: ast.Call, file: Path) -> Iterator[Use]:
    """`getattr(client, "_pool")` is the same as `client._pool`; `setattr` is never the way to set what is one's own."""
    name = _last(call.func)
    if name not in _REFLECTION and name != "__setattr__":
        return
    kind = "assign" if name in {*_CHANGES, "__setattr__"} else "read"
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield Use(file, call.lineno, argument.value, kind, module=kind == "assign")


def _last(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _imports(node: ast.Import | ast.ImportFrom, file: Path) -> Iterator[Use]:
    module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
    for alias in node.names:
        whole = f"{module}.{alias.name}".strip(".")
        yield Use(file, node.lineno, whole, "import")
