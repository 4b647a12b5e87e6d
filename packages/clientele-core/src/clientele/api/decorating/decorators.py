"""The decorators: those of a client, for functions, and those of `clientele.api`, for methods of an APIClient subclass.

A type checker knows by the names `result` and `response` what to leave out of the signature that callers see, so that
these names, and their places, are checked too.
"""

from __future__ import annotations

import inspect
from collections import ChainMap
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ParamSpec, Protocol, TypeVar, Unpack, overload

import typing_extensions

from clientele.api.calling.drivers import drivers_for
from clientele.api.declaring.compiled import Compiled
from clientele.api.declaring.decorator_options import EndpointOptions
from clientele.api.declaring.endpoints import read_declaration, read_endpoint
from clientele.api.decorating.bound import MethodInClass
from clientele.api.decorating.decorated import (
    ORIGIN,
    EndpointFunction,
    EndpointMethod,
    HasState,
    Origin,
    endpoint_function,
)
from clientele.api.decorating.not_a_call import NotACall
from clientele.api.signatures.functions import FunctionMaker
from clientele.http.response import Response

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
C = TypeVar("C", bound=HasState)
C_contra = TypeVar("C_contra", bound=HasState, contravariant=True)
T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)

# Their defaults are for a function of which nothing is known, because another decorator below has no types.
Given = typing_extensions.ParamSpec("Given", default=...)
Made = typing_extensions.TypeVar("Made", default=Any)


