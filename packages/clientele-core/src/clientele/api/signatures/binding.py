"""Generates the source code that binds the arguments of a call, and passes them to the function.

The code is generated once, when the function is decorated: binding by signature at each call would take longer than the
rest of the call. The source contains only the names of parameters, which are identifiers, and numbered names; other
objects are in the namespace.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import Parameter
from typing import Any

from clientele.api.signatures.signature import Declared

Values = tuple[Any, ...]
Finisher = Callable[..., Any]


def make_finisher(declared: Declared) -> Finisher:
    """A function `finish(values, result, response)` that calls the decorated function."""
    if declared.is_stub:
        return _the_result
    names = [f"v{index}" for index in range(len(declared.arguments))]
    passed = ["result", "response"] if declared.wants_response else ["result"]
    passed += [_passed(name, parameter) for name, parameter in zip(names, declared.arguments, strict=True)]
    if declared.owner is not None:
        names.insert(0, "owner")
        passed.insert(0, "owner")
    unpacked = f"({', '.join(names)},) = values; " if names else ""
    source = f"def finish(values, result, response=None): {unpacked}return __function({', '.join(passed)})"
    finisher: Finisher = generated(source, "finish", {"__function": declared.function})
    return finisher


def _the_result(_: Values, result: Any, __: Any = None) -> Any:
    return result


def generated(source: str, name: str, namespace: dict[str, Any]) -> Any:
    """The function `name` that `source` defines, with `namespace` as its globals."""
    exec(source, namespace)  # noqa: S102
    return namespace[name]


def parameters_source(parameters: Sequence[Parameter]) -> str:
    """`parameters` in the syntax of a `def`, without their defaults."""
    written: list[str] = []
    kinds = [parameter.kind for parameter in parameters]
    for index, parameter in enumerate(parameters):
        if parameter.kind is Parameter.KEYWORD_ONLY and Parameter.KEYWORD_ONLY not in kinds[:index]:
            written.append("*")
        stars = "**" if parameter.kind is Parameter.VAR_KEYWORD else ""
        written.append(f"{stars}{parameter.name}")
        if parameter.kind is Parameter.POSITIONAL_ONLY and kinds[index + 1 : index + 2] != [Parameter.POSITIONAL_ONLY]:
            written.append("/")
    return ", ".join(written)


def _passed(name: str, parameter: Parameter) -> str:
    if parameter.kind is Parameter.KEYWORD_ONLY:
        return f"{parameter.name}={name}"
    return f"**{name}" if parameter.kind is Parameter.VAR_KEYWORD else name
