"""The drivers of streaming calls."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, closing
from functools import partial
from typing import Any, NamedTuple

from clientele.api.calling.by_hand import achecked_items, checked_items, is_by_hand, options_for
from clientele.api.calling.sending import Transmit
from clientele.api.calling.state import State
from clientele.api.declaring.endpoints import Endpoint
from clientele.api.hooks.awaiting import run
from clientele.api.hooks.logs import LoggedCall, LoggedStream, note_source
from clientele.api.hooks.request import Request
from clientele.api.results.status_errors import NO_PROBLEMS, Problems, explain
from clientele.api.streaming.stream_calls import StreamCall, StreamHead
from clientele.api.streaming.streams import AsyncStream, Stream, lent, managed
from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.kinds import admit_by_hand, is_transport
from clientele.http.errors import APIException, ConfigurationError, HTTPStatusError, TransportError
from clientele.http.message.call import BY_HAND, Source
from clientele.http.runtime.inside import Inside
from clientele.http.streams.event_items import EventReading, EventTypes
from clientele.http.streams.pausing import PAUSE


def stream(state: State, endpoint: Endpoint, values: tuple[Any, ...], *, is_async: bool = False) -> Any:
    """Make the call of a decorated function that returns a stream; the request is sent when the stream is entered."""
    made = _opened(state, endpoint, values, is_async=is_async)
    return managed(endpoint.finish(values, made), made)


async def astream(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """`stream`, asynchronously."""
    made = _opened(state, endpoint, values, is_async=True)
    finished = endpoint.finish(values, made)
    return managed(await finished if endpoint.is_coroutine else finished, made)


async def refuse_items(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:  # noqa: ARG001
    """Refuse an asynchronous call of a function that iterates over its stream itself."""
    raise ConfigurationError(
        f"{endpoint.name}.aio: the function has `yield` in a plain `def`, which can't iterate over an AsyncStream; "
        "write "
        "`async def` and `async for`, or return `result`"
    )


def _opened(state: State, endpoint: Endpoint, values: tuple[Any, ...], *, is_async: bool) -> Any:
    path, options = endpoint.prepare(values)
    wanted = Wanted(endpoint.item_type, endpoint.parser, endpoint.problems, endpoint.source)
    origin = stream_call(state, endpoint.method, path, options, wanted, is_async=is_async)
    head = None if is_by_hand(state.holder.backend) else StreamHead()
    items = origin.make(options if head is None else {**options, "on_head": head})
    return lent(AsyncStream(items, origin, head)) if is_async else Stream(items, origin, head)


class Wanted(NamedTuple):
    """The items that a stream yields.

    Attributes:
        kind: the type of the items.
        parser: converts a line to an item, instead of `kind`.
        problems: read the bodies of errors.
        source: the source of the call.
    """

    kind: Any
    parser: Callable[[str], Any] | None = None
    problems: Problems = NO_PROBLEMS
    source: Source = BY_HAND


RAW = Wanted(bytes)
"""A body, chunk by chunk."""


def stream_call(
    state: State, method: str, path: str, options: dict[str, Any], wanted: Wanted, *, is_async: bool
) -> StreamCall:
    """The call of a stream of `wanted` items."""
    items = partial(_astream_items if is_async else _stream_items, state, method, path)
    is_raw = wanted.kind is bytes and wanted.parser is None
    if not isinstance(wanted.kind, EventTypes):
        return StreamCall(partial(items, wanted), method, options, is_raw=is_raw)
    if is_by_hand(state.holder.backend):
        raise NotImplementedError("events: the backend is not a TransportBackend, and decodes streams itself")
    return StreamCall(partial(_events, items, wanted, is_async=is_async), method, options, is_raw=False)


def _events(items: Callable[..., Any], wanted: Wanted, options: dict[str, Any], *, is_async: bool) -> Any:
    reading = EventReading(wanted.kind)
    again = partial(items, wanted._replace(kind=reading))
    made = again(options)
    if not reading.types.events.resume:
        return made
    from clientele.api.streaming.resuming import Resumption, aresumed, resumed  # noqa: PLC0415 - few streams are

    return (aresumed if is_async else resumed)(made, again, Resumption(reading, options))


def _stream_items(
    state: State, method: str, path: str, wanted: Wanted, options: dict[str, Any]
) -> Generator[Any, None, None]:
    backend, source = state.backend_for(wanted.source)
    if _is_bare(state, wanted, backend):
        url, complete = state.complete(path, options)
        with LoggedCall(state.log, method, url, complete, source).alone():
            return _begin(backend, wanted, method, url, complete, source=source)
    request = state.request(method, path, options, source)
    logged = LoggedCall(state.log, request.method, request.url, request, source)
    return _items(state, wanted, request, logged, partial(_begun, partial(_begin, backend, wanted), logged))


def _astream_items(
    state: State, method: str, path: str, wanted: Wanted, options: dict[str, Any]
) -> AsyncGenerator[Any, None]:
    backend, source = state.backend_for(wanted.source)
    if _is_bare(state, wanted, backend):
        url, complete = state.complete(path, options)
        with LoggedCall(state.log, method, url, complete, source).alone():
            return _abegin(backend, wanted, method, url, complete, source=source)
    request = state.request(method, path, options, source)
    logged = LoggedCall(state.log, request.method, request.url, request, source)
    return _aitems(state, wanted, request, logged, partial(_abegun, partial(_abegin, backend, wanted), logged))


def _is_bare(state: State, wanted: Wanted, backend: HTTPBackend) -> bool:
    """Whether nothing is done around the stream, so that the backend's iterator can be used directly."""
    is_told = is_transport(backend)
    return is_told and state.around is None and not state.log.is_on and not wanted.problems and not state.problems