class Function(Protocol[P, R_co]):
    """A function whose first parameter is `result`."""

    def __call__(self, result: Any, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """What the function makes of the result."""
        ...


class FunctionWithResponse(Protocol[P, R_co]):
    """A function whose first parameters are `result` and `response`."""

    def __call__(self, result: Any, response: Response, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """What the function makes of result and response."""
        ...


class Method(Protocol[C_contra, T_contra, P, R_co]):
    """A method of a client whose first parameter after `self` is `result`."""

    # Of a method with `**kwargs` mypy expects that each parameter has the name that it has here. For pyright `result`
    # has a type: with Any it would be what the type variables of a generic client are.

    def __call__(_method, self: C_contra, result: T_contra, *args: P.args, **kwargs: P.kwargs) -> R_co:  # noqa: N805
        """What the method makes of the result."""
        ...


class MethodWithResponse(Protocol[C_contra, T_contra, P, R_co]):
    """A method of a client whose first parameters after `self` are `result` and `response`."""

    def __call__(
        _method,  # noqa: N805
        self: C_contra,
        result: T_contra,
        response: Response,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R_co:
        """What the method makes of result and response."""
        ...


class FunctionDecorator(NotACall):
    """Turns a function into an EndpointFunction of a client."""

    def __init__(self, client: HasState, method: str, path: str, options: EndpointOptions) -> None:
        super().__init__(method, path, options, "client.")
        self._client = client
        self._told = method, path, options

    @overload
    def __call__(self, function: FunctionWithResponse[Given, Made]) -> EndpointFunction[Given, Made]: ...

    @overload
    def __call__(self, function: Function[Given, Made]) -> EndpointFunction[Given, Made]: ...

    def __call__(self, function: Callable[..., Any]) -> Any:
        """Read `function` and put one that makes the call in its place.

        Raises:
            ConfigurationError, TypeError: no call can be made of it; the message names it and says what to change.
        """
        return _decorated(self._client, self._told, function, _names_around())


class MethodDecorator(NotACall):
    """Turns a method of an APIClient subclass into an EndpointMethod."""

    def __init__(self, method: str, path: str, options: EndpointOptions) -> None:
        super().__init__(method, path, options, "")
        self._told = method, path, options

    @overload
    def __call__(self, function: MethodWithResponse[C, T, Given, Made]) -> EndpointMethod[Given, Made]: ...

    @overload
    def __call__(self, function: Method[C, T, Given, Made]) -> EndpointMethod[Given, Made]: ...

    def __call__(self, function: Callable[..., Any]) -> Any:
        """Read `function` and put one that makes the call in its place.

        Raises:
            ConfigurationError, TypeError: no call can be made of it; the message names it and says what to change.
        """
        return MethodInClass(_decorated(None, self._told, function, _names_around()))


def _decorated(
    client: HasState | None,
    told: tuple[str, str, EndpointOptions],
    function: Callable[..., Any],
    namespace: Mapping[str, Any],
) -> Any:
    method, path, options = told
    declaration = read_declaration(method, path, function, options, is_method=client is None)
    declared = declaration.declared
    compiled = Compiled(declared, partial(read_endpoint, declaration), namespace)
    compiled.attempt()
    drivers = drivers_for(declared, options)
    made = endpoint_function(client, compiled, FunctionMaker(declared), drivers)
    setattr(made, ORIGIN, Origin(client, compiled))
    return made


def _names_around() -> Mapping[str, Any]:
    """The names of the block in which the function is decorated: annotations may be written as text, and name them."""
    block = inspect.currentframe()
    for _ in range(2):  # Of its own frame nothing is kept: it would keep itself, and all that is around it.
        block = block and block.f_back
    blocks: list[Mapping[str, Any]] = []
    while block and block.f_locals is not block.f_globals:
        blocks.append(block.f_locals)
        # The body of a class stands in another block; that of a function is where names end.
        block = None if block.f_code.co_flags & inspect.CO_OPTIMIZED else block.f_back
    return ChainMap(*map(dict, blocks))


def endpoint(method: str, path: str, **options: Unpack[EndpointOptions]) -> MethodDecorator:
    """Decorate a method of an APIClient subclass that calls `path` with any request method.

    Args:
        method: a token (RFC 9110, section 9.1), such as `"PROPFIND"`.
        path: below the base URL, or an absolute URL, with the names of parameters in braces where their values go.
        options: see `EndpointOptions`.

    Raises:
        TypeError, ConfigurationError: an option can't be used, or no call can be made of the method. Raised when the
            method is decorated; the message says what to change.

    Example:
        ```python
        class GitHub(APIClient):
            @get("/users/{login}")
            def user(self, result: User, login: str) -> User:
                return result

        GitHub(base_url="https://api.github.com").user("octocat")
        ```
    """
    return MethodDecorator(method, path, options)


def get(path: str, **options: Unpack[EndpointOptions]) -> MethodDecorator:
    """Decorate a method of an APIClient subclass that GETs `path`; see `endpoint`."""
    return MethodDecorator("GET", path, options)


def post(path: str, **options: Unpack[EndpointOptions]) -> MethodDecorator:
    """Decorate a method of an APIClient subclass that POSTs to `path`; see `endpoint`."""
    return MethodDecorator("POST", path, options)


def put(path: str, **options: Unpack[EndpointOptions]) -> MethodDecorator:
    """Decorate a method of an APIClient subclass that PUTs something at `path`; see `endpoint`."""
    return MethodDecorator("PUT", path, options)


def patch(path: str, **options: Unpack[EndpointOptions]) -> MethodDecorator:
    """Decorate a method of an APIClient subclass that PATCHes `path`; see `endpoint`."""
    return MethodDecorator("PATCH", path, options)


def delete(path: str, **options: Unpack[EndpointOptions]) -> MethodDecorator:
    """Decorate a method of an APIClient subclass that DELETEs `path`; see `endpoint`."""
    return MethodDecorator("DELETE", path, options)


def head(path: str, **options: Unpack[EndpointOptions]) -> MethodDecorator:
    """Decorate a method of an APIClient subclass that asks for the headers of `path` by HEAD; see `endpoint`."""
    return MethodDecorator("HEAD", path, options)


def options(path: str, **options: Unpack[EndpointOptions]) -> MethodDecorator:
    """Decorate a method of an APIClient subclass that asks for the OPTIONS of `path`; see `endpoint`."""
    return MethodDecorator("OPTIONS", path, options)
