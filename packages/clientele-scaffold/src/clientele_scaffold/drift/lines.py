"""Where in the source of a client a part of it is declared."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import NamedTuple

from typing_extensions import TypeAliasType

from clientele.api import EndpointDeclaration
from clientele_scaffold.drift.differences import Spot
from clientele_scaffold.drift.members import names_of


class Line(NamedTuple):
    """A line of a file."""

    file: str
    number: int

    def __str__(self) -> str:
        path = Path(self.file)
        return f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}:{self.number}"


class Lines:
    """Finds lines; each file is read once."""

    def __init__(self) -> None:
        self._trees: dict[str, ast.Module] = {}

    def of(self, spot: Spot) -> Line | None:
        """The line of what is declared at `spot`; None if there is no source.

        Of a parameter or field that isn't there it is that of the call or the class.
        """
        if isinstance(spot.owner, EndpointDeclaration):
            return self._of_call(spot.owner, spot.member)
        if isinstance(spot.owner, type):
            return self._of_class(spot.owner, spot.member)
        return None if spot.owner is None else self._of_alias(spot.owner)

    def behind(self, call: EndpointDeclaration) -> Line:
        """The last line of a call."""
        node = self._function(call)
        return Line(call.file, call.line if node is None else node.end_lineno or call.line)

    def _of_call(self, call: EndpointDeclaration, member: str) -> Line:
        node = self._function(call)
        for each in ast.walk(node.args) if node else ():
            if isinstance(each, ast.arg) and each.arg == member:
                return Line(call.file, each.lineno)
        return Line(call.file, call.line)

    def _function(self, call: EndpointDeclaration) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        for node in ast.walk(self._tree(call.file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([node, *node.decorator_list], key=lambda each: each.lineno)
                if first.lineno == call.line:
                    return node
        return None

    def _of_class(self, owner: type, member: str) -> Line | None:
        node, names = self._class(owner), names_of(owner, member)
        for each in node.body if node else ():
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.target.id in names:
                return Line(_file(owner), each.lineno)
        return None if node is None else Line(_file(owner), node.lineno)

    def _of_alias(self, alias: TypeAliasType) -> Line | None:
        file = _file(alias)
        for node in self._tree(file).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "name", None)
            if isinstance(target, ast.Name) and target.id == alias.__name__:
                return Line(file, node.lineno)
        return None

    def _class(self, owner: type) -> ast.ClassDef | None:
        body: list[ast.stmt] = self._tree(_file(owner)).body
        found = None
        for name in owner.__qualname__.split("."):
            if name != "<locals>":
                found = next((node for node in body if isinstance(node, ast.ClassDef) and node.name == name), None)
                body = found.body if found else []
        return found

    def _tree(self, file: str) -> ast.Module:
        if file not in self._trees:
            try:
                self._trees[file] = ast.parse(Path(file).read_bytes())
            except (OSError, SyntaxError):
                self._trees[file] = ast.Module([], [])
        return self._trees[file]


def _file(owner: type | TypeAliasType) -> str:
    return getattr(sys.modules.get(owner.__module__ or ""), "__file__", None) or ""
