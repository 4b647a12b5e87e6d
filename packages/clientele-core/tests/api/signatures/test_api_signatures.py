"""What type checkers are told of decorated functions is so: the calls of `typing_tests`, executed."""

from __future__ import annotations

import ast
import asyncio
import importlib.util
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from clientele.api import APIClient, ConfigurationError

FOLDER = Path(__file__).parents[3] / "typing_tests"


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MODULES = {path.stem: loaded(path) for path in sorted(FOLDER.glob("typing_*.py"))}


def statements(function: str) -> Iterator[Any]:
    """The statements of the `function` of each module, one by one, with the module."""
    for name, module in MODULES.items():
        tree = ast.parse((FOLDER / f"{name}.py").read_text("utf-8"))
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == function:
                lines = [line for line in node.body if not isinstance(line, ast.Expr) or not _is_text(line)]
                yield from (pytest.param(module, line, id=f"{name}: {ast.unparse(line)}") for line in lines)


def _is_text(line: ast.Expr) -> bool:
    return isinstance(line.value, ast.Constant)


def execute(module: ModuleType, statement: ast.stmt) -> None:
    program = ast.Module([statement], type_ignores=[])
    code = compile(program, module.__name__, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    pending = eval(code, vars(module))  # noqa: S307 - a line of our own
    if inspect.iscoroutine(pending):
        asyncio.run(pending)


def is_decorated(value: Any) -> bool:
    return inspect.isfunction(value) and hasattr(value, "with_options")


def decorated() -> Iterator[Any]:
    """Every decorated function and method of the modules, with the function that was decorated."""
    for name, module in MODULES.items():
        for key, value in vars(module).items():
            if is_decorated(value):
                yield pytest.param(value, value.__wrapped__, 0, id=f"{name}: {key}")
            elif isinstance(value, type) and issubclass(value, APIClient):
                client = value()
                for method, endpoint in vars(value).items():
                    if is_decorated(endpoint):
                        bound = getattr(client, method)
                        yield pytest.param(bound, bound.__wrapped__, 1, id=f"{name}: {key}.{method}")


@pytest.mark.parametrize(("endpoint", "function", "bound"), list(decorated()))
def test_the_signature_is_that_of_the_call(endpoint: Callable[..., Any], function: Any, bound: int) -> None:
    """Without `self`, `result` and `response`; all else is as the function has it."""
    declared = inspect.signature(function)
    left_out = {"result", "response", *list(declared.parameters)[:bound]}
    expected = [parameter for name, parameter in declared.parameters.items() if name not in left_out]
    assert expected == list(inspect.signature(endpoint).parameters.values())
    assert declared.return_annotation == inspect.signature(endpoint).return_annotation


@pytest.mark.parametrize(("module", "statement"), list(statements("miscalled")))
def test_a_wrong_call_is_wrong_for_python_too(module: ModuleType, statement: ast.stmt) -> None:
    """A missing or another argument is a TypeError, before anything is sent."""
    module.fake.reset()
    with pytest.raises(TypeError):
        execute(module, statement)
    assert module.fake.requests == []


@pytest.mark.parametrize(("module", "statement"), list(statements("misdeclared")))
def test_a_function_that_is_refused_is_refused_by_python_too(module: ModuleType, statement: ast.stmt) -> None:
    """When it is decorated."""
    with pytest.raises((ConfigurationError, TypeError)):
        execute(module, statement)


@pytest.mark.parametrize("name", [name for name, module in MODULES.items() if hasattr(module, "called")])
def test_right_calls_are_right_for_python_too(name: str) -> None:
    """All of them go through, and something is sent for each."""
    module = MODULES[name]
    module.fake.reset()
    module.called()
    asyncio.run(module.acalled())
    assert len(module.fake.requests) >= 5
