"""What a written module may have in it: whatever a description says, nothing else gets into a file."""

from __future__ import annotations

import ast

MODULES = frozenset(
    [
        *("__future__", "asyncio", "clientele.api", "clientele.api.config", "clientele.http"),
        *("clientele.testing", "collections.abc", "datetime", "decimal", "ipaddress", "pydantic"),
        *("pydantic_core", "typing", "typing_extensions", "urllib.parse", "uuid"),
    ]
)
"""Those that are imported, beside those of the package."""
_NODES = (
    ast.Module,
    *(ast.Import, ast.ImportFrom, ast.alias, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef),
    *(ast.arguments, ast.arg, ast.Return, ast.Assign, ast.AnnAssign, ast.Expr, ast.Pass, ast.Assert),
    *(ast.If, ast.With, ast.AsyncWith, ast.withitem, ast.Await, ast.IfExp, ast.Compare, ast.cmpop),
    *(ast.Call, ast.keyword, ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.expr_context),
    *(ast.Tuple, ast.List, ast.Dict, ast.BinOp, ast.BoolOp, ast.boolop, ast.operator, ast.UnaryOp, ast.unaryop),
    ast.Starred,
    *(ast.Lambda, ast.JoinedStr, ast.FormattedValue, ast.ListComp, ast.GeneratorExp, ast.comprehension),
)
_HARMFUL = frozenset(
    [
        *("__import__", "breakpoint", "compile", "delattr", "eval", "exec", "exit", "getattr", "globals"),
        *("input", "locals", "open", "print", "quit", "setattr", "vars"),
    ]
)


class UnsafeSourceError(Exception):
    """A source has something that no written module has; the message says what and where."""


def check_source(source: str, path: str, package: str) -> None:
    """Check that a source is of the kind that is written.

    Raises:
        UnsafeSourceError: it isn't, or it is not Python at all.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise UnsafeSourceError(f"{path}: {error}") from error
    for node in ast.walk(tree):
        if problem := _problem(node, package):
            raise UnsafeSourceError(f"{path}:{getattr(node, 'lineno', 1)}: {problem}")


def _problem(node: ast.AST, package: str) -> str:
    if not isinstance(node, _NODES):
        return f"a {type(node).__name__}"
    if isinstance(node, ast.Lambda) and [each.arg for each in node.args.args] != ["page"]:
        return "a Lambda"
    if isinstance(node, ast.Import):
        return next((f"import {each.name}" for each in node.names if each.name not in MODULES), "")
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        is_own = node.level == 1 or module.partition(".")[0] == package
        return "" if is_own or module in MODULES else f"from {module} import"
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in _HARMFUL:
        return f"the name {node.id}"
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return f"the name {name}" if name.startswith("__") and name not in {"__init__", "__all__"} else ""
