"""The signature of a decorated function: injected parameters, and those of the caller."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, NamedTuple

from clientele.api.signatures.stubs import is_stub
from clientele.api.types.annotations import signature_of
from clientele.http.errors import ConfigurationError

_BY_POSITION = frozenset({Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD})


class Declared(NamedTuple):
    """A function and its signature, without its annotations."""

    function: Callable[..., Any]
    name: str
    """Its name in errors."""
    owner: Parameter | None
    """The parameter for the client, `self`, for methods."""
    wants_response: bool
    arguments: tuple[Parameter, ...]
    """The parameters of the caller."""
    signature: Signature
    """The signature without `result` and `response`."""
    is_async: bool
    is_generator: bool
    is_stub: bool
    """Whether its body is empty, so it returns `result`."""

    @property
    def is_coroutine(self) -> bool:
        """Whether a call of the function is awaited; False for an asynchronous generator."""
        return self.is_async and not self.is_generator

    @property
    def annotated(self) -> list[str]:
        """The parameters whose annotations are used: all but `self`."""
        return ["result", "response", *(parameter.name for parameter in self.arguments)]


def taken_apart(function: Callable[..., Any], *, is_method: bool) -> Declared:
    """Read the signature of `function`.

    Raises:
        ConfigurationError: the signature is invalid; the message says what to change.
    """
    name = _name_of(function)
    parameters = list(signature_of(function).parameters.values())
    owner = _owner(parameters, name) if is_method else None
    injected = _injected(parameters[1:] if is_method else parameters, name, is_method=is_method)
    arguments = tuple(parameters[is_method + len(injected) :])
    for parameter in arguments:
        _check_argument(parameter, name)
    visible = arguments if owner is None else (owner, *arguments)
    return Declared(
        function=function,
        name=name,
        owner=owner,
        wants_response=len(injected) == 2,
        arguments=arguments,
        signature=signature_of(function).replace(parameters=visible),
        is_async=_is(function, inspect.iscoroutinefunction, inspect.isasyncgenfunction),
        is_generator=_is(function, inspect.isgeneratorfunction, inspect.isasyncgenfunction),
        is_stub=is_stub(function),
    )


def _is(function: Callable[..., Any], *kinds: Callable[[object], bool]) -> bool:
    """Whether `function` is of one of the `kinds`, or wraps a function that is (`functools.wraps`).

    A wrapper that passes arguments and results through is usually a plain `def`, also around an `async def`.
    """
    return any(kind(called) for kind in kinds for called in (function, inspect.unwrap(function)))


def _name_of(function: Callable[..., Any]) -> str:
    """Its qualified name. Classes, staticmethods and partials have no code, so they are refused."""
    if not callable(function) or not hasattr(function, "__code__"):
        kind = "a class" if isinstance(function, type) else type(function).__name__
        raise ConfigurationError(f"{_shown(function)} is {kind}, not a function; {_advice(function)}")
    if hasattr(function, "with_options"):
        raise ConfigurationError(
            f"{function.__qualname__} is already decorated; decorate a `def` or an `async def`, once"
        )
    return function.__qualname__


def _shown(function: object) -> str:
    name = getattr(function, "__qualname__", None) or getattr(getattr(function, "fget", None), "__qualname__", None)
    return name if isinstance(name, str) else repr(function)


def _advice(function: object) -> str:
    if isinstance(function, (staticmethod, classmethod, property)):
        return f"remove @{type(function).__name__}: an endpoint is called as a function, or on an instance of a client"
    if isinstance(function, type):
        return "decorate the `def` of each call, in the class or outside of it"
    return "decorate a `def` or an `async def`, and put other decorators above this one"


def _owner(parameters: list[Parameter], name: str) -> Parameter:
    if not parameters or parameters[0].kind not in _BY_POSITION or parameters[0].name == "result":
        raise ConfigurationError(
            f"{name}: there is no `self` before `result`; the decorators of clientele.api are for methods of an "
            "APIClient subclass: write def name(self, result: Type, ...), or use those of a client: @client.get(...)"
        )
    return parameters[0]


def _injected(parameters: list[Parameter], name: str, *, is_method: bool) -> list[Parameter]:
    """The parameters `result` and, optionally, `response`."""
    names = [parameter.name for parameter in parameters]
    if names[:1] == ["self"] and not is_method:
        raise ConfigurationError(
            f"{name}: `self` is the first parameter, but the decorators of a client are for functions; for a method of "
            "an APIClient subclass use those of clientele.api: from clientele.api import get"
        )
    if "result" not in names:
        raise ConfigurationError(f"{name}: {_no_result(names, is_method=is_method)}")
    if names[0] != "result" or parameters[0].kind not in _BY_POSITION:
        place = "directly after `self`" if is_method else "first"
        raise ConfigurationError(f"{name}: `result` must come {place}, as a positional parameter; move it there")
    if "response" not in names:
        return parameters[:1]
    if names[1] != "response" or parameters[1].kind not in _BY_POSITION:
        raise ConfigurationError(
            f"{name}: `response` must come directly after `result`, as a positional parameter; move it there, or "
            'if it is an argument of the call, give it another name: Annotated[..., Query("response")]'
        )
    return parameters[:2]


def _no_result(names: list[str], *, is_method: bool) -> str:
    start, after = ("self, ", " after `self`") if is_method else ("", "")
    shown = f", but `{names[0]}`" if names else ""
    return f"the first parameter{after} is not `result`{shown}; write def name({start}result: Type, ...)"


def _check_argument(parameter: Parameter, name: str) -> None:
    if parameter.kind is Parameter.VAR_POSITIONAL:
        raise ConfigurationError(
            f"{name}: `*{parameter.name}` has no names to send its values under; take a list, or name each parameter"
        )
