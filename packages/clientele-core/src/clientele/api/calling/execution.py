"""The drivers of calls with one response. They do the I/O; decisions are made elsewhere."""

from __future__ import annotations

from functools import partial
from time import perf_counter
from typing import Any

from clientele.api.calling.by_hand import options_for, refuse_given_twice
from clientele.api.calling.state import State
from clientele.api.declaring.endpoints import Endpoint
from clientele.api.hooks.awaiting import run
from clientele.api.hooks.logs import LoggedCall, log_refusal, note_answer
from clientele.api.results.results import Reader
from clientele.api.results.status_errors import NO_PROBLEMS, Problems, explain
from clientele.http.backends.interface import HTTPBackend
from clientele.http.backends.kinds import admit_by_hand, as_response, is_transport
from clientele.http.errors import APIException
from clientele.http.message.call import BY_HAND, Source
from clientele.http.response import Response


def send(state: State, method: str, path: str, options: dict[str, Any], source: Source = BY_HAND) -> Response:
    """Send a request on behalf of `source`, and wait for its response."""
    backend, source = state.backend_for(source)
    if state.around is not None:
        request = state.request(method, path, options, source)
        seen = LoggedCall(state.log, request.method, request.url, request, source)
        return run(state.around.response(request, partial(_transmit, backend, seen), seen, is_async=False))
    url, complete = state.complete(path, options)
    entry = (state.log, method, url, complete, source, perf_counter())
    logged = LoggedCall(*entry) if state.log.is_on else None
    try:
        if logged is None and is_transport(backend):  # It takes all options, and nothing is done around it.
            response = as_response(backend, backend.send_sync_request(method, url, **complete))
        else:
            response = _transmit(backend, logged, method, url, complete, source=source)
    except BaseException as error:
        (logged or LoggedCall(*entry)).failed(error)
        raise
    if logged is None and response.status_code < 500:
        note_answer(response, source)
    else:
        (logged or LoggedCall(*entry)).answered(response)
    return response


async def asend(state: State, method: str, path: str, options: dict[str, Any], source: Source = BY_HAND) -> Response:
    """`send`, asynchronously."""
    backend, source = state.backend_for(source)
    if state.around is not None:
        request = state.request(method, path, options, source)
        seen = LoggedCall(state.log, request.method, request.url, request, source)
        return await state.around.response(request, partial(_atransmit, backend, seen), seen, is_async=True)
    url, complete = state.complete(path, options)
    entry = (state.log, method, url, complete, source, perf_counter())
    logged = LoggedCall(*entry) if state.log.is_on else None
    try:
        if logged is None and is_transport(backend):
            response = as_response(backend, await backend.send_async_request(method, url, **complete))
        else:
            response = await _atransmit(backend, logged, method, url, complete, source=source)
    except BaseException as error:
        (logged or LoggedCall(*entry)).failed(error)
        raise
    if logged is None and response.status_code < 500:
        note_answer(response, source)
    else:
        (logged or LoggedCall(*entry)).answered(response)
    return response


def read(state: State, reads: Reader, response: Response, problems: Problems = NO_PROBLEMS) -> Any:
    """The result of `reads` for a response; `problems` read the bodies of errors."""
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


def _transmit(
    backend: HTTPBackend, logged: LoggedCall | None, method: str, url: str, options: dict[str, Any], *, source: Source
) -> Response:
    if logged is not None:
        with logged:
            return _transmit(backend, None, method, url, options, source=source)
    try:
        admit_by_hand(backend, method, url)
        answer = backend.send_sync_request(method, url, **options_for(backend, options, source))
        return as_response(backend, answer)
    except TypeError as error:
        refuse_given_twice(error, backend, options)
        raise


async def _atransmit(
    backend: HTTPBackend, logged: LoggedCall | None, method: str, url: str, options: dict[str, Any], *, source: Source
) -> Response:
    if logged is not None:
        with logged:
            return await _atransmit(backend, None, method, url, options, source=source)
    try:
        admit_by_hand(backend, method, url)
        answer = await backend.send_async_request(method, url, **options_for(backend, options, source))
        return as_response(backend, answer)
    except TypeError as error:
        refuse_given_twice(error, backend, options)
        raise
