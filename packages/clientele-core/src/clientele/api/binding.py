"""From the arguments of a call to one value per parameter, and back to the function, as fast as Python does it itself.

What binds, prepares and finishes the calls of a function is generated once, when it is decorated: reading a signature
at each call would take longer than all the rest of the call. The names in the source are those of the function's
parameters, which are identifiers, and numbered ones; all else is reached through the namespace.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import Parameter
from typing import Any

from clientele.api.signatures import Declared

Values = tuple[Any, ...]
Binder = Callable[..., Values]
Finisher = Callable[..., Any]


def make_binder(declared: Declared) -> Binder:
    """A function with the name and the parameters of `declared` that returns their values in order, of a method the
    client first.

    Python itself then refuses wrong arguments, in its own words.
    """
    parameters = declared.arguments if declared.owner is None else (declared.owner, *declared.arguments)
    values = "".join(f"{parameter.name}, " for parameter in parameters)
    source = f"def bound({_declaration(parameters)}): return ({values})"
    binder: Binder = generated(source, "bound", {"__defaults": [parameter.default for parameter in parameters]})
    binder.__name__ = binder.__qualname__ = declared.name
    return binder


def make_finisher(declared: Declared) -> Finisher:
    """What calls the function: `finish(values, result, response)` with the values of a call."""
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


def generated(source: str, name: str, namespace: dict[str, Any]) -> Any:
    """The function called `name` that `source` defines, with the names of `namespace` in reach."""
    exec(source, namespace)  # noqa: S102
    return namespace[name]


def _declaration(parameters: Sequence[Parameter]) -> str:
    written: list[str] = []
    kinds = [parameter.kind for parameter in parameters]
    for index, parameter in enumerate(parameters):
        if parameter.kind is Parameter.KEYWORD_ONLY and Parameter.KEYWORD_ONLY not in kinds[:index]:
            written.append("*")
        stars = "**" if parameter.kind is Parameter.VAR_KEYWORD else ""
        default = "" if parameter.default is Parameter.empty else f"=__defaults[{index}]"
        written.append(f"{stars}{parameter.name}{default}")
        if parameter.kind is Parameter.POSITIONAL_ONLY and kinds[index + 1 : index + 2] != [Parameter.POSITIONAL_ONLY]:
            written.append("/")
    return ", ".join(written)


def _passed(name: str, parameter: Parameter) -> str:
    if parameter.kind is Parameter.KEYWORD_ONLY:
        return f"{parameter.name}={name}"
    return f"**{name}" if parameter.kind is Parameter.VAR_KEYWORD else name
