"""The drivers of a call, one for each kind of function. They send; what, and what comes of it, is decided elsewhere."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any

from clientele.api.endpoint import Endpoint
from clientele.api.state import State
from clientele.api.streams import AsyncStream, Stream
from clientele.http.backends import HTTPBackend
from clientele.http.redaction import redacted_url
from clientele.http.response import Response


def send(state: State, method: str, path: str, options: dict[str, Any]) -> Response:
    """Send a request and wait for its response."""
    url, complete = state.complete(path, options)
    backend, started = state.holder.backend, perf_counter()
    response = _response(backend, backend.send_sync_request(method, url, **complete))
    _log(state.logger, method, url, response, started)
    return response


async def asend(state: State, method: str, path: str, options: dict[str, Any]) -> Response:
    """`send`, asynchronously."""
    url, complete = state.complete(path, options)
    backend, started = state.holder.backend, perf_counter()
    response = _response(backend, await backend.send_async_request(method, url, **complete))
    _log(state.logger, method, url, response, started)
    return response


def call(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """Make the call of a decorated function."""
    path, options = endpoint.prepare(values)
    response = send(state, endpoint.method, path, options)
    return endpoint.finish(values, endpoint.reads(response), response)


async def acall(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """Make the call of a decorated `async def`."""
    path, options = endpoint.prepare(values)
    response = await asend(state, endpoint.method, path, options)
    return await endpoint.finish(values, endpoint.reads(response), response)


def stream(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """Make the call of a decorated function whose result is a stream; it is sent when the first item is asked for."""
    path, options = endpoint.prepare(values)
    url, complete = state.complete(path, options)
    backend, what = state.holder.backend, (endpoint.item_type, endpoint.parser)
    if endpoint.is_async:
        return endpoint.finish(
            values, AsyncStream(backend.handle_async_stream(endpoint.method, url, *what, **complete))
        )
    return endpoint.finish(values, Stream(backend.handle_sync_stream(endpoint.method, url, *what, **complete)))


def _response(backend: HTTPBackend, answer: Any) -> Response:
    return answer if isinstance(answer, Response) else backend.convert_to_response(answer)


def _log(logger: logging.Logger, method: str, url: str, response: Response, started: float) -> None:
    if logger.isEnabledFor(logging.INFO):
        milliseconds = (perf_counter() - started) * 1000
        logger.info("%s %s: %d in %.0f ms", method, redacted_url(url), response.status_code, milliseconds)
