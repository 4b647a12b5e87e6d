"""A decorated function, read once: what goes where in the request, and how its result is read."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import Any, NamedTuple, TypedDict, get_args, get_origin, get_type_hints

from pydantic import PydanticUserError

from clientele.api.binding import Binder, make_binder
from clientele.api.bodies import body_option
from clientele.api.markers import Path, path_marker
from clientele.api.paths import PathTemplate
from clientele.api.results import Reader, reader_for
from clientele.api.streams import AsyncStream, Stream
from clientele.http.errors import ConfigurationError
from clientele.http.headers import HeadersInput, checked_headers, checked_method
from clientele.http.options import checked_option
from clientele.http.pairs import kept
from clientele.http.response import Response
from clientele.http.timeouts import Timeout


class EndpointOptions(TypedDict, total=False):
    """The options of a decorator.

    Keys:
        headers: sent with this call, over those of the client.
        timeout: seconds, None for no limit, or a Timeout, in place of the client's.
        follow_redirects: in place of the client's.
        streaming_response: `result` is a Stream or AsyncStream of the items of the response, or, which is the same, an
            Iterator or AsyncIterator; default False.
        response_parser: makes an item of each line of a stream, in place of the declared type.
    """

    headers: HeadersInput
    timeout: float | Timeout | None
    follow_redirects: bool
    streaming_response: bool
    response_parser: Callable[[str], Any] | None


class PreparedCall(NamedTuple):
    """What a call asks for: the path below the base URL, and the options of the request."""

    path: str
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function and what its signature says about the call.

    `bind` gives one value for each parameter of `signature`, in order; the numbers here are places among these.
    """

    name: str
    method: str
    path: PathTemplate
    function: Callable[..., Any]
    signature: Signature
    """What callers see: without `result` and `response`."""
    bind: Binder
    in_path: tuple[int, ...]
    path_markers: tuple[Path, ...]
    in_query: tuple[tuple[int, str], ...]
    in_body: int | None
    body_type: Any
    more_query: int | None
    """The place of `**kwargs`: further query values."""
    positional: int
    """How many of the values the function takes by position."""
    keywords: tuple[str, ...]
    """The names under which it takes the others."""
    wants_response: bool
    reads: Reader
    item_type: Any
    """For a stream, what its items are."""
    parser: Callable[[str], Any] | None
    options: dict[str, Any]
    is_async: bool
    is_stream: bool

    def prepare(self, values: tuple[Any, ...]) -> PreparedCall:
        """The call that `values` make.

        Raises:
            ConfigurationError, TypeError: a value can't be sent; the message names its parameter.
        """
        options = dict(self.options)
        params = {name: values[place] for place, name in self.in_query if values[place] is not None}
        if self.more_query is not None:
            params.update(values[self.more_query])
        if params:
            options["params"] = params
        if self.in_body is not None:
            options.update(body_option(values[self.in_body], self.body_type, f"{self.name}(data=...)"))
        return PreparedCall(self.path.fill([values[place] for place in self.in_path], self.path_markers), options)

    def finish(self, values: tuple[Any, ...], result: Any, response: Response | None = None) -> Any:
        """What the function makes of `result`: what the caller gets, or a coroutine of it."""
        leading = (result, response) if self.wants_response else (result,)
        if not self.keywords and self.more_query is None:
            return self.function(*leading, *values)
        more = {} if self.more_query is None else values[self.more_query]
        named = dict(zip(self.keywords, values[self.positional :], strict=False))
        return self.function(*leading, *values[: self.positional], **named, **more)


