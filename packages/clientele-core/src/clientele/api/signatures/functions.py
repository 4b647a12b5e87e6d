"""Generates the functions that callers see: they have the declared name and parameters, and call the driver.

Tools check whether an object is a function or a coroutine function, and inspect its parameters; and binding `*args` and
`**kwargs` at each call would cost more than the rest of the call. So each function is generated from source, with the
declared parameters. Tracebacks show the line of the declaration.
"""

from __future__ import annotations

import ast
import functools
import inspect
import sys
from collections.abc import Callable, Mapping
from types import CellType, CodeType, FunctionType
from typing import Any, NamedTuple, Self

from clientele.api.signatures.binding import parameters_source
from clientele.api.signatures.signature import Declared
from clientele.api.types.annotations import written_annotations

Driver = Callable[..., Any]
"""Makes a call: `driver(state, endpoint, values)`."""


class Drivers(NamedTuple):
    """The drivers that make the calls of a function."""

    run: Driver
    """In the declared mode; a coroutine function if the function is one."""
    arun: Driver
    """Asynchronously, in any case a coroutine function."""


class Functions(NamedTuple):
    """The two functions of a declaration."""

    declared: Any
    aio: Any
    """A coroutine function, whatever the other is."""


class _Code(NamedTuple):
    """The code of a function, and the names of its closure cells, in order."""

    code: CodeType
    free: list[str]

    @classmethod
    def of(cls, declared: Declared, place: CodeType, keyword: str) -> Self:
        """The code with the parameters of `declared`, and the file and line of the code `place`."""
        code = _code(_source(declared, keyword)).replace(
            co_filename=place.co_filename, co_firstlineno=place.co_firstlineno, co_name=declared.function.__name__
        )
        return cls(code, [name.lstrip("_") for name in code.co_freevars])


class FunctionMaker:
    """Makes the functions of a declaration, for one client, or as methods."""

    def __init__(self, declared: Declared) -> None:
        function: Any = inspect.unwrap(declared.function)
        self._globals = function.__globals__
        keywords = ("async def" if declared.is_coroutine else "def", "async def")
        self._codes = [_Code.of(declared, function.__code__, keyword) for keyword in keywords]
        given = {name: one for name, one in declared.signature.parameters.items() if one.default is not one.empty}
        self._keyword_defaults = {name: one.default for name, one in given.items() if one.kind is one.KEYWORD_ONLY}
        self._defaults = tuple(one.default for name, one in given.items() if name not in self._keyword_defaults)
        self._look = _look(declared)
        self._attributes = {
            **vars(declared.function),
            "__signature__": declared.signature,
            "__wrapped__": declared.function,
        }

    def __call__(self, client: Any, compiled: Any, drivers: Drivers, suffix: str = "") -> Functions:
        """The functions whose calls `drivers` make.

        Args:
            client: the client; None for methods.
            compiled: the Compiled of the declaration.
            drivers: make the calls.
            suffix: added to the name of the declaration.
        """
        code, acode = self._codes
        names = {"client": CellType(client), "compiled": CellType(compiled)}
        return Functions(
            self._function(code, {**names, "run": CellType(drivers.run)}, suffix),
            self._function(acode, {**names, "run": CellType(drivers.arun)}, f"{suffix}.aio"),
        )

    def _function(self, code: _Code, cells: Mapping[str, CellType], suffix: str) -> FunctionType:
        closure = tuple([cells[name] for name in code.free])
        made = FunctionType(code.code, self._globals, None, self._defaults, closure)
        made.__kwdefaults__ = self._keyword_defaults
        for name, value in self._look.items():
            setattr(made, name, value)
        made.__qualname__ += suffix
        made.__dict__.update(self._attributes)
        return made


def _look(declared: Declared) -> dict[str, Any]:
    """The attributes that introspection uses, with the parameters that callers see."""
    function = declared.function
    names = [name for name in functools.WRAPPER_ASSIGNMENTS if hasattr(function, name)]
    look: dict[str, Any] = {name: getattr(function, name) for name in names}
    if sys.version_info >= (3, 14):
        return {**look, "__annotate__": functools.partial(_annotations, declared)}
    return {**look, "__annotations__": _annotations(declared)}


def _annotations(declared: Declared, *form: Any) -> dict[str, Any]:
    seen = {*declared.signature.parameters, "return"}
    return {name: kind for name, kind in written_annotations(declared.function, *form).items() if name in seen}


@functools.lru_cache(maxsize=256)
def _code(source: str) -> CodeType:
    """The code of the function inside of the one that `source` defines."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.stmt, ast.expr, ast.arg, ast.excepthandler)):
            # All on one line, and without columns, which would refer to the line of the declaration.
            node.lineno = node.end_lineno = 1
            node.col_offset = node.end_col_offset = -1
    made: dict[str, Any] = {}
    exec(compile(tree, "<clientele>", "exec"), made)  # noqa: S102
    code: CodeType = made["around"](None, None, None).__code__
    return code


def _source(declared: Declared, keyword: str) -> str:
    """The source of a function with the parameters of `declared`, inside a function that provides its closure."""
    parameters = list(declared.signature.parameters.values())
    values = "".join(f"{parameter.name}, " for parameter in parameters)
    own = "_"
    while any(parameter.name.startswith(own) for parameter in parameters):
        own += "_"
    lines = [f"def around({own}client, {own}compiled, {own}run):"]
    lines += [f"    {keyword} call({parameters_source(parameters)}):"]
    client, state = f"{own}client", f"{own}client.state"
    if declared.owner is not None:
        client, state = declared.owner.name, f"{own}state"
        lines += [f"        try: {state} = {client}.state"]
        lines += [f"        except AttributeError: raise {own}compiled.no_client({client}) from None"]
    wait = "await " if keyword == "async def" else ""
    endpoint = f"{own}compiled.endpoint or {own}compiled.complete({client})"
    lines += [f"        return {wait}{own}run({state}, {endpoint}, ({values}))"]
    lines += ["    return call"]
    return "\n".join(lines)
