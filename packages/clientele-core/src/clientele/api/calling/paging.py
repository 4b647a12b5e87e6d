"""The drivers of calls with pages: each page is a call."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from clientele.api.calling.execution import aread, asend, read, send
from clientele.api.calling.state import State
from clientele.api.declaring.endpoints import Endpoint
from clientele.api.paging.pages import AsyncPages, Pages
from clientele.api.paging.paging import Paging
from clientele.api.paging.walking import PagedCall
from clientele.api.results.results import Reader


def paged(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """Make the call of a decorated function that returns pages. A page is requested when its first item is."""
    return endpoint.finish(values, Pages(_paged_call(state, endpoint, values), partial(_page, state, endpoint)))


async def apaged(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> Any:
    """`paged`, asynchronously."""
    made = AsyncPages[Any, Any](_paged_call(state, endpoint, values), partial(_apage, state, endpoint))
    finished = endpoint.finish(values, made)
    return await finished if endpoint.is_coroutine else finished


def _paged_call(state: State, endpoint: Endpoint, values: tuple[Any, ...]) -> PagedCall:
    path, options = endpoint.prepare(values)
    url, complete = state.complete(path, options)
    paging = cast(Paging, endpoint.paging)
    configured = tuple(complete.get("headers", ()))
    return PagedCall(endpoint.name, paging, endpoint.item_type, url, path, options, endpoint.reads, configured)


def _page(state: State, endpoint: Endpoint, path: str, options: dict[str, Any], reads: Reader) -> Any:
    response = send(state, endpoint.method, path, options, endpoint.source)
    return read(state, reads, response, endpoint.problems)


async def _apage(state: State, endpoint: Endpoint, path: str, options: dict[str, Any], reads: Reader) -> Any:
    response = await asend(state, endpoint.method, path, options, endpoint.source)
    return await aread(state, reads, response, endpoint.problems)
