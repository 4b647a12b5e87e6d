"""What a decorator leaves in place of the function: an object that callers call as if it were that function."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast, overload

from clientele.api.endpoint import Endpoint, EndpointOptions, read_endpoint
from clientele.api.execution import acall, call, stream
from clientele.api.state import State
from clientele.http.response import Response

P = ParamSpec("P")
R = TypeVar("R")


class HasState(Protocol):
    """The client, as far as a call needs it: what it is configured to at the moment of the call."""

    state: State


class EndpointFunction(Generic[P, R]):
    """A decorated function: it takes the arguments after `result` and `response`, and makes the call.

    Raises:
        TypeError: the arguments don't fit the function, as Python says it for any function.
        ConfigurationError: an argument can't be sent.
        TransportError: there was no usable answer.
        APIException: the answer is not what the function declares.
    """

    def __init__(
        self, client: HasState, method: str, path: str, function: Callable[..., R], options: EndpointOptions
    ) -> None:
        self._client = client
        self._read = functools.partial(read_endpoint, method, path, function, options)
        self._endpoint: Endpoint | None = None
        functools.update_wrapper(self, function)
        # An annotation may name a class that is defined further down; the first call tries again.
        with contextlib.suppress(NameError):
            self._compile()

    def _compile(self) -> Endpoint:
        endpoint = self._endpoint = self._read()
        self.__signature__ = endpoint.signature
        self._run = stream if endpoint.is_stream else acall if endpoint.is_async else call
        return endpoint

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Make the call."""
        endpoint = self._endpoint or self._compile()
        return cast(R, self._run(self._client.state, endpoint, endpoint.bind(*args, **kwargs)))

    def __repr__(self) -> str:
        return f"<endpoint {self.__wrapped__.__qualname__}>"  # type: ignore[attr-defined]


class EndpointDecorator:
    """Turns a function into an EndpointFunction."""

    def __init__(self, client: HasState, method: str, path: str, options: EndpointOptions) -> None:
        self._arguments = client, method, path
        self._options = options

    @overload
    def __call__(self, function: Callable[Concatenate[Any, Response, P], R]) -> EndpointFunction[P, R]: ...

    @overload
    def __call__(self, function: Callable[Concatenate[Any, P], R]) -> EndpointFunction[P, R]: ...

    def __call__(self, function: Callable[..., Any]) -> EndpointFunction[..., Any]:
        """Read `function` and put an EndpointFunction in its place."""
        return EndpointFunction(*self._arguments, function, self._options)
