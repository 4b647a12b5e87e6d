"""The drivers of a call, one for each kind of function. They send; what, and what comes of it, is decided elsewhere."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, closing
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple

from clientele.api.around import Transmit
from clientele.api.awaiting import run
from clientele.api.by_hand import achecked_items, checked_items, is_by_hand, options_for, refuse_given_twice
from clientele.api.endpoints import Endpoint
from clientele.api.logs import StreamLog
from clientele.api.request import Request
from clientele.api.results import Reader
from clientele.api.state import State
from clientele.api.status_errors import NO_PROBLEMS, Problems, explain
from clientele.api.stream_calls import StreamCall, StreamHead
from clientele.api.streams import AsyncStream, Stream, managed
from clientele.http.backends import HTTPBackend
from clientele.http.call import PAUSE
from clientele.http.errors import APIException, HTTPStatusError, TransportError
from clientele.http.response import Response


def send(state: State, method: str, path: str, options: dict[str, Any]) -> Response:
    """Send a request and wait for its response."""
    backend = state.backend
    if state.around is not None:
        request = state.request(method, path, options)
        return run(state.around.response(request, partial(_transmit, backend), is_async=False))
    (url, complete), started = state.complete(path, options), perf_counter()
    try:
        response = _transmit(backend, method, url, complete)
    except BaseException as error:
        state.log.failed((method, url, complete), error, started)
        raise
    state.log.answered((method, url, complete), response, started)
    return response


async def asend(state: State, method: str, path: str, options: dict[str, Any]) -> Response:
    """`send`, asynchronously."""
    backend = state.backend
    if state.around is not None:
        request = state.request(method, path, options)
        return await state.around.response(request, partial(_atransmit, backend), is_async=True)
    (url, complete), started = state.complete(path, options), perf_counter()
    try:
        response = await _atransmit(backend, method, url, complete)
    except BaseException as error:
        state.log.failed((method, url, complete), error, started)
        raise
    state.log.answered((method, url, complete), response, started)
    return response


def read(state: State, reads: Reader, response: Response, problems: Problems = NO_PROBLEMS) -> Any:
    """What `reads` makes of a response; `problems` say what the body of an error is."""
    try:
        return reads(response)
    except APIException as error:
        explain(error, problems, state.problems)
        run(state.watched.failed(error, is_async=False))
        raise


async def aread(state: State, reads: Reader, response: Response, problems: Problems = NO_PROBLEMS) -> Any:
    """`read`, in an asynchronous call."""
    try:
        return reads(response)
    except APIException as error:
        explain(error, problems, state.problems)
        await state.watched.failed(error, is_async=True)
        raise


def call(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """Make the call of a decorated function."""
    path, options = endpoint.prepare(values)
    response = send(state, endpoint.method, path, options)
    return endpoint.finish(values, read(state, endpoint.reads, response, endpoint.problems), response)


async def acall(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """Make the call of a decorated `async def`."""
    path, options = endpoint.prepare(values)
    response = await asend(state, endpoint.method, path, options)
    result = await aread(state, endpoint.reads, response, endpoint.problems)
    return await endpoint.finish(values, result, response)


def stream(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """Make the call of a decorated function whose result is a stream; it is sent when that is entered."""
    path, options = endpoint.prepare(values)
    wanted = Wanted(endpoint.item_type, endpoint.parser, endpoint.problems)
    origin = stream_call(state, endpoint.method, path, options, wanted, is_async=endpoint.is_async)
    kind: Any = AsyncStream if endpoint.is_async else Stream
    head = None if is_by_hand(state.backend) else StreamHead()
    made = kind(origin.make(options if head is None else {**options, "on_head": head}), origin, head)
    return managed(endpoint.finish(values, made), made)


class Wanted(NamedTuple):
    """What a stream is of.

    Attributes:
        kind: the type of its items.
        parser: what makes an item of a line, in place of `kind`.
        problems: how the bodies of errors are read.
    """

    kind: Any
    parser: Callable[[str], Any] | None = None
    problems: Problems = NO_PROBLEMS


RAW = Wanted(bytes)
"""A body as it comes."""


def stream_call(
    state: State, method: str, path: str, options: dict[str, Any], wanted: Wanted, *, is_async: bool
) -> StreamCall:
    """The call of a stream of what is `wanted`."""
    items = _astream_items if is_async else _stream_items
    is_raw = wanted.kind is bytes and wanted.parser is None
    return StreamCall(partial(items, state, method, path, wanted), method, options, is_raw=is_raw)


def _stream_items(
    state: State, method: str, path: str, wanted: Wanted, options: dict[str, Any]
) -> Generator[Any, None, None]:
    backend = state.backend
    if _is_bare(state, wanted):
        url, complete = state.complete(path, options)
        return _begin(backend, wanted, method, url, complete)
    return _items(state, wanted, state.request(method, path, options), partial(_begun, backend, wanted))


def _astream_items(
    state: State, method: str, path: str, wanted: Wanted, options: dict[str, Any]
) -> AsyncGenerator[Any, None]:
    backend = state.backend
    if _is_bare(state, wanted):
        url, complete = state.complete(path, options)
        return _abegin(backend, wanted, method, url, complete)
    return _aitems(state, wanted, state.request(method, path, options), partial(_abegun, backend, wanted))


def _is_bare(state: State, wanted: Wanted) -> bool:
    """Whether nothing is to be done around a stream."""
    return state.around is None and not state.log.is_on and not wanted.problems and not state.problems


_END = object()
"""What comes after the last item."""


def _items(state: State, wanted: Wanted, request: Request, transmit: Transmit) -> Generator[Any, None, None]:
    around = state.watched
    with StreamLog(around.log, request) as log:
        try:
            run(around.begin(request, is_async=False))
            heads = around.listen(request)
            item, items = run(around.answer(request, transmit, is_async=False))
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
            explain(error, wanted.problems, state.problems)
            run(around.failed(error, is_async=False))
            raise


async def _aitems(state: State, wanted: Wanted, request: Request, transmit: Transmit) -> AsyncGenerator[Any, None]:
    around = state.watched
    with StreamLog(around.log, request) as log:
        try:
            await around.begin(request, is_async=True)
            heads = around.listen(request)
            item, items = await around.answer(request, transmit, is_async=True)
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
            explain(error, wanted.problems, state.problems)
            await around.failed(error, is_async=True)
            raise


def _transmit(backend: HTTPBackend, method: str, url: str, options: dict[str, Any]) -> Response:
    try:
        return _response(backend, backend.send_sync_request(method, url, **options_for(backend, options)))
    except TypeError as error:
        refuse_given_twice(error, backend, options)
        raise


async def _atransmit(backend: HTTPBackend, method: str, url: str, options: dict[str, Any]) -> Response:
    try:
        return _response(backend, await backend.send_async_request(method, url, **options_for(backend, options)))
    except TypeError as error:
        refuse_given_twice(error, backend, options)
        raise


def _begin(
    backend: HTTPBackend, wanted: Wanted, method: str, url: str, options: dict[str, Any]
) -> Generator[Any, None, None]:
    items = backend.handle_sync_stream(method, url, *wanted[:2], **options_for(backend, options))
    return checked_items(items, backend, options) if is_by_hand(backend) else items


def _abegin(
    backend: HTTPBackend, wanted: Wanted, method: str, url: str, options: dict[str, Any]
) -> AsyncGenerator[Any, None]:
    items = backend.handle_async_stream(method, url, *wanted[:2], **options_for(backend, options))
    return achecked_items(items, backend, options) if is_by_hand(backend) else items


def _begun(backend: HTTPBackend, wanted: Wanted, method: str, url: str, options: dict[str, Any]) -> Any:
    items = _begin(backend, wanted, method, url, options)
    try:
        return next(items, _END), items
    except HTTPStatusError as error:
        return error


async def _abegun(backend: HTTPBackend, wanted: Wanted, method: str, url: str, options: dict[str, Any]) -> Any:
    items = _abegin(backend, wanted, method, url, options)
    try:
        return await anext(items, _END), items
    except HTTPStatusError as error:
        return error


def _response(backend: HTTPBackend, answer: Any) -> Response:
    return answer if isinstance(answer, Response) else backend.convert_to_response(answer)
