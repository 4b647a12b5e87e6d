"""The declared type of `result`, checked against the options of the decorator."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Generator, Iterator, Mapping
from functools import partial
from typing import Any, get_args

from clientele.api.declaring.decorator_options import EndpointOptions
from clientele.api.paging.pages import AsyncPages, Pages
from clientele.api.paging.paging import Paging
from clientele.api.results.response_maps import mapped_reader, shown_union, uncovered
from clientele.api.results.results import Reader, allows_none, parser_reader, reader_for, validatable
from clientele.api.signatures.signature import Declared
from clientele.api.streaming.streams import AsyncStream, Stream
from clientele.api.types.adapters import adapter_for
from clientele.api.types.annotations import class_of, members, plain, refuse_open, shown
from clientele.http.errors import ConfigurationError
from clientele.http.message.body.server_sent_events import ServerSentEvent
from clientele.http.response import Response
from clientele.http.streams.event_items import EventTypes
from clientele.http.streams.events import Events


def result_type(declared: Declared, hints: Mapping[str, Any]) -> Any:
    """The annotation of `result`.

    Raises:
        ConfigurationError: it has none, or the annotation of `response` isn't Response.
    """
    if "result" not in hints:
        raise ConfigurationError(f"{declared.name}: `result` has no annotation; write result: Type")
    if declared.wants_response and plain(hints.get("response", Any)) not in (Response, Any, object):
        raise ConfigurationError(
            f"{declared.name}: `response` directly after `result` is the Response; write response: Response, or if it "
            'is an argument of the call, give it another name: Annotated[..., Query("response")]'
        )
    return hints["result"]


def result_reader(kind: Any, name: str, method: str, options: EndpointOptions) -> Reader:
    """A function that reads the result of a call, according to the annotation and the options of the decorator.

    Args:
        kind: the annotation of `result`.
        name: the name of the function in errors.
        method: the request method.
        options: the options of the decorator.

    Raises:
        ConfigurationError: the type or an option is invalid; the message says what to change.
        NameError: a type refers to something that isn't defined yet.
    """
    _refuse_streams(kind, name)
    _refuse_pages(kind, name)
    parser, by_status = options.get("response_parser"), options.get("response_map")
    if parser is not None:
        return parser_reader(parser)
    if by_status is None:
        refuse_open(kind, f"{name}: `result`")
        reader = validatable(lambda: reader_for(kind), f"{name}: `result`")
        kinds = {f"`result` is {shown(kind)}": kind}
    else:
        reader = validatable(lambda: mapped_reader(by_status, name), f"{name}: response_map")
        _check_map(by_status, kind, name)
        kinds = {f"response_map has {shown(kind)} for {status}": kind for status, kind in by_status.items()}
    if method == "HEAD":
        _refuse_bodies(kinds, name)
    return reader


def _refuse_bodies(kinds: Mapping[str, Any], name: str) -> None:
    for said, kind in kinds.items():
        if not allows_none(kind):
            raise ConfigurationError(
                f"{name}: {said}, but the response to HEAD has no body; use Response for its headers, or None"
            )


def _refuse_streams(kind: Any, name: str) -> None:
    if any(class_of(member) in _STREAMS for member in members(kind)):
        raise ConfigurationError(
            f"{name}: `result` is {shown(kind)}, a stream; set streaming_response=True, or write list[Type] to "
            "wait for all of it"
        )


def _refuse_pages(kind: Any, name: str) -> None:
    if any(class_of(member) in (Pages, AsyncPages) for member in members(kind)):
        raise ConfigurationError(
            f"{name}: `result` is {shown(kind)}; say where the next page is, too: "
            'pages=Cursor(items="data", next="meta.next", param="cursor"), Offset, PageNumber, NextURL or LinkHeader'
        )


_STREAMS = frozenset({Stream, AsyncStream, Iterator, AsyncIterator, AsyncIterable, Generator, AsyncGenerator})


def _check_map(by_status: Mapping[Any, Any], kind: Any, name: str) -> None:
    status = uncovered(by_status, kind)
    if status is not None:
        raise ConfigurationError(
            f"{name}: response_map has {shown(by_status[status])} for {status}, which `result: {shown(kind)}` leaves "
            f"out; write result: {shown_union(by_status)}"
        )


def item_type(kind: Any, declared: Declared, options: EndpointOptions) -> Any:
    """The type of the items of a stream: the argument of its iterator, or the EventTypes of an event stream.

    Raises:
        ConfigurationError: `kind` is not a stream for this function; the message says what to change.
        NameError: the type refers to something that isn't defined yet.
    """
    if declared.wants_response:
        raise ConfigurationError(
            f"{declared.name}: a stream has no `response`, because `result` exists before the response; remove it"
        )
    iterator = plain(kind)
    found, wanted = class_of(iterator), _ASYNC if declared.is_async else _SYNC
    if found in (_SYNC if declared.is_async else _ASYNC):
        keyword = "`def`" if declared.is_async else "`async def`"
        raise ConfigurationError(
            f"{declared.name}: `result` is {shown(kind)}, which is for {keyword}; use {wanted[1].__name__} instead"
        )
    if found not in wanted or not get_args(iterator):
        raise ConfigurationError(
            f"{declared.name}: `result` is {shown(kind)}, but that of a stream is {wanted[0].__name__}[Type] or "
            f"{wanted[1].__name__}[Type]; write one of these, or remove streaming_response"
        )
    item, events = get_args(iterator)[0], options.get("events")
    if options.get("response_parser") is None:
        _check_item(item, declared.name)
    return item if events is None else _event_types(events, item, kind, declared.name)


def page_types(kind: Any, paging: Paging, declared: Declared) -> tuple[Any, Any]:
    """The types of a page and of its items: the arguments of `Pages` or `AsyncPages`.

    Raises:
        ConfigurationError: `kind` is neither of them, or a page doesn't have a declared part; the message says what to
            change.
        NameError: a type refers to something that isn't defined yet.
    """
    name, pages = declared.name, plain(kind)
    if declared.wants_response:
        raise ConfigurationError(f"{name}: each page has its own response, `page.response`; remove `response`")
    wanted = AsyncPages if declared.is_async else Pages
    if class_of(pages) is not wanted or len(get_args(pages)) != 2:
        raise ConfigurationError(
            f"{name}: `result` is {shown(kind)}, but with pages=... it is {wanted.__name__}[Page, Item], such as "
            f"{wanted.__name__}[UserPage, User]"
        )
    page, item = get_args(pages)
    for each, where in ((page, "a page of `result`"), (item, "an item of `result`")):
        refuse_open(each, f"{name}: {where}")
        validatable(partial(adapter_for, each), f"{name}: {where}")
    paging.check(page, name)
    return page, item


def _check_item(item: Any, name: str) -> None:
    data = _data_of(item)
    refuse_open(data, f"{name}: an item of `result`")
    validatable(lambda: adapter_for(data), f"{name}: an item of `result`")


def _data_of(item: Any) -> Any:
    return (get_args(item) or (str,))[0] if class_of(item) is ServerSentEvent else item


def _event_types(events: Events, item: Any, kind: Any, name: str) -> EventTypes:
    data = _data_of(item)
    if data is bytes:
        raise ConfigurationError(f"{name}: `result` is {shown(kind)}, and the data of events is text; write str")
    for event, type_of_data in events.types.items():
        refuse_open(type_of_data, f"{name}: events[{event!r}]")
        validatable(partial(adapter_for, type_of_data), f"{name}: events[{event!r}]")
    items = {event: type_of_data for event, type_of_data in events.types.items() if event not in events.errors}
    left_out = uncovered(items, data)
    if left_out is not None:
        raise ConfigurationError(
            f"{name}: events has {shown(items[left_out])} for {left_out!r}, which `result: {shown(kind)}` leaves out; "
            f"its items are {shown_union(items)}"
        )
    return EventTypes(events, data, whole=class_of(item) is ServerSentEvent)


_SYNC: tuple[type, ...] = (Stream, Iterator)
_ASYNC: tuple[type, ...] = (AsyncStream, AsyncIterator)
