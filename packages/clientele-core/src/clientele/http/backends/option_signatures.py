"""Signatures that list each option of `**options`, for editors, `help()` and `inspect.signature`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from inspect import Parameter
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

__all__ = ["with_option_signature"]


def with_option_signature(options: type[Any], defaults: Mapping[str, Any]) -> Callable[[F], F]:
    """Show the `**options` of a function as its parameters.

    Args:
        options: the TypedDict of the options.
        defaults: their default values.
    """

    def spell(function: F) -> F:
        signature = inspect.signature(function)
        named = (each for each in signature.parameters.values() if each.kind is not Parameter.VAR_KEYWORD)
        keywords = (
            Parameter(name, Parameter.KEYWORD_ONLY, default=defaults[name], annotation=_written(kind))
            for name, kind in options.__annotations__.items()
        )
        function.__signature__ = signature.replace(parameters=[*named, *keywords])  # type: ignore[attr-defined]
        return function

    return spell


def _written(kind: Any) -> Any:
    return getattr(kind, "__forward_arg__", kind)