_END = object()
"""Marks the end of the items."""


def _items(
    state: State, wanted: Wanted, request: Request, logged: LoggedCall, transmit: Transmit
) -> Generator[Any, None, None]:
    around = state.watched
    with LoggedStream(logged) as log:
        try:
            run(around.begin(request, is_async=False))
            heads = around.listen(request)
            item, items = run(around.answer(request, transmit, logged, is_async=False))
            with closing(items):
                for head in heads:
                    run(around.answered(head, is_async=False))
                if item is PAUSE:
                    yield item
                    item = next(items, _END)
                while item is not _END:
                    log.count += 1
                    yield item
                    item = next(items, _END)
        except (APIException, TransportError) as error:
            note_source(error, request.source)
            explain(error, wanted.problems, state.problems)
            run(around.failed(error, is_async=False))
            raise


async def _aitems(
    state: State, wanted: Wanted, request: Request, logged: LoggedCall, transmit: Transmit
) -> AsyncGenerator[Any, None]:
    around = state.watched
    with LoggedStream(logged) as log:
        try:
            await around.begin(request, is_async=True)
            heads = around.listen(request)
            item, items = await around.answer(request, transmit, logged, is_async=True)
            async with aclosing(items):
                for head in heads:
                    await around.answered(head, is_async=True)
                if item is PAUSE:
                    yield item
                    item = await anext(items, _END)
                while item is not _END:
                    log.count += 1
                    yield item
                    item = await anext(items, _END)
        except (APIException, TransportError) as error:
            note_source(error, request.source)
            explain(error, wanted.problems, state.problems)
            await around.failed(error, is_async=True)
            raise


def _begin(
    backend: HTTPBackend, wanted: Wanted, method: str, url: str, options: dict[str, Any], *, source: Source
) -> Generator[Any, None, None]:
    admit_by_hand(backend, method, url)
    items = backend.handle_sync_stream(method, url, *wanted[:2], **options_for(backend, options, source))
    return checked_items(items, backend, options) if is_by_hand(backend) else items


def _abegin(
    backend: HTTPBackend, wanted: Wanted, method: str, url: str, options: dict[str, Any], *, source: Source
) -> AsyncGenerator[Any, None]:
    admit_by_hand(backend, method, url)
    items = backend.handle_async_stream(method, url, *wanted[:2], **options_for(backend, options, source))
    return achecked_items(items, backend, options) if is_by_hand(backend) else items


def _begun(begin: Callable[..., Generator[Any, None, None]], logged: LoggedCall, *asked: Any, source: Source) -> Any:
    with logged:
        items = begin(*asked, source=source)
        try:
            return next(items, _END), items
        except HTTPStatusError as error:
            return error


async def _abegun(
    begin: Callable[..., AsyncGenerator[Any, None]], logged: LoggedCall, *asked: Any, source: Source
) -> Any:
    with logged:
        items = begin(*asked, source=source)
        try:
            return await anext(Inside(items), _END), items
        except HTTPStatusError as error:
            return error
