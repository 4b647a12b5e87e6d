"""The user's functions, which may be asynchronous, in synchronous and asynchronous calls.

The code around a call is written once, as coroutines. In a synchronous call, they never wait.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from inspect import isawaitable
from typing import Any, TypeVar

from clientele.http.errors import ConfigurationError

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never waits.

    Raises:
        RuntimeError: it waits.
    """
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    coroutine.close()
    raise RuntimeError("a synchronous call reached code that has to be awaited")


def is_asynchronous(function: object) -> bool:
    """Whether calling `function` returns an awaitable, according to its declaration."""
    return any(inspect.iscoroutinefunction(called) for called in (function, getattr(function, "__call__", None)))  # noqa: B004


def name_of(function: object) -> str:
    """The name of a function in errors and reprs; not its repr, which may show arguments."""
    return str(getattr(function, "__qualname__", type(function).__name__))


def at_once(function: Callable[..., T | Awaitable[T]], *arguments: Any) -> T:
    """The result of `function`.

    Raises:
        ConfigurationError: it has to be awaited.
    """
    value: Any = function(*arguments)
    if isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise needs_async(name_of(function))
    result: T = value
    return result


async def in_time(function: Callable[..., T | Awaitable[T]], *arguments: Any) -> T:
    """The result of `function`, awaited if necessary."""
    value: Any = function(*arguments)
    result: T = await value if isawaitable(value) else value
    return result


def needs_async(what: str) -> ConfigurationError:
    """The error for something asynchronous in a synchronous call."""
    return ConfigurationError(f"{what} is asynchronous, and this call isn't: use it with `async def` functions")