def read_endpoint(method: str, path: str, function: Callable[..., Any], options: EndpointOptions) -> Endpoint:
    """Read the signature of `function`.

    Raises:
        ConfigurationError: it is none that a call can be made of; the message says what to change.
        NameError: an annotation names something that isn't defined yet.
    """
    name = getattr(function, "__qualname__", repr(function))
    template = PathTemplate(path, name)
    hints = get_type_hints(function, include_extras=True)
    signature = inspect.signature(function)
    leading, arguments = _split(list(signature.parameters.values()), name)
    wants_response = leading[-1].name == "response"
    kind = _annotation("result", hints, name)
    is_async = inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
    is_stream = options.get("streaming_response", False)
    if wants_response and is_stream:
        raise ConfigurationError(f"{name}: a stream has no `response` parameter; take it out")
    places = {parameter.name: place for place, parameter in enumerate(arguments)}
    missing = [place for place in template.names if place not in places]
    if missing:
        raise ConfigurationError(
            f"{name}: the path {path!r} has {{{missing[0]}}}, but the function has no such parameter"
        )
    outside = [p for p in arguments if p.name not in template.names and p.name != "data"]
    return Endpoint(
        name=name,
        method=checked_method(method),
        path=template,
        function=function,
        signature=signature.replace(parameters=arguments),
        bind=make_binder(name, arguments),
        in_path=tuple(places[place] for place in template.names),
        path_markers=tuple(path_marker(hints.get(place)) for place in template.names),
        in_query=tuple((places[p.name], p.name) for p in outside if p.kind is not Parameter.VAR_KEYWORD),
        in_body=None if "data" in template.names else places.get("data"),
        body_type=hints.get("data", Any),
        more_query=next((places[p.name] for p in arguments if p.kind is Parameter.VAR_KEYWORD), None),
        positional=sum(p.kind in _BY_POSITION for p in arguments),
        keywords=tuple(p.name for p in arguments if p.kind is Parameter.KEYWORD_ONLY),
        wants_response=wants_response,
        reads=_reader(Response if is_stream else kind, name),
        item_type=_item_type(kind, name, is_async=is_async) if is_stream else None,
        parser=options.get("response_parser"),
        options=_checked_options(options, name),
        is_async=is_async,
        is_stream=is_stream,
    )


_BY_POSITION = frozenset({Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD})


def _split(parameters: list[Parameter], name: str) -> tuple[list[Parameter], list[Parameter]]:
    """`result`, and `response` where it is wanted; and the parameters that the caller fills."""
    names = [parameter.name for parameter in parameters]
    if names[:1] != ["result"] or parameters[0].kind not in _BY_POSITION:
        raise ConfigurationError(f"{name}: the first parameter is not `result`; write def {name}(result: Type, ...)")
    count = 2 if names[1:2] == ["response"] else 1
    if "response" in names[count:]:
        raise ConfigurationError(f"{name}: `response` stands directly after `result`; move it there")
    for parameter in parameters[count:]:
        if parameter.kind is Parameter.VAR_POSITIONAL:
            raise ConfigurationError(f"{name}: *{parameter.name} has no name to send its values under; name each")
    return parameters[:count], parameters[count:]


def _annotation(parameter: str, hints: dict[str, Any], name: str) -> Any:
    if parameter not in hints:
        raise ConfigurationError(f"{name}: `{parameter}` has no annotation; write {parameter}: Type")
    return hints[parameter]


def _reader(kind: Any, name: str) -> Reader:
    try:
        return reader_for(kind)
    except PydanticUserError as error:
        raise ConfigurationError(
            f"{name}: `result`: {kind!r} can't be validated by Pydantic: {error.message}"
        ) from error


def _item_type(kind: Any, name: str, *, is_async: bool) -> Any:
    wanted = (AsyncStream, AsyncIterator) if is_async else (Stream, Iterator)
    if get_origin(kind) not in wanted:
        names = " or ".join(f"{origin.__name__}[Type]" for origin in wanted)
        function = "an async function" if is_async else "a function"
        raise ConfigurationError(f"{name}: the `result` of a stream is {names} in {function}")
    return get_args(kind)[0]


def _checked_options(options: EndpointOptions, name: str) -> dict[str, Any]:
    unknown = sorted(set(options) - set(EndpointOptions.__annotations__))
    if unknown:
        raise TypeError(
            f"{name}: unknown option {unknown[0]!r}; known are {', '.join(EndpointOptions.__annotations__)}"
        )
    if options.get("response_parser") is not None and not options.get("streaming_response"):
        raise ConfigurationError(f"{name}: response_parser makes items of lines; set streaming_response=True too")
    checked: dict[str, Any] = {}
    if "headers" in options:
        checked["headers"] = kept(options["headers"])
        checked_headers(checked["headers"], f"{name}: headers")
    if "timeout" in options:
        checked["timeout"] = checked_option("timeout", options["timeout"], name)
    if "follow_redirects" in options:
        checked["follow_redirects"] = checked_option("follow_redirects", options["follow_redirects"], name)
    return checked
