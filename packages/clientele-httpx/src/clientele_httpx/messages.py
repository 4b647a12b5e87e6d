"""Requests of httpx made of ours, and what its responses say of themselves."""

from __future__ import annotations

import functools

import httpx

from clientele.http.headers import Pairs
from clientele.http.wire import WireRequest

_HIDDEN = "clientele.headers"


def native_request(request: WireRequest) -> httpx.Request:
    """A request that is sent as `request` is; no client adds anything to it."""
    limits = {name: getattr(request.timeout, name) for name in ("connect", "read", "write", "pool")}
    return httpx.Request(
        request.method,
        _url(str(request.url)),
        headers=request.headers,
        content=request.body,
        extensions={"timeout": limits},
    )


@functools.lru_cache(256)
def _url(url: str) -> httpx.URL:
    """To parse it takes a tenth of a call, and an API has few of them."""
    return httpx.URL(url)


def hide_location(response: httpx.Response) -> None:
    """Keep httpx from building the request of a redirect: it does so even unasked, and fails at a bad Location."""
    if response.has_redirect_location:
        response.extensions[_HIDDEN] = response.headers
        response.headers = response.headers.copy()
        del response.headers["location"]


async def ahide_location(response: httpx.Response) -> None:
    """`hide_location`, as a hook of an asynchronous client."""
    hide_location(response)


def headers_of(response: httpx.Response) -> Pairs:
    """The header fields as they came, in order; a Location that was hidden is back in its place."""
    response.headers = response.extensions.pop(_HIDDEN, response.headers)
    return pairs_of(response.headers)


def version_of(response: httpx.Response) -> str:
    """The version of HTTP: `1.1` or `2`."""
    return response.http_version.removeprefix("HTTP/")


def pairs_of(headers: httpx.Headers) -> Pairs:
    """The fields in order, repeated ones apart."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)
