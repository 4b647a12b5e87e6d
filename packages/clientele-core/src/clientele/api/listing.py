"""The calls that a module or a client declares, as values: for tools that compare, document or list them."""

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
from clientele.api.paging.strategies import Paging
from clientele.api.types.annotations import plain
from clientele.http.message.name_values import pairs_of
from clientele.http.streams.events import Events

PlaceName: TypeAlias = Literal["path", "query", "header", "body", "form", "file", "part"]
ByStatus: TypeAlias = Mapping[int | str, Any]


@dataclass(frozen=True, slots=True)
class EndpointParameter:
    """A parameter of a decorated function: what the caller gives, and where it goes.

    Attributes:
        name: the name that the function gives it.
        place: the part of the request that it goes to.
        sent_as: the name under which it is sent; None for a body, and for `**kwargs`, whose keys are the names of
            further query values.
        annotation: its type, evaluated, with all that `Annotated` says; Any without one.
        marker: how it is written there, such as `Query(style="pipeDelimited")`; one without arguments if the function
            has none.
        required: whether the caller has to give it.
        default: what is sent otherwise; None if it is required.
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
    """What a decorated function or method declares.

    Attributes:
        name: its qualified name, such as `GitHub.user`.
        module: the name of the module that it is written in.
        method: the request method.
        template: the path as it is declared, such as `/users/{login}`; secret values of a query are hidden.
        parameters: what the caller gives, in the order of the signature.
        headers: the names, in lower case, of the headers that go along with each request: those of the decorator, and
            of the configuration of the client if it is known.
        content_type: the Content-Type that the decorator says; `""` if it says none.
        result: the type of `result`, evaluated; of a stream, that of its items, and of pages, that of a page. Type
            variables are what the class says that they are, and in a generic class itself Any.
        response_map: the types of results by status; empty if `result` is for all of them.
        errors: the types of errors by status, those that the decorator says.
        client_errors: those of the configuration of the client, for the other statuses; None if it isn't known, as for
            the methods of a class.
        has_parser: whether a `response_parser` makes the result, so that `result` doesn't say what the body is.
        streaming: whether the result is a stream.
        pages: where the next page is; None if there are none.
        events: which events of a stream are items, and of which types; None for other streams.
        is_async: whether it is written with `async def`.
        file: the path of the file that it is written in.
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
    """What a module or a client declares. Nothing is sent or imported.

    Args:
        source: a module, for the decorated functions and the client classes that are written in it, or, if it is a
            package, that it has from modules within; or a client class, for its methods, inherited ones included; or an
            instance of one. A client doesn't know the functions that are decorated with it: give their module.

    Raises:
        TypeError: `source` is something else, or an APIClient without methods of its own.
        ConfigurationError: an annotation names what isn't defined, or a declaration can't be used.

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
        raise TypeError(f"declarations: give a module or a client, not {type(source).__name__}")
    if not (found or isinstance(source, ModuleType)):
        raise TypeError(
            "declarations: the client has no decorated methods, and doesn't know the functions that are decorated with "
            "it; give their module"
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
    """The methods of a class, or of one with arguments; one that is still generic has any types."""
    kind, members = get_origin(owner) or owner, dict[str, Any]()
    for base in reversed(kind.__mro__):
        members.update(vars(base))
    is_open = owner is kind and bool(getattr(kind, "__parameters__", ()))
    for origin in filter(None, map(_origin, members.values())):
        yield _Found(origin.compiled, origin.compiled.of(None if is_open else owner), origin.client)


def _origin(value: Any) -> Origin | None:
    # Not getattr: a module holds objects of all kinds, and some run code, or fail, when they are asked for something.
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
