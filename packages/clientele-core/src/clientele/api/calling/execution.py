"""The drivers of a call, one for each kind of function. They do the I/O; decisions are made elsewhere."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, closing
from functools import partial
from typing import Any, NamedTuple, cast

from clientele.api.calling.by_hand import achecked_items, checked_items, is_by_hand, options_for, refuse_given_twice
from clientele.api.calling.sending import Transmit
from clientele.api.calling.state import State
from clientele.api.declaring.decorator_options import EndpointOptions
from clientele.api.declaring.endpoints import Endpoint
from clientele.api.hooks.awaiting import run
from clientele.api.hooks.logs import LoggedCall, LoggedStream, log_refusal, note_source
from clientele.api.hooks.request import Request
from clientele.api.paging.pages import AsyncPages, Pages
from clientele.api.paging.strategies import Paging
from clientele.api.paging.walking import PagedCall
from clientele.api.results.results import Reader
from clientele.api.results.status_errors import NO_PROBLEMS, Problems, explain
from clientele.api.signatures.functions import Drivers
from clientele.api.signatures.signature import Declared
from clientele.api.streaming.resuming import Resumption, aresumed, resumed
from clientele.api.streaming.stream_calls import StreamCall, StreamHead
from clientele.api.streaming.streams import AsyncStream, Stream, managed
from clientele.http.backends.interface import HTTPBackend
from clientele.http.errors import APIException, ConfigurationError, HTTPStatusError, TransportError
from clientele.http.message.call import BY_HAND, Source
from clientele.http.response import Response
from clientele.http.streams.event_items import EventReading, EventTypes
from clientele.http.transport.backend import TransportBackend
from clientele.http.transport.call_state import PAUSE
from clientele.http.wrappers.wrapper import as_response


def send(state: State, method: str, path: str, options: dict[str, Any], source: Source = BY_HAND) -> Response:
    """Send a request, which `source` asks for, and wait for its response."""
    backend, source = state.backend_for(source)
    if state.around is not None:
        request = state.request(method, path, options, source)
        logged = LoggedCall(state.log, request.method, request.url, request, source)
        return run(state.around.response(request, partial(_transmit, backend, logged), logged, is_async=False))
    url, complete = state.complete(path, options)
    logged = LoggedCall(state.log, method, url, complete, source)
    try:
        response = _transmit(backend, logged, method, url, complete, source=source)
    except BaseException as error:
        logged.failed(error)
        raise
    logged.answered(response)
    return response


async def asend(state: State, method: str, path: str, options: dict[str, Any], source: Source = BY_HAND) -> Response:
    """`send`, asynchronously."""
    backend, source = state.backend_for(source)
    if state.around is not None:
        request = state.request(method, path, options, source)
        logged = LoggedCall(state.log, request.method, request.url, request, source)
        return await state.around.response(request, partial(_atransmit, backend, logged), logged, is_async=True)
    url, complete = state.complete(path, options)
    logged = LoggedCall(state.log, method, url, complete, source)
    try:
        response = await _atransmit(backend, logged, method, url, complete, source=source)
    except BaseException as error:
        logged.failed(error)
        raise
    logged.answered(response)
    return response


def read(state: State, reads: Reader, response: Response, problems: Problems = NO_PROBLEMS) -> Any:
    """What `reads` makes of a response; `problems` say what the body of an error is."""
    try:
        return reads(response)
    except APIException as error:
        explain(error, problems, state.problems)
        log_refusal(state.log, error)
        run(state.watched.failed(error, is_async=False))
        raise


async def aread(state: State, reads: Reader, response: Response, problems: Problems = NO_PROBLEMS) -> Any:
    """`read`, in an asynchronous call."""
    try:
        return reads(response)
    except APIException as error:
        explain(error, problems, state.problems)
        log_refusal(state.log, error)
        await state.watched.failed(error, is_async=True)
        raise


def call(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """Make the call of a decorated function."""
    path, options = endpoint.prepare(values)
    response = send(state, endpoint.method, path, options, endpoint.source)
    return endpoint.finish(values, read(state, endpoint.reads, response, endpoint.problems), response)


async def acall(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """Make the call of a decorated function asynchronously."""
    path, options = endpoint.prepare(values)
    response = await asend(state, endpoint.method, path, options, endpoint.source)
    result = await aread(state, endpoint.reads, response, endpoint.problems)
    made = endpoint.finish(values, result, response)
    return await made if endpoint.is_coroutine else made


def stream(state: State, endpoint: Endpoint, values: tuple[Any, ...], *, is_async: bool = False) -> Any:
    """Make the call of a decorated function whose result is a stream; it is sent when that is entered."""
    made = _opened(state, endpoint, values, is_async=is_async)
    return managed(endpoint.finish(values, made), made)


async def astream(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """`stream`, asynchronously."""
    made = _opened(state, endpoint, values, is_async=True)
    finished = endpoint.finish(values, made)
    return managed(await finished if endpoint.is_coroutine else finished, made)


def paged(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """Make the call of a decorated function whose result is pages; each is asked for when its items are."""
    return endpoint.finish(values, Pages(_paged_call(state, endpoint, values), partial(_page, state, endpoint)))


async def apaged(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """`paged`, asynchronously."""
    made = AsyncPages[Any, Any](_paged_call(state, endpoint, values), partial(_apage, state, endpoint))
    finished = endpoint.finish(values, made)
    return await finished if endpoint.is_coroutine else finished


def _paged_call(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> PagedCall:
    path, options = endpoint.prepare(values)
    url, _ = state.complete(path, options)
    paging = cast(Paging, endpoint.paging)
    return PagedCall(endpoint.name, paging, endpoint.item_type, url, path, options, endpoint.reads)


def _page(state: State, endpoint: Endpoint, path: str, options: dict[str, Any], reads: Reader) -> Any:
    response = send(state, endpoint.method, path, options, endpoint.source)
    return read(state, reads, response, endpoint.problems)


async def _apage(state: State, endpoint: Endpoint, path: str, options: dict[str, Any], reads: Reader) -> Any:
    response = await asend(state, endpoint.method, path, options, endpoint.source)
    return await aread(state, reads, response, endpoint.problems)


async def refuse_items(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:  # noqa: ARG001
    """Refuse to make the call asynchronously of a function that goes through the items of its stream by itself."""
    raise ConfigurationError(
        f"{endpoint.name}.aio: the function has `yield` in a plain `def`, which can't go through an AsyncStream; write "
        "`async def` and `async for`, or return `result`"
    )


def drivers_for(declared: Declared, options: EndpointOptions) -> Drivers:
    """What makes the calls of a function."""
    if options.get("pages") is not None:
        return Drivers(apaged if declared.is_coroutine else paged, apaged)
    if not options.get("streaming_response"):
        return Drivers(acall if declared.is_coroutine else call, acall)
    if declared.is_coroutine:
        return Drivers(astream, astream)
    if declared.is_async:
        return Drivers(partial(stream, is_async=True), astream)
    return Drivers(stream, refuse_items if declared.is_generator else astream)


def _opened(state: State, endpoint: Endpoint, values: tuple[Any, ...], *, is_async: bool) -> Any:
    path, options = endpoint.prepare(values)
    wanted = Wanted(endpoint.item_type, endpoint.parser, endpoint.problems, endpoint.source)
    origin = stream_call(state, endpoint.method, path, options, wanted, is_async=is_async)
    kind: Any = AsyncStream if is_async else Stream
    head = None if is_by_hand(state.holder.backend) else StreamHead()
    return kind(origin.make(options if head is None else {**options, "on_head": head}), origin, head)


class Wanted(NamedTuple):
    """What a stream is of.

    Attributes:
        kind: the type of its items.
        parser: what makes an item of a line, in place of `kind`.
        problems: how the bodies of errors are read.
        source: what asks for it.
    """

    kind: Any
    parser: Callable[[str], Any] | None = None
    problems: Problems = NO_PROBLEMS
    source: Source = BY_HAND


RAW = Wanted(bytes)
"""A body as it comes."""


def stream_call(
    state: State, method: str, path: str, options: dict[str, Any], wanted: Wanted, *, is_async: bool
) -> StreamCall:
    """The call of a stream of what is `wanted`."""
    items = partial(_astream_items if is_async else _stream_items, state, method, path)
    is_raw = wanted.kind is bytes and wanted.parser is None
    if not isinstance(wanted.kind, EventTypes):
        return StreamCall(partial(items, wanted), method, options, is_raw=is_raw)
    if is_by_hand(state.holder.backend):
        raise NotImplementedError("events: the backend is not a TransportBackend, and reads streams in its own way")
    return StreamCall(partial(_events, items, wanted, is_async=is_async), method, options, is_raw=False)


def _events(items: Callable[..., Any], wanted: Wanted, options: dict[str, Any], *, is_async: bool) -> Any:
    reading = EventReading(wanted.kind)
    again = partial(items, wanted._replace(kind=reading))
    made = again(options)
    if not reading.types.events.resume:
        return made
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
    """Whether a stream needs nothing but its end from the backend."""
    is_told = isinstance(backend, TransportBackend)
    return is_told and state.around is None and not state.log.is_on and not wanted.problems and not state.problems


_END = object()
"""What comes after the last item."""


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


def _transmit(
    backend: HTTPBackend, logged: LoggedCall, method: str, url: str, options: dict[str, Any], *, source: Source
) -> Response:
    try:
        with logged:
            answer = backend.send_sync_request(method, url, **options_for(backend, options, source))
            return as_response(backend, answer)
    except TypeError as error:
        refuse_given_twice(error, backend, options)
        raise


async def _atransmit(
    backend: HTTPBackend, logged: LoggedCall, method: str, url: str, options: dict[str, Any], *, source: Source
) -> Response:
    try:
        with logged:
            answer = await backend.send_async_request(method, url, **options_for(backend, options, source))
            return as_response(backend, answer)
    except TypeError as error:
        refuse_given_twice(error, backend, options)
        raise


def _begin(
    backend: HTTPBackend, wanted: Wanted, method: str, url: str, options: dict[str, Any], *, source: Source
) -> Generator[Any, None, None]:
    items = backend.handle_sync_stream(method, url, *wanted[:2], **options_for(backend, options, source))
    return checked_items(items, backend, options) if is_by_hand(backend) else items


def _abegin(
    backend: HTTPBackend, wanted: Wanted, method: str, url: str, options: dict[str, Any], *, source: Source
) -> AsyncGenerator[Any, None]:
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
            return await anext(items, _END), items
        except HTTPStatusError as error:
            return error
