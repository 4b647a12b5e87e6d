"""A compiled declaration: where the arguments are sent, and how the result is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from clientele.api.arguments.bodies import takes_async_only
from clientele.api.arguments.parameters import Places, read_places
from clientele.api.arguments.paths import PathTemplate
from clientele.api.arguments.preparing import Preparer, make_preparer, with_call_options
from clientele.api.declaring.declared_results import item_type, page_types, result_reader, result_type
from clientele.api.declaring.decorator_options import EndpointOptions, checked_endpoint_options
from clientele.api.declaring.generic_clients import refuse_unbound, types_for
from clientele.api.declaring.settings import checked_settings
from clientele.api.paging.paging import Paging
from clientele.api.results.answers import answering, no_answer
from clientele.api.results.results import Reader, reader_for
from clientele.api.results.status_errors import Problems, problem_readers
from clientele.api.signatures.binding import Finisher, make_finisher
from clientele.api.signatures.signature import Declared, taken_apart
from clientele.api.signatures.stubs import check_return
from clientele.api.types.annotations import annotations_of, variables_in, with_types
from clientele.http.errors import ConfigurationError, InvalidHeader
from clientele.http.message.call import Source
from clientele.http.message.headers import checked_method
from clientele.http.response import Response


class Endpoint(NamedTuple):
    """A compiled function.

    `prepare` converts the values of the arguments to the path and the options of the request, `reads` converts the
    Response to the result, and `finish` calls the function with it: `finish(values, result, response)`.
    """

    name: str
    source: Source
    method: str
    prepare: Preparer
    reads: Reader
    finish: Finisher
    is_coroutine: bool
    """Whether the return value of `finish` is awaited."""
    is_stream: bool
    item_type: Any
    """The type of the items, for streams and pages."""
    parser: Callable[[str], Any] | None
    """For streams: converts a line to an item, instead of `item_type`."""
    paging: Paging | None
    """For pages: where the next one is. `reads` then reads one page, whose items have the type `item_type`."""
    problems: Problems
    """Read the bodies of errors."""
    declaration: Declaration
    """The declaration, and"""
    hints: Mapping[str, Any]
    """its annotations, evaluated."""
    is_generic: bool
    """Whether its types depend on the class of the client, which defines the type variables of the method."""

    def changed(self, options: Mapping[str, Any]) -> Endpoint:
        """This endpoint with `options` of a single call, which have already been checked."""
        settings = {**self.source.settings, **options["settings"]}
        source = self.source._replace(settings=settings)
        return self._replace(prepare=with_call_options(self.prepare, options), source=source)

    def answering(self) -> Endpoint:
        """This endpoint, whose calls return an Answer."""
        if self.is_stream or self.paging is not None:
            return self._replace(prepare=no_answer(self.name, is_stream=self.is_stream))
        return self._replace(finish=answering(self.finish, is_coroutine=self.is_coroutine))


class Declaration(NamedTuple):
    """The arguments of a decorator, checked as far as possible before the annotations are resolved."""

    method: str
    template: PathTemplate
    declared: Declared
    options: EndpointOptions
    common: Mapping[str, Any]
    """The options that apply to each request."""
    settings: Mapping[str, Any]
    """The settings for wrappers."""


def read_declaration(
    method: str, path: str, function: Callable[..., Any], options: EndpointOptions, *, is_method: bool
) -> Declaration:
    """Check the arguments of a decorator, and read the signature of `function` without its annotations.

    Raises:
        ConfigurationError, TypeError: the declaration is invalid; the message says what to change.
    """
    declared = taken_apart(function, is_method=is_method)
    common = checked_endpoint_options(options, declared.name)
    if declared.is_generator and not options.get("streaming_response"):
        raise ConfigurationError(
            f"{declared.name}: a function with `yield` gives a generator, not a result; return the values, or set "
            "streaming_response=True if they are the items of a stream"
        )
    try:
        checked = checked_method(method)
    except InvalidHeader as error:
        raise ConfigurationError(f"{declared.name}: {error}") from error
    settings = checked_settings(options, declared.name)
    return Declaration(checked, PathTemplate(path, declared.name), declared, options, common, settings)


def read_endpoint(declaration: Declaration, namespace: Mapping[str, Any], owner: Any = None) -> Endpoint:
    """Compile a declaration.

    Args:
        declaration: the arguments of the decorator.
        namespace: the names of the block that the function is defined in.
        owner: for a method, the class that defines its type variables; None if it is unknown, which allows any types.

    Raises:
        ConfigurationError: the declaration is invalid; the message says what to change.
        NameError: an annotation has a name that isn't defined yet.
    """
    declared, options = declaration.declared, declaration.options
    name = declared.name
    written = annotations_of(declared.function, declared.annotated, namespace)
    check_return(declared.function, name, result_type(declared, written), namespace)
    variables = {variable for hint in written.values() for variable in variables_in(hint)} if declared.owner else set()
    types = dict.fromkeys(variables, Any) if owner is None or not variables else types_for(owner, declared.function)
    hints = {parameter: with_types(hint, types) for parameter, hint in written.items()}
    kind, options = hints["result"], _with_types(options, types)
    if variables and owner is not None and options.get("response_parser") is None:
        refuse_unbound(kind, owner, name)
    template = declaration.template
    places = read_places(name, template.shown, template.names, declared.arguments, hints)
    _check_body(places, declaration)
    is_stream, paging = options.get("streaming_response", False), options.get("pages")
    if is_stream:
        reads, item = reader_for(Response), item_type(kind, declared, options)
    elif paging is not None:
        page, item = page_types(kind, paging, declared)
        reads = reader_for(page)
    else:
        reads, item = result_reader(kind, declared.name, declaration.method, options), None
    first = 0 if declared.owner is None else 1
    return Endpoint(
        name=name,
        source=Source(name, template.source, declaration.settings),
        method=declaration.method,
        prepare=make_preparer(name, declaration.method, template, places, declaration.common, first),
        reads=reads,
        finish=make_finisher(declared),
        is_coroutine=declared.is_coroutine and not declared.is_stub,
        is_stream=is_stream,
        item_type=item,
        parser=options.get("response_parser"),
        paging=paging,
        problems=problem_readers(options.get("errors"), name),
        declaration=declaration._replace(options=options),
        hints=hints,
        is_generic=bool(variables),
    )


def _with_types(options: EndpointOptions, types: Mapping[Any, Any]) -> EndpointOptions:
    """`options`, with `types` in place of the type variables in `response_map` and `errors`."""
    changed: Any = dict(options)
    for name in ("response_map", "errors"):
        if types and isinstance(by_status := changed.get(name), Mapping):
            changed[name] = {status: with_types(kind, types) for status, kind in by_status.items()}
    made: EndpointOptions = changed
    return made


def _check_body(places: Places, declaration: Declaration) -> None:
    name = declaration.declared.name
    if places.has_body and declaration.method == "TRACE":
        raise ConfigurationError(f"{name}: a TRACE request has no body (RFC 9110, section 9.3.8); remove it")
    body = places.body
    if body is not None and not declaration.declared.is_async and takes_async_only(body.kind):
        raise ConfigurationError(
            f"{name}: `{body.parameter}` is asynchronous, which a plain `def` can't send; write async def, or take an "
            "Iterator[bytes]"
        )
