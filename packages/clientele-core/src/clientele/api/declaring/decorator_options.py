"""The options of decorators and of `with_options`, and the checks of their values."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from clientele.api.declaring.settings import checked_settings
from clientele.api.paging.strategies import Paging
from clientele.api.results.statuses import ByStatus
from clientele.http.backends.options import checked_option
from clientele.http.errors import ConfigurationError, InvalidHeader
from clientele.http.message.headers import HeadersInput, checked_headers
from clientele.http.message.name_values import kept
from clientele.http.message.query import Params, encode_pairs
from clientele.http.message.suggestions import unknown_option
from clientele.http.streams.events import Events
from clientele.http.timeouts import Timeout

if TYPE_CHECKING:
    from clientele.http.limiting import Limit
    from clientele.http.retrying import Retry


class EndpointOptions(TypedDict, total=False):
    """The options of a decorator."""

    headers: HeadersInput
    """Sent with this call, over those of the client; a value of None takes one away."""
    timeout: float | Timeout | None
    """The longest inactivity in seconds, None for no limit, or a Timeout, in place of the client's."""
    follow_redirects: bool
    """Go where a redirect leads, in place of what the client says."""
    response_map: ByStatus[Any] | None
    """What the body is for each status that is expected, in place of the type of `result`, which is the union of its
    types: `{200: User, 404: NotFound, "4XX": Problem, "default": Problem}`. A status comes before its range, and that
    before `"default"`. The other statuses raise.
    """
    errors: ByStatus[Any] | None
    """What the body is for each status of 4xx and 5xx that raises, in the form of `response_map`: the `problem` of the
    HTTPStatusError. A status that it leaves out is looked up in `BaseConfig.errors`.
    """
    response_parser: Callable[[Any], Any] | None
    """Makes the result of the Response, or of a stream an item of each line, in place of the type of `result`."""
    streaming_response: bool
    """`result` is a Stream or AsyncStream of the items of the response, or, which is the same, an Iterator or
    AsyncIterator; default False.
    """
    events: Events | None
    """Of a stream of `text/event-stream`, which of its events are items, and of which types, what ends it, and whether
    it is gone on with; see `Events`.
    """
    retry: Retry | None
    """What a RetryBackend around the client's backend tries again, where it says something else; None for nothing."""
    limit: Limit | None
    """Limits of its own, besides those of a LimitBackend around the client's backend; None for none."""
    settings: Mapping[str, Any]
    """Values for wrappers of your own, by name: a `Wrapper` finds them in `call.settings`."""
    pages: Paging | None
    """Where the next page is, for a `result` that is Pages or AsyncPages: a Cursor, Offset, PageNumber, NextURL or
    LinkHeader.
    """


class CallOptions(TypedDict, total=False):
    """The options of a single call, for `with_options`: they win over the arguments, the decorator and the client."""

    headers: HeadersInput
    """A mapping or pairs; a value of None takes a header away."""
    query: Params
    """Further query values, a mapping or pairs, which replace arguments of the same name; None takes one away."""
    timeout: float | Timeout | None
    """The longest inactivity in seconds, None for no limit, or a Timeout."""
    follow_redirects: bool
    """Follow redirects."""
    retry: Retry | None
    """What a RetryBackend around the client's backend tries again, where it says something else; None for nothing."""
    limit: Limit | None
    """Limits of its own, besides those of a LimitBackend around the client's backend; None for none."""
    settings: Mapping[str, Any]
    """Values for wrappers of your own, by name: a `Wrapper` finds them in `call.settings`."""


def checked_endpoint_options(options: EndpointOptions, name: str) -> dict[str, Any]:
    """Those of the options of a decorator that go along with each request.

    Raises:
        TypeError: an unknown option; the message names it and the function.
        ConfigurationError: a value that can't be used, or two options that exclude each other.
    """
    _refuse_unknown(options, EndpointOptions, name)
    _check_reading(options, name)
    return _checked_request(options, name)


def checked_call_options(options: CallOptions, name: str) -> dict[str, Any]:
    """The options of a call, in a form that can be used for several.

    Raises:
        TypeError: an unknown option, or a query value that can't be written; the message names it and the function.
        ConfigurationError: a value that can't be used.
    """
    where = f"{name}.with_options"
    _refuse_unknown(options, CallOptions, where)
    checked = _checked_request(options, where)
    checked["settings"] = checked_settings(options, where)
    if "query" in options:
        query = options["query"]
        checked["query"] = kept(query or (), f"{where}: query")
        encode_pairs(checked["query"], f"{where}: query")
    return checked


def _refuse_unknown(options: Mapping[str, Any], known: type[Any], where: str) -> None:
    unknown = set(options) - set(known.__annotations__)
    if unknown:
        raise TypeError(unknown_option(unknown, known.__annotations__, where))


def _check_reading(options: EndpointOptions, name: str) -> None:
    streams = options.get("streaming_response", False)
    if not isinstance(streams, bool):
        raise ConfigurationError(f"{name}(streaming_response=...): use True or False, not {type(streams).__name__}")
    parser, by_status = options.get("response_parser"), options.get("response_map")
    if parser is not None and not callable(parser):
        raise ConfigurationError(
            f"{name}(response_parser=...): use a function of the Response, or of a line, not {type(parser).__name__}"
        )
    if inspect.iscoroutinefunction(parser):
        raise ConfigurationError(
            f"{name}(response_parser=...): use a plain `def`, since what it gets has been read already, not `async def`"
        )
    if parser is not None and by_status is not None:
        raise ConfigurationError(
            f"{name}: response_map and response_parser both say what the result is; keep one of them"
        )
    _check_events(options, name)
    _check_pages(options, name)
    if by_status is not None and streams:
        raise ConfigurationError(
            f"{name}: the items of a stream are of one type, and response_map gives several; take one of "
            "response_map and streaming_response out"
        )


def _check_events(options: EndpointOptions, name: str) -> None:
    events = options.get("events")
    if events is None:
        return
    if not isinstance(events, Events):
        given = "the class" if events is Events else type(events).__name__
        raise ConfigurationError(f'{name}(events=...): use Events({{"delta": Delta}}, end="[DONE]"), not {given}')
    if not options.get("streaming_response"):
        raise ConfigurationError(f"{name}: events are those of a stream; set streaming_response=True, too")
    if options.get("response_parser") is not None:
        raise ConfigurationError(f"{name}: events and response_parser both say what the items are; keep one of them")


def _check_pages(options: EndpointOptions, name: str) -> None:
    paging = options.get("pages")
    if paging is None:
        return
    if not isinstance(paging, Paging):
        given = f"the class {paging.__name__}" if isinstance(paging, type) else type(paging).__name__
        raise ConfigurationError(
            f'{name}(pages=...): use Cursor(items="data", next="meta.next", param="cursor"), Offset, PageNumber, '
            f"NextURL or LinkHeader, not {given}"
        )
    for other in ("streaming_response", "response_map", "response_parser", "events"):
        if options.get(other):
            raise ConfigurationError(f"{name}: pages and {other} both say what the result is; keep one of them")


def _checked_request(options: Mapping[str, Any], where: str) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    if "headers" in options:
        checked["headers"] = kept(options["headers"] or (), f"{where}: headers", InvalidHeader)
        checked_headers(checked["headers"], f"{where}: headers")
    for name in ("timeout", "follow_redirects"):
        if name in options:
            checked[name] = checked_option(name, options[name], where)
    return checked
