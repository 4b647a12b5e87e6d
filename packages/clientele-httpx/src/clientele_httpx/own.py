"""What a client of the user's own adds to a request: httpx does it while it builds one, and we build them by hand."""

from __future__ import annotations

import functools
from typing import Any

import httpx

from clientele.http.wire import ClientDefaults


def defaults_of(client: httpx.Client | httpx.AsyncClient) -> ClientDefaults:
    """The headers that the user has set on `client`, its parameters, and its base URL."""
    usual = _usual_headers()
    own = [(name, value) for name, value in client.headers.multi_items() if usual.get(name) != value]
    home = str(client.base_url) if client.base_url.is_absolute_url else ""
    return ClientDefaults(tuple(own), tuple(client.params.multi_items()), home)


def credentials_for(request: httpx.Request, client: httpx.Client | httpx.AsyncClient) -> Any:
    """Put the cookies of `client` into `request`, unless it has some; the auth to send it with, unless it has that."""
    client.cookies.set_cookie_header(request)
    return None if "authorization" in request.headers else httpx.USE_CLIENT_DEFAULT


@functools.cache
def _usual_headers() -> httpx.Headers:
    """Those that every client of httpx has; the codings depend on what else is installed."""
    with httpx.Client(trust_env=False, verify=False) as client:  # noqa: S501 - nothing is sent
        return client.headers
