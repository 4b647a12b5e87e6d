"""The options of decorators and of `with_options`, and the checks of their values."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from clientele.api.declaring.settings import checked_settings
from clientele.api.paging.paging import Paging
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
    from clientele.http.caching import Cache
    from clientele.http.limiting import Limit
    from clientele.http.retrying import Retry


class EndpointOptions(TypedDict, total=False):
    """The options of a decorator."""

    headers: HeadersInput
    """Headers of the call, which override those of the client; the value None removes one."""
    timeout: float | Timeout | None
    """The longest inactivity in seconds, None for no limit, or a Timeout; overrides that of the client."""
    follow_redirects: bool
    """Whether to follow redirects; overrides the setting of the client."""
    response_map: ByStatus[Any] | None
    """The type of the body for each expected status; `result` is annotated with their union. Default None.
    Example: `{200: User, 404: NotFound, "4XX": Problem, "default": Problem}`. A status takes precedence over its range,
    and a range over `"default"`. Other statuses raise.
    """
    errors: ByStatus[Any] | None
    """The type of an error body, `problem` of the HTTPStatusError, for each 4xx and 5xx status. Default None.
    The form is that of `response_map`. Other statuses are looked up in `BaseConfig.errors`.
    """
    response_parser: Callable[[Any], Any] | None
    """A function that converts the Response to the result, or a line of a stream to an item. Default None.
    It replaces validation by the type of `result`.
    """
    streaming_response: bool
    """Whether `result` is a Stream or AsyncStream of the items of the response. Default False.
    Iterator and AsyncIterator mean the same.
    """
    events: Events | None
    """How a `text/event-stream` is read; see `Events`. Default None.
    It has the types of the events, which events are skipped or raise, what ends the stream, and whether it is resumed.
    """
    retry: Retry | None
    """Overrides the options of the RetryBackend around the client's backend; None disables retries."""
    limit: Limit | None
    """Limits in addition to those of the LimitBackend around the client's backend; None for no others."""
    cache: Cache | None
    """Overrides the options of the CacheBackend around the client's backend; None bypasses the cache."""
    settings: Mapping[str, Any]
    """Values for wrappers of your own, by name: a `Wrapper` finds them in `call.settings`."""
    pages: Paging | None
    """How the next page is found, if `result` is Pages or AsyncPages. Default None.
    A Cursor, Offset, PageNumber, NextURL or LinkHeader.
    """


class CallOptions(TypedDict, total=False):
    """The options of a single call, for `with_options`. They override arguments, and the options of the decorator and
    the client.
    """

    headers: HeadersInput
    """A mapping or pairs; the value None removes a header."""
    query: Params
    """Further query values, a mapping or pairs, which replace arguments of the same name; None removes one."""
    timeout: float | Timeout | None
    """The longest inactivity in seconds, None for no limit, or a Timeout."""
    follow_redirects: bool
    """Whether to follow redirects."""
    retry: Retry | None
    """Overrides the options of the RetryBackend around the client's backend; None disables retries."""
    limit: Limit | None
    """Limits in addition to those of the LimitBackend around the client's backend; None for no others."""
    cache: Cache | None
    """Overrides the options of the CacheBackend around the client's backend; None bypasses the cache."""
    settings: Mapping[str, Any]
    """Values for wrappers of your own, by name: a `Wrapper` finds them in `call.settings`."""


def checked_endpoint_options(options: EndpointOptions, name: str) -> dict[str, Any]:
    """The options of a decorator that apply to each request.

    Raises:
        TypeError: an unknown option; the message names it and the function.
        ConfigurationError: a value that can't be used, or two options that exclude each other.
    """
    _refuse_unknown(options, EndpointOptions, name)
    _check_reading(options, name)
    return _checked_request(options, name)


def checked_call_options(options: CallOptions, name: str) -> dict[str, Any]:
    """The options of a call, in a form that can be used several times.

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
            f"{name}(response_parser=...): use a plain `def`, because its argument has already been read, not `async "
            "def`"
        )
    if parser is not None and by_status is not None:
        raise ConfigurationError(f"{name}: response_map and response_parser both declare the result; keep one of them")
    _check_events(options, name)
    _check_pages(options, name)
    if by_status is not None and streams:
        raise ConfigurationError(
            f"{name}: the items of a stream have one type, but response_map declares several; remove response_map or "
            "streaming_response"
        )


def _check_events(options: EndpointOptions, name: str) -> None:
    events = options.get("events")
    if events is None:
        return
    if not isinstance(events, Events):
        given = "the class" if events is Events else type(events).__name__
        raise ConfigurationError(f'{name}(events=...): use Events({{"delta": Delta}}, end="[DONE]"), not {given}')
    if not options.get("streaming_response"):
        raise ConfigurationError(f"{name}: events are for streams; also set streaming_response=True")
    if options.get("response_parser") is not None:
        raise ConfigurationError(f"{name}: events and response_parser both declare the items; keep one of them")


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
            raise ConfigurationError(f"{name}: pages and {other} both declare the result; keep one of them")


def _checked_request(options: Mapping[str, Any], where: str) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    if "headers" in options:
        checked["headers"] = kept(options["headers"] or (), f"{where}: headers", InvalidHeader)
        checked_headers(checked["headers"], f"{where}: headers")
    for name in ("timeout", "follow_redirects"):
        if name in options:
            checked[name] = checked_option(name, options[name], where)
    return checked
