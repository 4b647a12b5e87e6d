"""The decorators: those of a client, for functions, and those of `clientele.api`, for methods of an APIClient subclass.

Type checkers find the parameters to remove from the signature by the names `result` and `response`, so these names and
their positions are checked too.
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

# The defaults are for a function without types, because of an untyped decorator below.
Given = typing_extensions.ParamSpec("Given", default=...)
Made = typing_extensions.TypeVar("Made", default=Any)


class Function(Protocol[P, R_co]):
    """A function whose first parameter is `result`."""

    def __call__(self, result: Any, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Call the function with the result."""
        ...


class FunctionWithResponse(Protocol[P, R_co]):
    """A function whose first parameters are `result` and `response`."""

    def __call__(self, result: Any, response: Response, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Call the function with the result and the response."""
        ...


class Method(Protocol[C_contra, T_contra, P, R_co]):
    """A method of a client whose first parameter after `self` is `result`."""

    # For a method with `**kwargs`, mypy requires the same parameter names as here. For pyright, `result` needs a type:
    # Any would become the type of the type variables of a generic client.

    def __call__(_method, self: C_contra, result: T_contra, *args: P.args, **kwargs: P.kwargs) -> R_co:  # noqa: N805
        """Call the method with the result."""
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
        """Call the method with the result and the response."""
        ...


class FunctionDecorator(NotACall):
    """Turns a function into an EndpointFunction of a client."""

    def __init__(self, client: HasState, method: str, path: str, options: EndpointOptions) -> None:
        super().__init__(method, path, options, "client.")
        self._client = client
        self._arguments = method, path, options

    @overload
    def __call__(self, function: FunctionWithResponse[Given, Made]) -> EndpointFunction[Given, Made]: ...

    @overload
    def __call__(self, function: Function[Given, Made]) -> EndpointFunction[Given, Made]: ...

    def __call__(self, function: Callable[..., Any]) -> Any:
        """Read `function` and put one that makes the call in its place.

        Raises:
            ConfigurationError, TypeError: no call can be made of it; the message names it and says what to change.
        """
        return _decorated(self._client, self._arguments, function, _names_around())


class MethodDecorator(NotACall):
    """Turns a method of an APIClient subclass into an EndpointMethod."""

    def __init__(self, method: str, path: str, options: EndpointOptions) -> None:
        super().__init__(method, path, options, "")
        self._arguments = method, path, options

    @overload
    def __call__(self, function: MethodWithResponse[C, T, Given, Made]) -> EndpointMethod[Given, Made]: ...

    @overload
    def __call__(self, function: Method[C, T, Given, Made]) -> EndpointMethod[Given, Made]: ...

    def __call__(self, function: Callable[..., Any]) -> Any:
        """Read `function` and put one that makes the call in its place.

        Raises:
            ConfigurationError, TypeError: no call can be made of it; the message names it and says what to change.
        """
        return MethodInClass(_decorated(None, self._arguments, function, _names_around()))


def _decorated(
    client: HasState | None,
    arguments: tuple[str, str, EndpointOptions],
    function: Callable[..., Any],
    namespace: Mapping[str, Any],
) -> Any:
    method, path, options = arguments
    declaration = read_declaration(method, path, function, options, is_method=client is None)
    declared = declaration.declared
    compiled = Compiled(declared, partial(read_endpoint, declaration), namespace)
    compiled.attempt()
    drivers = drivers_for(declared, options)
    made = endpoint_function(client, compiled, FunctionMaker(declared), drivers)
    setattr(made, ORIGIN, Origin(client, compiled))
    return made


def _names_around() -> Mapping[str, Any]:
    """The names of the block in which the function is decorated, for annotations that are strings."""
    block = inspect.currentframe()
    for _ in range(2):  # Don't keep a reference to the own frame, which would be a cycle.
        block = block and block.f_back
    blocks: list[Mapping[str, Any]] = []
    while block and block.f_locals is not block.f_globals:
        blocks.append(block.f_locals)
        # A class body is inside another block; names outside of a function are not visible.
        block = None if block.f_code.co_flags & inspect.CO_OPTIMIZED else block.f_back
    return ChainMap(*map(dict, blocks))


def endpoint(method: str, path: str, **options: Unpack[EndpointOptions]) -> MethodDecorator:
    """Decorate a method of an APIClient subclass that calls `path` with any request method.

    Args:
        method: a token (RFC 9110, section 9.1), such as `"PROPFIND"`.
        path: below the base URL, or an absolute URL, with the names of parameters in braces where their values go.
        options: see `EndpointOptions`.

    Raises:
        TypeError, ConfigurationError: an option or the declaration is invalid. Raised when the method is decorated; the
            message says what to change.

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
    """Decorate a method of an APIClient subclass that sends HEAD to `path`; see `endpoint`."""
    return MethodDecorator("HEAD", path, options)


def options(path: str, **options: Unpack[EndpointOptions]) -> MethodDecorator:
    """Decorate a method of an APIClient subclass that sends OPTIONS to `path`; see `endpoint`."""
    return MethodDecorator("OPTIONS", path, options)
