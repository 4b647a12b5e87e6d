"""Functions whose body is `...`, `pass` or only a docstring: they return `result`."""

from __future__ import annotations

import ast
import dis
import inspect
from collections.abc import Callable, Mapping
from types import CodeType, NoneType
from typing import Any, get_args

from typing_extensions import is_typeddict

from clientele.api.types.annotations import annotations_of, class_of, members, shown, written_annotations
from clientele.http.errors import ConfigurationError


def is_stub(function: Callable[..., Any]) -> bool:
    """Whether the body of `function` is a stub; `return` and `return None` are not."""
    if not _does_nothing(getattr(function, "__code__", None)):
        return False
    body = _body(function)
    if body is None:  # Only the annotation distinguishes the two.
        return written_annotations(function).get("return", ...) not in (None, "None", NoneType)
    return all(isinstance(one, ast.Pass) or (isinstance(one, ast.Expr) and _is_constant(one.value)) for one in body)


def check_return(function: Callable[..., Any], name: str, kind: Any, namespace: Mapping[str, Any]) -> None:
    """Refuse a stub whose return annotation doesn't match `kind`, the type of `result`.

    Args:
        function: the decorated function.
        name: its name in errors.
        kind: the annotation of `result`.
        namespace: the names of the block that the function is defined in.

    Raises:
        ConfigurationError: the annotation doesn't match, or there is another decorator between, which would return
            None; the message says what to change.
    """
    inner = inspect.unwrap(function)
    if not is_stub(inner):
        return
    try:
        returned = annotations_of(inner, ["return"], namespace).get("return", Any)
    except NameError:  # The annotation has a name that only type checkers see.
        returned = Any
    if inner is not function and returned is not NoneType:
        raise ConfigurationError(
            f"{name}: the body is empty, and there is another decorator between it and this one, so it would return "
            "None; write `return result`"
        )
    if not _all_fit(kind, returned):
        raise ConfigurationError(
            f"{name}: the body is empty, so it returns `result`, and {shown(kind)} is not {shown(returned)}; write "
            f"-> {shown(kind)}, or a body that returns something else"
        )


def _plain() -> None: ...


async def _coroutine() -> None: ...


def _steps(code: CodeType) -> list[tuple[str, Any]]:
    return [(one.opname, one.argval) for one in dis.get_instructions(code) if one.opname != "NOP"]


_NOTHING = [_steps(_plain.__code__), _steps(_coroutine.__code__)]
_LONGEST = len(_coroutine.__code__.co_code) + 16


def _does_nothing(code: CodeType | None) -> bool:
    return code is not None and len(code.co_code) <= _LONGEST and _steps(code) in _NOTHING


def _body(function: Callable[..., Any]) -> list[ast.stmt] | None:
    """The statements of `function`; None if its source isn't available."""
    try:
        source = inspect.getsource(function)
        tree = ast.parse(f"if 1:\n{source}" if source[:1].isspace() else source)
    except (OSError, TypeError, SyntaxError):
        return None
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = (node for node in ast.walk(tree) if isinstance(node, kinds) and node.name == function.__name__)
    definition = next(found, None)
    return definition.body if definition else None


def _is_constant(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant)


def _all_fit(kind: Any, returned: Any) -> bool:
    """Whether a `kind` may match the annotation `returned`; True if that can't be determined."""
    return all(any(_fits(one, other) for other in members(returned)) for one in members(kind))


def _fits(kind: Any, returned: Any) -> bool:
    if Any in (kind, returned) or kind == returned:
        return True
    found, wanted = class_of(kind), class_of(returned)
    if found is None or wanted is None or getattr(wanted, "_is_protocol", False):
        return True
    if is_typeddict(wanted) or not (issubclass(found, wanted) or (wanted is float and found is int)):
        return False
    inner, wanted_inner = get_args(kind), get_args(returned)
    return len(inner) != len(wanted_inner) or all(map(_all_fit, inner, wanted_inner))
