"""Converts our requests to those of httpx, and heads of responses; reads the user's own client."""

from __future__ import annotations

import functools
from typing import Any

import httpx

from clientele.http.message.headers import Pairs
from clientele.http.wire import ClientDefaults, WireRequest

_HIDDEN = "clientele.headers"


def native_request(request: WireRequest) -> httpx.Request:
    """An httpx request that is sent exactly like `request`; no client adds anything to it."""
    limits = {name: getattr(request.timeout, name) for name in ("connect", "read", "write", "pool")}
    # Without a Host, httpx would decode A-labels, by a standard that doesn't allow all of UTS 46.
    is_plain = "xn--" not in request.url.host or any(name.lower() == "host" for name, _ in request.headers)
    return httpx.Request(
        request.method,
        _url(url) if len(url := str(request.url)) < 1000 else httpx.URL(url),
        headers=request.headers if is_plain else (("Host", request.url.authority), *request.headers),
        content=request.body,
        extensions={"timeout": limits},
    )


@functools.lru_cache(256)
def _url(url: str) -> httpx.URL:
    """Cached: parsing takes a tenth of a call, and APIs have few origins."""
    return httpx.URL(url)


def hide_location(response: httpx.Response) -> None:
    """Keep httpx from building the request of a redirect, which it always does, and which fails for a bad Location."""
    if response.has_redirect_location:
        response.extensions[_HIDDEN] = response.headers
        response.headers = response.headers.copy()
        del response.headers["location"]


async def ahide_location(response: httpx.Response) -> None:
    """`hide_location`, as a hook of an asynchronous client."""
    hide_location(response)


def head_of(response: httpx.Response) -> tuple[int, Pairs, str]:
    """The status, the fields in order, including the hidden Location, and the HTTP version."""
    response.headers = response.extensions.pop(_HIDDEN, response.headers)
    pairs = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
    return response.status_code, pairs, response.http_version.removeprefix("HTTP/")


def defaults_of(client: httpx.Client | httpx.AsyncClient) -> ClientDefaults:
    """The headers that the user has set on `client`, its parameters, and its base URL."""
    usual = _usual_headers()
    own = [(name, value) for name, value in client.headers.multi_items() if usual.get(name) != value]
    home = str(client.base_url) if client.base_url.is_absolute_url else ""
    return ClientDefaults(tuple(own), tuple(client.params.multi_items()), home)


def auth_for(native: httpx.Request, request: WireRequest, client: httpx.Client | httpx.AsyncClient) -> Any:
    """The auth of `client` to send `native` with, after adding its cookies, if `request` asks for them."""
    if not request.client_credentials:
        return None
    client.cookies.set_cookie_header(native)
    return None if "authorization" in native.headers else httpx.USE_CLIENT_DEFAULT


@functools.cache
def _usual_headers() -> httpx.Headers:
    """The default headers of httpx clients; the codings depend on installed packages."""
    with httpx.Client(trust_env=False, transport=httpx.BaseTransport()) as client:
        return client.headers
