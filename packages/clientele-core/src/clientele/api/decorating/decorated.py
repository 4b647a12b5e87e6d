"""The types of decorated functions and methods, for type checkers, and their attributes."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, Concatenate, Generic, NamedTuple, ParamSpec, Protocol, Self, TypeVar, Unpack, overload

from clientele.api.calling.state import State
from clientele.api.declaring.compiled import Compiled
from clientele.api.declaring.decorator_options import CallOptions
from clientele.api.paging.pages import AsyncPages, Pages
from clientele.api.results.answers import Answer
from clientele.api.signatures.functions import Drivers, FunctionMaker
from clientele.api.streaming.streams import AsyncStream, Stream

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")


class HasState(Protocol):
    """The part of a client that a call needs: its state at the moment of the call."""

    @property
    def state(self) -> State:
        """The state that follows from the configuration."""
        ...


ORIGIN = "_origin"
"""The attribute of a decorated function that has its Origin; wrappers that copy attributes have it too."""


class Origin(NamedTuple):
    """The client and the declaration of a decorated function."""

    client: HasState | None
    """The client; None for a method."""
    compiled: Compiled


class Aio:
    """The type of `EndpointFunction.aio`, which depends on what the function returns."""

    @overload
    def __get__(
        self, function: EndpointFunction[P, Coroutine[Any, Any, R]], owner: object = None
    ) -> EndpointFunction[P, Coroutine[Any, Any, R]]: ...

    @overload
    def __get__(
        self, function: EndpointFunction[P, Stream[T]], owner: object = None
    ) -> EndpointFunction[P, Coroutine[Any, Any, AsyncStream[T]]]: ...

    @overload
    def __get__(
        self, function: EndpointFunction[P, Iterator[T]], owner: object = None
    ) -> EndpointFunction[P, Coroutine[Any, Any, AsyncIterator[T]]]: ...

    @overload
    def __get__(
        self, function: EndpointFunction[P, Pages[R, T]], owner: object = None
    ) -> EndpointFunction[P, Coroutine[Any, Any, AsyncPages[R, T]]]: ...

    @overload
    def __get__(
        self, function: EndpointFunction[P, R], owner: object = None
    ) -> EndpointFunction[P, Coroutine[Any, Any, R]]: ...

    def __get__(self, function: Any, owner: object = None) -> Any:
        """Of the class itself, this; a decorated function has its own."""
        return self


class WithResponse:
    """The type of `EndpointFunction.with_response`, which depends on what the function returns."""

    @overload
    def __get__(
        self, function: EndpointFunction[P, Coroutine[Any, Any, R]], owner: object = None
    ) -> EndpointFunction[P, Coroutine[Any, Any, Answer[R]]]: ...

    @overload
    def __get__(self, function: EndpointFunction[P, R], owner: object = None) -> EndpointFunction[P, Answer[R]]: ...

    def __get__(self, function: Any, owner: object = None) -> Any:
        """Of the class itself, this; a decorated function has its own."""
        return self


class EndpointFunction(Generic[P, R_co]):
    """The type of a decorated function: it takes the arguments after `result` and `response`.

    At run time it is a Python function (a coroutine function for an `async def`), or a method if it is looked up on a
    client, and not an instance of this class.

    Raises:
        TypeError: the arguments don't match the signature, as for any function.
        ConfigurationError: an argument can't be sent, or an annotation of the function has an undefined name.
        NotImplementedError: the backend doesn't support calls of the function's mode, synchronous or asynchronous.
        TransportError: there was no usable response.
        APIException: the response is not one that the function declares.
    """

    __name__: str
    __qualname__: str
    __wrapped__: Callable[..., Any]
    """The function that was decorated."""

    aio = Aio()
    """The same call, asynchronously: `await get_user.aio(7)`, `await get_user.with_response.aio(7)`.

    A coroutine function, which itself has no `aio`. If the function returns a Stream, it returns an AsyncStream, and
    for an Iterator an AsyncIterator. It raises ConfigurationError for a function that iterates over its stream itself,
    with `yield` in a plain `def`.
    """

    with_response = WithResponse()
    """The same call, which also returns the response: `user, response = get_user.with_response(7)`.

    It returns an `Answer`, which an asynchronous function awaits. It itself has no `with_response`. For a stream it
    raises TypeError, because a stream has its response itself.
    """

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Make the call."""
        raise NotImplementedError

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """This function, with options for a single call or for several.

        Args:
            options: see `CallOptions`; those of an earlier `with_options` are kept, unless they are overridden.

        Raises:
            TypeError: an unknown option, or a query value that can't be written as text.
            ConfigurationError: the value of an option is invalid.

        Example:
            ```python
            get_user.with_options(timeout=30.0, headers={"X-Trace": "1"})(7)
            ```
        """
        raise NotImplementedError


class EndpointMethod(Protocol[P, R_co]):
    """The type of a decorated method; looked up on a client, it is an EndpointFunction."""

    def __call__(self, *args: Any, **kwargs: Any) -> R_co:
        """The call; `__get__` has the precise arguments.

        It is for pyright only, which compares it with the method of a Protocol, and with a method that overrides it.
        """
        ...

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> EndpointFunction[Concatenate[HasState, P], R_co]: ...

    @overload
    def __get__(self, instance: HasState, owner: type[Any]) -> EndpointFunction[P, R_co]: ...


def endpoint_function(client: HasState | None, compiled: Compiled, make: FunctionMaker, drivers: Drivers) -> Any:
    """The function of a declaration, with the attributes of an EndpointFunction.

    Args:
        client: the client; None for a method, which receives it as the first argument.
        compiled: the declaration.
        make: creates its functions.
        drivers: make its calls.
    """
    functions = make(client, compiled, drivers)
    answering = make(client, compiled.answering(), drivers, ".with_response")
    for made, path in (
        (functions.declared, ()),
        (functions.aio, ("aio",)),
        (answering.declared, ("with_response",)),
        (answering.aio, ("with_response", "aio")),
    ):
        made.with_options = _with_options(client, compiled, make, drivers, path)
    functions.declared.aio = functions.aio
    functions.declared.with_response = answering.declared
    functions.aio.with_response = answering.declared.aio = answering.aio
    return functions.declared


def _with_options(
    client: HasState | None, compiled: Compiled, make: FunctionMaker, drivers: Drivers, path: tuple[str, ...]
) -> Any:
    def with_options(**options: Unpack[CallOptions]) -> Any:
        """This function, with options for a single call or for several; see `EndpointFunction.with_options`."""
        changed = endpoint_function(client, compiled.changed(options), make, drivers)
        return functools.reduce(getattr, path, changed)

    return with_options
