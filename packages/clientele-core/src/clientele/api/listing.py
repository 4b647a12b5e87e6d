"""The endpoints that a module or a client declares, for tools that compare, document or list them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import Parameter
from operator import attrgetter
from types import MappingProxyType, ModuleType
from typing import Any, Literal, NamedTuple, TypeAlias, get_args, get_origin

from clientele.api.arguments.markers import Body, File, Form, Header, Marker, Part, Path, Query
from clientele.api.arguments.parameters import Place, read_places
from clientele.api.client import APIClient
from clientele.api.declaring.compiled import Compiled
from clientele.api.declaring.endpoints import Endpoint
from clientele.api.declaring.generic_clients import class_of_client
from clientele.api.decorating.decorated import ORIGIN, Origin
from clientele.api.paging.paging import Paging
from clientele.api.types.annotations import plain
from clientele.http.message.name_values import pairs_of
from clientele.http.streams.events import Events

PlaceName: TypeAlias = Literal["path", "query", "header", "body", "form", "file", "part"]
ByStatus: TypeAlias = Mapping[int | str, Any]


@dataclass(frozen=True, slots=True)
class EndpointParameter:
    """A parameter of a decorated function.

    Attributes:
        name: its name in the function.
        place: the part of the request that it is sent in.
        sent_as: the name under which it is sent; None for a body, and for `**kwargs`, whose keys are the names of
            further query values.
        annotation: its type, evaluated, including `Annotated`; Any without one.
        marker: how it is encoded, such as `Query(style="pipeDelimited")`; a marker without arguments if the function
            has none.
        required: whether the caller must pass it.
        default: its default value; None if it is required.
    """

    name: str
    place: PlaceName
    sent_as: str | None
    annotation: Any
    marker: Marker
    required: bool
    default: Any


@dataclass(frozen=True, slots=True)
class EndpointDeclaration:
    """The declaration of a decorated function or method.

    Attributes:
        name: its qualified name, such as `GitHub.user`.
        module: the name of the module that it is written in.
        method: the request method.
        template: the declared path, such as `/users/{login}`; secret values of a query are hidden.
        parameters: the arguments, in the order of the signature.
        headers: the lower-case names of the headers that are sent with each request: those of the decorator, and those
            of the client's configuration if it is known.
        content_type: the Content-Type of the decorator; `""` if there is none.
        result: the type of `result`, evaluated; for a stream, the type of its items, and for pages, the type of a page.
            Type variables are replaced by the types of the class, in a generic class by Any.
        response_map: the types of results by status; empty if `result` is for all of them.
        errors: the types of error bodies by status, as declared by the decorator.
        client_errors: those of the client's configuration, for other statuses; None if it is unknown, as for the
            methods of a class.
        has_parser: whether there is a `response_parser`, so that `result` isn't the type of the body.
        streaming: whether the result is a stream.
        pages: where the next page is; None if there are none.
        events: the types of the events of a stream; None for other streams.
        is_async: whether it is declared with `async def`.
        file: the path of the file.
        line: the line of its first decorator, from 1.
    """

    name: str
    module: str
    method: str
    template: str
    parameters: tuple[EndpointParameter, ...]
    headers: frozenset[str]
    content_type: str
    result: Any
    response_map: ByStatus
    errors: ByStatus
    client_errors: ByStatus | None
    has_parser: bool
    streaming: bool
    pages: Paging | None
    events: Events | None
    is_async: bool
    file: str
    line: int


def declarations(source: ModuleType | type[APIClient] | APIClient) -> list[EndpointDeclaration]:
    """List what a module or a client declares, without sending or importing anything.

    Args:
        source: a module, for the decorated functions and the client classes that it defines (a package also has those
            that it imports from its own modules); or a client class or an instance of one, for its methods, including
            inherited ones. A client doesn't know the functions that are decorated with it: pass their module.

    Raises:
        TypeError: `source` is something else, or an APIClient without methods.
        ConfigurationError: an annotation has an undefined name, or a declaration is invalid.

    Example:
        ```python
        for each in declarations(github):
            print(each.method, each.template, f"{each.file}:{each.line}")
        ```
    """
    if isinstance(source, ModuleType):
        found = list(_of_module(source))
    elif isinstance(source, type) and issubclass(source, APIClient):
        found = list(_of_class(source))
    elif isinstance(source, APIClient):
        found = [each._replace(client=source) for each in _of_class(class_of_client(source))]
    else:
        raise TypeError(f"declarations: pass a module or a client, not {type(source).__name__}")
    if not (found or isinstance(source, ModuleType)):
        raise TypeError(
            "declarations: the client has no decorated methods, and doesn't know the functions that are decorated "
            "with it; pass their module"
        )
    unique = {(each.declared_by, repr(each.endpoint.hints)): each for each in found}
    return [_declaration(each.endpoint, each.client) for each in unique.values()]


class _Found(NamedTuple):
    declared_by: Compiled
    endpoint: Endpoint
    client: Any


def _of_module(module: ModuleType) -> Iterator[_Found]:
    for value in list(vars(module).values()):
        if isinstance(value, type) and issubclass(value, APIClient) and _is_in(value.__module__, module):
            yield from _of_class(value)
        elif (origin := _origin(value)) is not None and _is_in(origin.compiled.declared.function.__module__, module):
            yield _Found(origin.compiled, origin.compiled.of(None), origin.client)


def _is_in(name: str, module: ModuleType) -> bool:
    return name == module.__name__ or name.startswith(f"{module.__name__}.")


def _of_class(owner: Any) -> Iterator[_Found]:
    """The methods of a class, which may have type arguments; unbound type variables become Any."""
    kind, members = get_origin(owner) or owner, dict[str, Any]()
    for base in reversed(kind.__mro__):
        members.update(vars(base))
    is_open = owner is kind and bool(getattr(kind, "__parameters__", ()))
    for origin in filter(None, map(_origin, members.values())):
        yield _Found(origin.compiled, origin.compiled.of(None if is_open else owner), origin.client)


def _origin(value: Any) -> Origin | None:
    # Not getattr: a module may have objects that run code, or fail, on attribute access.
    found = inspect.getattr_static(value, ORIGIN, None)
    return found if isinstance(found, Origin) else None


def _declaration(endpoint: Endpoint, client: Any) -> EndpointDeclaration:
    declared, options = endpoint.declaration.declared, endpoint.declaration.options
    configured = {} if client is None else client.state.config.fields_set()
    own, common = (list(pairs_of(given.get("headers") or ())) for given in (options, configured))
    result = endpoint.hints["result"]
    code = inspect.unwrap(declared.function).__code__
    return EndpointDeclaration(
        name=endpoint.name,
        module=declared.function.__module__,
        method=endpoint.method,
        template=endpoint.declaration.template.source,
        parameters=_parameters(endpoint),
        headers=frozenset(name.lower() for name, _ in (*own, *common)),
        content_type=next((str(value) for name, value in own if name.lower() == "content-type" and value), ""),
        result=get_args(plain(result))[0] if endpoint.is_stream or endpoint.paging is not None else result,
        response_map=_by_status(options.get("response_map")),
        errors=_by_status(options.get("errors")),
        client_errors=None if client is None else _by_status(configured.get("errors")),
        has_parser=endpoint.parser is not None,
        streaming=endpoint.is_stream,
        pages=endpoint.paging,
        events=options.get("events"),
        is_async=declared.is_async,
        file=code.co_filename,
        line=code.co_firstlineno,
    )


def _by_status(given: ByStatus | None) -> ByStatus:
    return MappingProxyType(dict(given or {}))


def _parameters(endpoint: Endpoint) -> tuple[EndpointParameter, ...]:
    template, arguments = endpoint.declaration.template, endpoint.declaration.declared.arguments
    places = read_places(endpoint.name, template.shown, template.names, arguments, endpoint.hints)
    ordered = sorted(places.all(), key=attrgetter("index"))
    return tuple(_parameter(place, arguments[place.index]) for place in ordered)


def _parameter(place: Place, parameter: Parameter) -> EndpointParameter:
    is_further = parameter.kind is Parameter.VAR_KEYWORD
    required = parameter.default is Parameter.empty and not is_further
    name: PlaceName = _PLACES[type(place.marker)]
    return EndpointParameter(
        name=place.parameter,
        place=name,
        sent_as=None if is_further or name == "body" else place.name,
        annotation=place.kind,
        marker=place.marker,
        required=required,
        default=None if required or is_further else parameter.default,
    )


_PLACES: Mapping[type, PlaceName] = {
    Path: "path",
    Query: "query",
    Header: "header",
    Body: "body",
    Form: "form",
    File: "file",
    Part: "part",
}
