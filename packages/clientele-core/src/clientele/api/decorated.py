"""What a decorator leaves in place of the function: an object that callers call as if it were that function."""

from __future__ import annotations

import copy
import functools
import inspect
import sys
from collections.abc import Coroutine
from typing import Any, Generic, ParamSpec, Protocol, Self, TypeVar, Unpack, cast, overload

from clientele.api.answers import Answer
from clientele.api.compiled import Compiled
from clientele.api.decorator_options import CallOptions
from clientele.api.state import State

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class HasState(Protocol):
    """The client, as far as a call needs it: what it is configured to at the moment of the call."""

    @property
    def state(self) -> State:
        """The configuration, put to work."""
        ...


class WithResponse:
    """The type of `EndpointFunction.with_response`, which depends on what the function returns."""

    @overload
    def __get__(
        self, function: EndpointFunction[P, Coroutine[Any, Any, R]], owner: object = None
    ) -> EndpointFunction[P, Coroutine[Any, Any, Answer[R]]]: ...

    @overload
    def __get__(self, function: EndpointFunction[P, R], owner: object = None) -> EndpointFunction[P, Answer[R]]: ...

    def __get__(self, function: Any, owner: object = None) -> Any:
        """Of the class itself, this; of a decorated function one that gives an Answer."""
        return self if function is None else _answering(function)


class EndpointFunction(Generic[P, R_co]):
    """A decorated function: it takes the arguments after `result` and `response`, and makes the call.

    Raises:
        TypeError: the arguments don't fit the function, as Python says it for any function.
        ConfigurationError: an argument can't be sent, or an annotation of the function names what isn't there.
        NotImplementedError: the backend has no calls of the kind of the function: synchronous or asynchronous.
        TransportError: there was no usable answer.
        APIException: the answer is not what the function declares.
    """

    def __init__(self, client: HasState, compiled: Compiled) -> None:
        _resemble(self, compiled, compiled.declared.signature)
        self._client = client
        self._compiled = compiled

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Make the call."""
        compiled = self._compiled
        endpoint = compiled.endpoint or compiled.complete()
        return cast(R_co, compiled.run(self._client.state, endpoint, endpoint.bind(*args, **kwargs)))

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """This function, with options for a single call or for several.

        Args:
            options: see `CallOptions`; those of an earlier `with_options` stay where these say nothing.

        Raises:
            TypeError: an unknown option, or a query value that can't be written as text.
            ConfigurationError: an option's value can't be used.

        Example:
            ```python
            get_user.with_options(timeout=30.0, headers={"X-Trace": "1"})(7)
            ```
        """
        changed = copy.copy(self)
        changed._compiled = self._compiled.changed(options)  # noqa: SLF001 - of its own kind
        return changed

    with_response = WithResponse()
    """The same call, which gives the response beside the result: `user, response = get_user.with_response(7)`.

    An `Answer`, of an asynchronous function when it is awaited. A stream has its response itself: for one it is a
    TypeError.
    """

    def __repr__(self) -> str:
        return f"<endpoint {self._compiled.declared.name}>"


class BoundEndpoint(EndpointFunction[P, R_co]):
    """A decorated method of an APIClient, and the client that it was looked up on."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Make the call."""
        compiled = self._compiled
        endpoint = compiled.endpoint or compiled.complete()
        client = self._client
        try:
            state = client.state
        except AttributeError:
            raise TypeError(
                f"{compiled.declared.name} belongs to a subclass of APIClient whose __init__ has been run; "
                f"this {type(client).__name__} is none"
            ) from None
        return cast(R_co, compiled.run(state, endpoint, endpoint.bind(client, *args, **kwargs)))


class EndpointMethod(Generic[P, R_co]):
    """A decorated method in the body of an APIClient subclass; looked up on an instance it is an EndpointFunction."""

    def __init__(self, compiled: Compiled) -> None:
        signature = compiled.declared.signature
        _resemble(self, compiled, signature)
        bound: BoundEndpoint[P, R_co] = object.__new__(BoundEndpoint)
        _resemble(bound, compiled, signature.replace(parameters=list(signature.parameters.values())[1:]))
        bound._compiled = compiled  # noqa: SLF001 - as in its `__init__`
        self._of_bound = vars(bound)

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Self: ...

    @overload
    def __get__(self, instance: HasState, owner: type[Any]) -> EndpointFunction[P, R_co]: ...

    def __get__(self, instance: HasState | None, owner: type[Any]) -> Self | EndpointFunction[P, R_co]:
        if instance is None:
            return self
        # What `__init__` would work out is the same for each instance, and this is part of each call.
        bound: BoundEndpoint[P, R_co] = object.__new__(BoundEndpoint)
        bound.__dict__.update(self._of_bound)
        bound._client = instance  # noqa: SLF001 - as in its `__init__`
        return bound

    def __call__(self, client: HasState, /, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Make the call on `client`, as for a method that is looked up on its class."""
        return self.__get__(client, type(client))(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<endpoint method {self.__wrapped__.__qualname__}>"  # type: ignore[attr-defined]


def _answering(function: EndpointFunction[..., Any]) -> EndpointFunction[..., Any]:
    changed = copy.copy(function)
    changed._compiled = function._compiled.answering()  # noqa: SLF001 - as in its `with_options`
    return changed


def _resemble(target: Any, compiled: Compiled, signature: inspect.Signature) -> None:
    """Give `target` what the tools of Python know a function by: its name, docstring, signature and kind."""
    declared = compiled.declared
    functools.update_wrapper(target, declared.function)
    target.__signature__ = signature
    if sys.version_info >= (3, 12) and declared.is_async and not declared.is_generator:
        inspect.markcoroutinefunction(target)
