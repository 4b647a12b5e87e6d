"""From the arguments of a call to one value per parameter, as fast as Python binds them itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import Parameter
from typing import Any

Binder = Callable[..., tuple[Any, ...]]


def make_binder(name: str, parameters: Sequence[Parameter]) -> Binder:
    """A function called `name` that takes `parameters` and returns their values in order.

    Python itself then refuses wrong arguments, in its own words. `inspect.Signature.bind` would word them otherwise,
    and takes longer than all the rest of a call. The names in the source are identifiers: they come from a signature.
    """
    values = "".join(f"{parameter.name}, " for parameter in parameters)
    source = f"def bound({_declared(parameters)}): return ({values})"
    namespace: dict[str, Any] = {"__defaults": [parameter.default for parameter in parameters]}
    exec(source, namespace)  # noqa: S102
    binder: Binder = namespace["bound"]
    binder.__name__ = binder.__qualname__ = name
    return binder


def _declared(parameters: Sequence[Parameter]) -> str:
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
